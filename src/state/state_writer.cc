#include "state/state_writer.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/limits.h"
#include "base/thread.h"

namespace mxbulk::state {

StateWriter::~StateWriter() {
  if (thread_.joinable()) static_cast<void>(stop());
}

Status StateWriter::start(std::function<void()> on_failure) {
  on_failure_ = std::move(on_failure);
  is_over_ = false;
  return start_thread(thread_, [this] {
    pthread_setname_np(pthread_self(), "mxbulk-state");  // as top -H and perf show it
    work();
  });
}

void StateWriter::add(std::vector<DomainId>& decided) {
  if (decided.empty()) return;
  const std::lock_guard lock(mutex_);
  const bool was_empty = queue_.empty();
  queue_.insert(queue_.end(), decided.begin(), decided.end());
  decided.clear();
  if (was_empty || queue_.size() >= limits::kStateBatchMax) changed_.notify_all();
}

void StateWriter::flush() {
  std::unique_lock lock(mutex_);
  if (is_over_) return;
  is_flushing_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !is_flushing_ || is_over_; });
}

Status StateWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return failure_;
}

void StateWriter::work() {
  const auto period = std::chrono::milliseconds(limits::kStateFlushMs);
  std::vector<DomainId> ids;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto must_hurry = [this] { return is_stopping_ || is_flushing_; };
    changed_.wait(lock, [&] { return must_hurry() || !queue_.empty(); });
    // From the first of a batch on.
    changed_.wait_for(lock, period,
                      [&] { return must_hurry() || queue_.size() >= limits::kStateBatchMax; });
    const bool is_last = is_stopping_;
    const bool was_flushing = is_flushing_;
    ids.swap(queue_);
    lock.unlock();
    write(ids);
    ids.clear();
    lock.lock();
    is_over_ = is_last && queue_.empty();
    if (was_flushing) is_flushing_ = false;
    if (was_flushing || is_over_) changed_.notify_all();
    if (is_over_) return;
  }
}

void StateWriter::write(const std::vector<DomainId>& ids) {
  for (size_t begin = 0; begin < ids.size() && failure_.ok(); begin += limits::kStateBatchMax) {
    const size_t end = std::min(ids.size(), begin + limits::kStateBatchMax);
    batch_.clear();
    for (size_t i = begin; i < end; ++i) {
      DomainRow row;
      if (!row_of_(ids[i], row)) continue;
      batch_.push_back(row);
      written_.push_back(ids[i]);
    }
    if (batch_.empty()) continue;
    failure_ = rows_.write(batch_);
    if (!failure_.ok() && on_failure_) on_failure_();
  }
}

Status StateWriter::take_back() {
  batch_.clear();
  for (const DomainId id : written_) {
    DomainRow row;
    if (!row_of_(id, row)) continue;
    batch_.push_back(row);
    if (batch_.size() < limits::kStateBatchMax) continue;
    if (Status status = rows_.take_back(batch_); !status.ok()) return status;
    batch_.clear();
  }
  return rows_.take_back(batch_);
}

}  // namespace mxbulk::state
