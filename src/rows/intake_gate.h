// Makes the reader wait while too many domains are not begun: a list is read ahead only as far as
// the resolver's speed warrants.
//
// The loop begins domains without the reader, so this wait always ends.
//
// Threads: one reader waits, one loop polls, any thread aborts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace mxbulk::rows {

class IntakeGate {
 public:
  // `unbegun_max`: the number of domains that may wait to be begun.
  explicit IntakeGate(uint32_t unbegun_max) : unbegun_max_(unbegun_max) {}

  // Reader thread. `domains`: interned so far. False if the run was aborted.
  [[nodiscard]] bool wait(uint32_t domains) {
    if (domains - begun_.load(std::memory_order_relaxed) <= unbegun_max_) return true;
    std::unique_lock lock(mutex_);
    // Waits for half of them, so that not every loop iteration wakes the reader.
    wanted_.store(domains - unbegun_max_ / 2);
    changed_.wait(lock, [this] { return begun_.load() >= wanted_.load() || is_aborted_; });
    wanted_.store(kNone);
    return !is_aborted_;
  }

  // Loop thread, once per iteration.
  void poll(uint32_t domains_begun) {
    // Both stores are sequentially consistent: either the reader sees this one, or we see what it
    // wants.
    begun_.store(domains_begun);
    if (domains_begun < wanted_.load()) return;
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

  const uint32_t unbegun_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<uint32_t> begun_{0};
  std::atomic<uint32_t> wanted_{kNone};  // the reader waits until this many are begun
  bool is_aborted_ = false;
};

}  // namespace mxbulk::rows
