// Where the reader waits while the loop has more domains before it than it can soon ask for: a
// resolver's speed bounds how far a list is read ahead.
//
// The loop begins domains without any help of the reader's, so that this wait always ends.
//
// Threads: one reader waits, one loop polls, anyone aborts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace mxbulk::rows {

class IntakeGate {
 public:
  // `unbegun_max`: so many domains may wait to be begun.
  explicit IntakeGate(uint32_t unbegun_max) : unbegun_max_(unbegun_max) {}

  // Reader, which has interned `domains` by now. False when the run was aborted.
  [[nodiscard]] bool wait(uint32_t domains) {
    if (domains - begun_.load(std::memory_order_relaxed) <= unbegun_max_) return true;
    std::unique_lock lock(mutex_);
    // Half of them at least: not a wake-up for each turn of the loop.
    wanted_.store(domains - unbegun_max_ / 2);
    changed_.wait(lock, [this] { return begun_.load() >= wanted_.load() || is_aborted_; });
    wanted_.store(kNobody);
    return !is_aborted_;
  }

  // Loop thread, once a turn.
  void poll(uint32_t domains_begun) {
    // In one order with the reader's: it sees this, or we see its wish.
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
  static constexpr uint32_t kNobody = 0xFFFFFFFF;

  const uint32_t unbegun_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<uint32_t> begun_{0};
  std::atomic<uint32_t> wanted_{kNobody};  // the reader waits until so many are begun
  bool is_aborted_ = false;
};

}  // namespace mxbulk::rows
