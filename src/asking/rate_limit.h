// A token bucket: at most N queries a second, with bursts of a tenth of a second.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mxbulk::asking {

class RateLimit {
 public:
  // `per_second` 0: no limit.
  explicit RateLimit(uint32_t per_second) : per_second_(per_second) {}

  [[nodiscard]] bool may_send() const { return per_second_ == 0 || tokens_ >= 1.0; }
  // Also for an urgent query that was sent without may_send(): those after it wait longer.
  void on_sent() {
    if (per_second_ != 0) tokens_ -= 1.0;
  }
  void refill(int64_t now_us) {
    if (per_second_ == 0) return;
    const double burst = std::max(1.0, per_second_ / 10.0);
    const double gained = static_cast<double>(now_us - refilled_at_us_) * per_second_ / 1e6;
    tokens_ = refilled_at_us_ < 0 ? 1.0 : std::min(burst, tokens_ + gained);
    refilled_at_us_ = now_us;
  }
  // From the last refill() until one more may be sent. Requires: not may_send().
  [[nodiscard]] int64_t wait_us() const {
    return static_cast<int64_t>((1.0 - tokens_) * 1e6 / per_second_) + 1;
  }

 private:
  uint32_t per_second_;
  int64_t refilled_at_us_ = -1;  // never
  double tokens_ = 0;
};

}  // namespace mxbulk::asking
