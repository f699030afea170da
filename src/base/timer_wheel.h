// Timers, of which most are cancelled before they are due: a wheel of slots, each a tick of about 4
// ms. Adding and cancelling take constant time.
//
//   TimerWheel<Handle<Question>> timers;
//   const TimerWheel<…>::Timer timer = timers.add(due_us, question);
//   timers.cancel(timer);
//
// Threads: a plain value of one thread. Time comes in as an argument, in microseconds.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/linked_list.h"
#include "base/pool.h"

namespace mxbulk {

inline constexpr int64_t kNeverUs = std::numeric_limits<int64_t>::max();

template <class Key>
class TimerWheel {
 private:
  struct Node;

 public:
  using Timer = Handle<Node>;

  // Fires at the first advance() at or after `due_us`, at most one tick later than asked.
  Timer add(int64_t due_us, Key key) {
    due_us = std::max(due_us, now_us_);
    const Timer timer = nodes_.create();
    Node& node = nodes_[timer];
    node.due_us = due_us;
    node.key = key;
    node.timer = timer;
    node.is_due = false;
    slot_of(due_us).push_back(node);
    next_us_ = std::min(next_us_, due_us);
    return timer;
  }
  // Does nothing if the timer has fired or was cancelled.
  void cancel(Timer timer) {
    Node* const node = nodes_.find(timer);
    if (node == nullptr) return;
    (node->is_due ? due_ : slot_of(node->due_us)).remove(*node);
    nodes_.release(timer);
  }

  // Calls `fire(key)` for each timer that is due, slot by slot. `fire` may add and cancel timers.
  template <class Fire>
  void advance(int64_t now_us, Fire fire) {
    const int64_t first = now_us_ / kTickUs;
    const int64_t last = std::min(now_us / kTickUs, first + kSlots - 1);
    now_us_ = now_us;
    if (now_us < next_us_) return;
    for (int64_t tick = first; tick <= last; ++tick) collect_due(slots_[tick % kSlots]);
    next_us_ = find_next();
    while (!due_.empty()) {
      Node& node = due_.pop_front();
      const Key key = node.key;
      nodes_.release(node.timer);
      fire(key);
    }
  }

  // No timer is due before this time; kNeverUs if there are none. After cancel() it may be earlier
  // than the first timer.
  [[nodiscard]] int64_t next_due_us() const { return next_us_; }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }

 private:
  static constexpr int64_t kTickUs = 4'096;
  static constexpr int64_t kSlots = 2'048;  // about 8.4 s; a later timer stays for more rounds

  struct Node : ListLink {
    int64_t due_us = 0;
    Key key{};
    Timer timer;
    bool is_due = false;  // in due_: the running advance() will fire it
  };

  [[nodiscard]] LinkedList<Node>& slot_of(int64_t due_us) {
    return slots_[static_cast<size_t>(due_us / kTickUs % kSlots)];
  }

  void collect_due(LinkedList<Node>& slot) {
    slot.for_each([&](Node& node) {
      if (node.due_us > now_us_) return;
      slot.remove(node);
      node.is_due = true;
      due_.push_back(node);
    });
  }

  // The earliest timer of the first slot that has a timer of this round; a lower bound if none has.
  [[nodiscard]] int64_t find_next() const {
    if (nodes_.size() == due_.size()) return kNeverUs;
    const int64_t first = now_us_ / kTickUs;
    for (int64_t tick = first; tick < first + kSlots; ++tick) {
      int64_t least = kNeverUs;
      slots_[tick % kSlots].for_each(
          [&](const Node& node) { least = std::min(least, node.due_us); });
      if (least < (tick + 1) * kTickUs) return least;
    }
    return now_us_ + kSlots * kTickUs;
  }

  std::array<LinkedList<Node>, kSlots> slots_;
  LinkedList<Node> due_;
  Pool<Node> nodes_;
  int64_t now_us_ = 0;
  int64_t next_us_ = kNeverUs;
};

}  // namespace mxbulk
