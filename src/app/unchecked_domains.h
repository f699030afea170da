// Domains that are decided, and wait for a resolver check that covers the answers that they rest
// on: only then are they written into the state.
//
//   unchecked.add(domain);                        // when it is decided
//   unchecked.end_turn(now_us);
//   unchecked.take_checked(until_us, decided);    // decided before until_us
//
// Threads: one loop thread. Ownership: owns its ids.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/strong_id.h"
#include "base/timer_wheel.h"

namespace mxbulk::app {

class UncheckedDomains {
 public:
  void add(DomainId domain) { turn_.push_back(domain); }

  // All that was added since the last turn was decided at `now_us`.
  void end_turn(int64_t now_us) {
    if (turn_.empty()) return;
    turns_.push_back({now_us, std::move(turn_)});
    turn_.clear();
  }

  // Appends those that were decided before `until_us` to `checked`, in the order in which they were
  // added.
  void take_checked(int64_t until_us, std::vector<DomainId>& checked) {
    while (!turns_.empty() && turns_.front().us < until_us) {
      const std::vector<DomainId>& domains = turns_.front().domains;
      checked.insert(checked.end(), domains.begin(), domains.end());
      turns_.pop_front();
    }
  }

  // When the first of them was decided; kNeverUs: there is none. Requires: end_turn().
  [[nodiscard]] int64_t first_us() const { return turns_.empty() ? kNeverUs : turns_.front().us; }

 private:
  struct Turn {
    int64_t us = 0;
    std::vector<DomainId> domains;
  };

  std::vector<DomainId> turn_;
  std::deque<Turn> turns_;
};

}  // namespace mxbulk::app
