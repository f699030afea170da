// What the engine knows of one resolver: how much it bears, how long it takes, how it fares.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "asking/window.h"
#include "base/limits.h"

namespace mxbulk::asking {

class Upstream {
 public:
  // `fixed_window` 0: the window finds itself.
  explicit Upstream(uint32_t fixed_window = 0) : window_(fixed_window) {}

  [[nodiscard]] bool has_room() const { return window_.has_room(); }
  [[nodiscard]] uint32_t in_flight() const { return window_.in_flight(); }
  [[nodiscard]] uint32_t window() const { return window_.size(); }
  // Smaller is better: how full the window is with `waiting` more, worse for a resolver that keeps
  // failing.
  [[nodiscard]] double load(size_t waiting = 0) const;
  // It has answered well not long ago; before its first answer, little is known against it.
  [[nodiscard]] bool is_trusted(int64_t now_us) const {
    if (has_answered_) return now_us - answered_at_us_ < limits::kTrustResolverUs;
    return failures_ < kFailuresOfTheTrusted;
  }
  // Nothing but losses, and the last not long ago: then it may have its next chance.
  [[nodiscard]] bool is_silent(int64_t now_us) const {
    return losses_ >= kFailuresOfTheTrusted && now_us - lost_at_us_ < limits::kLeaveSilentUs;
  }
  // Wait before a question goes out again: srtt + 4·rttvar (RFC 6298 §2), at least
  // limits::kRetransmitMinUs.
  [[nodiscard]] int64_t retransmit_us() const;

  void on_sent() { window_.on_sent(); }
  // A question was answered, or is given up for lost: it is no longer in flight.
  void on_settled() { window_.on_settled(); }
  // An answer with content came after `rtt_us`.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // A question got no answer in time. What is given up so may still be answered: then
  // on_late_answer() follows; else, when nobody listens any more, on_loss_confirmed().
  void on_loss(int64_t now_us);
  // The resolver is slow: what was taken for losses was none, and the window is what it was.
  void on_late_answer(int64_t now_us, int64_t rtt_us);
  void on_loss_confirmed() { window_.on_loss_confirmed(); }
  // SERVFAIL, REFUSED or garbage.
  void on_failure() {
    ++failures_;
    losses_ = 0;
  }
  // Trouble on the way.
  void on_unreachable(int64_t now_us);

 private:
  static constexpr uint32_t kFailuresOfTheTrusted = 8;  // in a row; chance gives fewer

  void trust(int64_t now_us);
  // `samples`: how many of its kind come in one round trip, so that they count as one.
  void take_rtt(int64_t rtt_us, int64_t samples);

  Window window_;
  uint32_t failures_ = 0;   // since the last good answer
  uint32_t losses_ = 0;     // since the last answer of any kind
  int64_t lost_at_us_ = 0;  // the last of them
  bool has_answered_ = false;
  int64_t answered_at_us_ = 0;
  int64_t srtt_us_ = 0;
  int64_t rttvar_us_ = 0;
};

}  // namespace mxbulk::asking
