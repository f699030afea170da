#include "rows/block_queue.h"

#include <utility>

namespace mxbulk::rows {

// Reserved memory counts, and so does what the heap adds to five allocations.
uint64_t BlockQueue::memory_bytes(const Block& block) {
  constexpr uint64_t kHeapBytes = 5 * 2 * sizeof(void*);
  return sizeof(Block) + kHeapBytes + block.bytes.capacity() +
         block.row_ends.capacity() * sizeof(uint32_t) + block.keys.capacity() * sizeof(RowKey) +
         block.local_parts.capacity() * sizeof(LocalPart) + block.local_text.capacity();
}

bool BlockQueue::has_room(uint64_t bytes) const {
  return bytes_ == 0 || bytes_ + bytes <= bytes_max_;
}

bool BlockQueue::has_next() const {
  return !front_.empty() || !deferred_.empty();
}

bool BlockQueue::push(Block block, const std::function<void()>& on_stuck) {
  const uint64_t bytes = memory_bytes(block);
  bool is_told = false;
  std::unique_lock lock(mutex_);
  while (!is_aborted_) {
    if (has_room(bytes)) {
      bytes_ += bytes;
      (deferred_.empty() ? front_ : back_).push_back(std::move(block));
      changed_.notify_all();
      return true;
    }
    if (!failure_.ok() && !is_told) {
      is_told = true;
      lock.unlock();
      on_stuck();
      lock.lock();
    } else if (!failure_.ok() || !writer_waits_) {
      changed_.wait(lock);
    } else if (!back_.empty()) {
      defer_oldest_of_back();
    } else if (failure_ = deferred_.defer(block); failure_.ok()) {
      return true;
    }
  }
  return false;
}

// Blocks after it stay in memory: it alone is moved out.
void BlockQueue::defer_oldest_of_back() {
  failure_ = deferred_.defer(back_.front());
  if (!failure_.ok()) return;
  bytes_ -= memory_bytes(back_.front());
  back_.pop_front();
}

void BlockQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

void BlockQueue::abort() {
  const std::lock_guard lock(mutex_);
  is_aborted_ = true;
  changed_.notify_all();
}

bool BlockQueue::is_aborted() {
  const std::lock_guard lock(mutex_);
  return is_aborted_;
}

Result<bool> BlockQueue::pop(Block& block) {
  {
    const Block written = std::move(block);
  }  // its memory is freed before the queue counts it as free
  std::unique_lock lock(mutex_);
  bytes_ -= std::exchange(popped_bytes_, 0);
  changed_.notify_all();
  changed_.wait(lock, [this] { return has_next() || is_closed_ || is_aborted_; });
  if (is_aborted_ || !has_next()) return false;
  if (!front_.empty()) {
    popped_bytes_ = memory_bytes(front_.front());  // as counted before: a move may change it
    block = std::move(front_.front());
    front_.pop_front();
    return true;
  }
  Result<Block> loaded = deferred_.load();
  if (!loaded.ok()) return loaded.status();
  block = std::move(loaded.value());
  if (deferred_.empty()) front_.swap(back_);
  popped_bytes_ = memory_bytes(block);
  bytes_ += popped_bytes_;
  return true;
}

bool BlockQueue::is_empty() {
  const std::lock_guard lock(mutex_);
  return !has_next();
}

void BlockQueue::set_writer_waits(bool waits) {
  const std::lock_guard lock(mutex_);
  writer_waits_ = waits;
  if (waits) changed_.notify_all();
}

uint64_t BlockQueue::rows_deferred() {
  const std::lock_guard lock(mutex_);
  return deferred_.rows();
}

Status BlockQueue::deferring_failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace mxbulk::rows
