// Many timers of which most are never due: a wheel of slots, each a tick of about 4 ms.
//
// Threads: one loop thread. A timer cannot be taken back: its owner ignores one that is stale.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace mxbulk {

template <class Key>
class TimerWheel {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  // Fires at the first advance() at or after `due_us`, at most one tick later than asked.
  void add(int64_t due_us, Key key) {
    due_us = std::max(due_us, now_us_);
    slots_[slot_of(due_us)].push_back({due_us, key});
    ++size_;
    next_us_ = std::min(next_us_, due_us);
  }

  // Calls `fire(key)` for all that are due. `fire` may add timers.
  template <class Fire>
  void advance(int64_t now_us, Fire fire) {
    const int64_t first = now_us_ / kTickUs;
    const int64_t last = std::min(now_us / kTickUs, first + kSlots - 1);
    now_us_ = now_us;
    if (now_us < next_us_) return;
    for (int64_t tick = first; tick <= last; ++tick) collect_due(slots_[tick % kSlots], now_us);
    next_us_ = find_next();
    for (size_t i = 0; i < due_.size(); ++i) fire(due_[i].key);
    due_.clear();
  }

  [[nodiscard]] int64_t next_due_us() const { return next_us_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  static constexpr int64_t kTickUs = 4'096;
  static constexpr int64_t kSlots = 2'048;  // about 8.4 s; what is further away goes round again

  struct Timer {
    int64_t due_us;
    Key key;
  };

  static size_t slot_of(int64_t due_us) { return static_cast<size_t>(due_us / kTickUs % kSlots); }

  void collect_due(std::vector<Timer>& slot, int64_t now_us) {
    const auto is_due = [now_us](const Timer& timer) { return timer.due_us <= now_us; };
    const auto later = std::stable_partition(slot.begin(), slot.end(), is_due);
    due_.insert(due_.end(), slot.begin(), later);
    size_ -= static_cast<size_t>(later - slot.begin());
    slot.erase(slot.begin(), later);
  }

  // The earliest timer of the first slot that has one of this round; a lower bound else.
  [[nodiscard]] int64_t find_next() const {
    if (size_ == 0) return kNever;
    const int64_t first = now_us_ / kTickUs;
    for (int64_t tick = first; tick < first + kSlots; ++tick) {
      int64_t least = kNever;
      for (const Timer& timer : slots_[tick % kSlots]) least = std::min(least, timer.due_us);
      if (least < (tick + 1) * kTickUs) return least;
    }
    return now_us_ + kSlots * kTickUs;
  }

  std::array<std::vector<Timer>, kSlots> slots_;
  std::vector<Timer> due_;
  int64_t now_us_ = 0;
  int64_t next_us_ = kNever;
  size_t size_ = 0;
};

}  // namespace mxbulk
