// Makes the writer wait for the one verdict that it needs next. The loop checks once per iteration,
// which costs half a nanosecond; to announce each verdict would cost five.
//
// Threads: one writer waits, one loop polls, any thread aborts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "base/strong_id.h"
#include "table/domain_table.h"

namespace mxbulk::rows {

class ReadyGate {
 public:
  // `on_wait`: called on the writer's thread before it sleeps (true) and afterwards (false).
  explicit ReadyGate(const table::DomainTable& domains, std::function<void(bool)> on_wait = {})
      : domains_(domains), on_wait_(std::move(on_wait)) {}

  [[nodiscard]] bool is_ready(DomainId domain) const { return domains_.is_ready(domain); }

  // Writer thread. True when the record of `domain` is published; false if the run was aborted.
  [[nodiscard]] bool wait(DomainId domain) {
    if (domains_.is_ready(domain)) return true;
    if (on_wait_) on_wait_(true);
    const bool is_ready = sleep_until_ready(domain);
    if (on_wait_) on_wait_(false);
    return is_ready;
  }

  // Loop thread, once per iteration, after records were published.
  void poll() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const uint32_t wanted = wanted_.load(std::memory_order_relaxed);
    if (wanted == kNone || !domains_.is_ready(DomainId(wanted))) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
  }

  void abort() {
    const std::lock_guard lock(mutex_);
    is_aborted_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  [[nodiscard]] bool sleep_until_ready(DomainId domain) {
    std::unique_lock lock(mutex_);
    wanted_.store(domain.value(), std::memory_order_relaxed);
    // Pairs with the fence in poll(): either the loop sees what we want, or we see the record.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    changed_.wait(lock, [&] { return domains_.is_ready(domain) || is_aborted_; });
    wanted_.store(kNone, std::memory_order_relaxed);
    return domains_.is_ready(domain);
  }

  const table::DomainTable& domains_;
  std::function<void(bool)> on_wait_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<uint32_t> wanted_{kNone};
  bool is_aborted_ = false;
};

}  // namespace mxbulk::rows
