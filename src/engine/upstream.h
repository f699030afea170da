// What the engine knows of one resolver: how many questions it bears, how long it takes, how it
// fares. The window rises by one for each window of answers and falls by a third on a loss.
//
// Threads: a plain value of one loop thread. Time comes in as an argument.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace mxbulk::engine {

class Upstream {
 public:
  // `fixed_window` 0: the window finds itself.
  explicit Upstream(uint32_t fixed_window = 0);

  [[nodiscard]] bool has_room() const { return in_flight_ < window(); }
  [[nodiscard]] uint32_t in_flight() const { return in_flight_; }
  [[nodiscard]] uint32_t window() const { return static_cast<uint32_t>(window_); }
  // Smaller is better: how full the window is, worse for a resolver that keeps failing.
  [[nodiscard]] double load() const;
  // Wait before a question goes out again: srtt + 4·rttvar (RFC 6298 §2), at least
  // limits::kRetransmitMinUs.
  [[nodiscard]] int64_t retransmit_us() const;

  void on_sent() { ++in_flight_; }
  // Some reply to a sent question came, or its time ran out: it is no longer in flight.
  void on_settled();
  // An answer with content came after `rtt_us`.
  void on_answer(int64_t rtt_us);
  // A question got no answer in time.
  void on_loss(int64_t now_us);
  // SERVFAIL, REFUSED or trouble on the way.
  void on_failure() { ++failures_; }

 private:
  void take_rtt(int64_t rtt_us);

  double window_;
  bool is_fixed_;
  bool is_starting_ = true;  // doubles each round trip until the first loss
  uint32_t in_flight_ = 0;
  uint32_t failures_ = 0;  // since the last good answer
  int64_t srtt_us_ = 0;
  int64_t rttvar_us_ = 0;
  int64_t last_cut_us_ = 0;
};

}  // namespace mxbulk::engine
