// How long to let answers gather before they are read, so that one wake-up and one system call
// bring many, and one message carries the questions that follow.
//
// Pure. Threads: a plain value of one loop thread. Time comes in as an argument.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace mxbulk::net {

class Gathering {
 public:
  // Long enough for a hundred answers of a resolver nearby, short against a round trip to others.
  static constexpr int64_t kPauseMaxUs = 400;

  // Call once a loop iteration. `answers` were read since the last call, `in_flight` questions are
  // out. Returns how long to sleep before the next read, in microseconds: 0 if few answers are
  // expected meanwhile, and never so long that the resolver would be left with little to do.
  [[nodiscard]] int64_t pause_us(int64_t now_us, size_t answers, size_t in_flight) {
    const auto passed_us = static_cast<double>(std::max<int64_t>(1, now_us - turned_at_us_));
    turned_at_us_ = now_us;
    rate_ += (static_cast<double>(answers) / passed_us - rate_) / kSmoothing;
    const double expected = rate_ * kPauseMaxUs;
    if (expected < kWorthWaitingFor) return 0;
    const double wanted = std::min(expected, kShareOfFlight * static_cast<double>(in_flight));
    return static_cast<int64_t>(wanted / rate_);
  }

 private:
  static constexpr double kSmoothing = 8;
  static constexpr double kWorthWaitingFor = 8;  // answers
  // Waited for at once: a window that is just large enough loses at most some 8 %.
  static constexpr double kShareOfFlight = 1.0 / 6;

  double rate_ = 0;  // answers a microsecond
  int64_t turned_at_us_ = 0;
};

}  // namespace mxbulk::net
