// Blocks on their way from the reader to the writer, at most so many bytes of them.
//
// Threads: one pushes, one pops, anyone aborts.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "model/block.h"

namespace mxbulk::engine {

class BlockQueue {
 public:
  explicit BlockQueue(uint64_t bytes_max) : bytes_max_(bytes_max) {}

  // Waits while the queue is full; an empty queue takes any block. `on_wait` is called once before
  // waiting. False when the run was aborted.
  template <class OnWait>
  bool push(Block block, OnWait on_wait) {
    const uint64_t size = size_of(block);
    std::unique_lock lock(mutex_);
    const auto has_room = [&] { return bytes_ == 0 || bytes_ + size <= bytes_max_ || is_aborted_; };
    if (!has_room()) {
      lock.unlock();
      on_wait();
      lock.lock();
      changed_.wait(lock, has_room);
    }
    if (is_aborted_) return false;
    bytes_ += size;
    blocks_.push_back(std::move(block));
    changed_.notify_all();
    return true;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }
  void abort() {
    const std::lock_guard lock(mutex_);
    is_aborted_ = true;
    changed_.notify_all();
  }

  // Waits for the next block; none at the end, or when the run was aborted. The room of a block is
  // free again at the next pop().
  std::optional<Block> pop() {
    std::unique_lock lock(mutex_);
    bytes_ -= popped_size_;
    popped_size_ = 0;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !blocks_.empty() || is_closed_ || is_aborted_; });
    if (blocks_.empty() || is_aborted_) return std::nullopt;
    Block block = std::move(blocks_.front());
    blocks_.pop_front();
    popped_size_ = size_of(block);
    return block;
  }
  // True where pop() would wait.
  [[nodiscard]] bool is_empty() {
    const std::lock_guard lock(mutex_);
    return blocks_.empty();
  }

 private:
  static uint64_t size_of(const Block& block) {
    return block.bytes.size() + block.keys.size() * (sizeof(RowKey) + sizeof(uint32_t)) + 1;
  }

  const uint64_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> blocks_;
  uint64_t bytes_ = 0;
  uint64_t popped_size_ = 0;
  bool is_closed_ = false;
  bool is_aborted_ = false;
};

}  // namespace mxbulk::engine
