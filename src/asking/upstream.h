// What is known of one resolver: its window, its round-trip time, its recent answers and failures.
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
  // `fixed_window` 0: the window is found by measurement (window.h).
  explicit Upstream(uint32_t fixed_window = 0) : window_(fixed_window) {}

  [[nodiscard]] bool has_room() const { return window_.has_room(); }
  [[nodiscard]] uint32_t in_flight() const { return window_.in_flight(); }
  [[nodiscard]] uint32_t window() const { return window_.size(); }
  // Smaller is better: how full the window is with `waiting` more, times its failures in a row.
  [[nodiscard]] double load(size_t waiting = 0) const;
  // It gave a good answer in the last limits::kResponsiveUs; before its first answer, it has failed
  // only a few times.
  [[nodiscard]] bool is_responsive(int64_t now_us) const {
    if (has_answered_) return now_us - answered_at_us_ < limits::kResponsiveUs;
    return failures_ < kFailuresMax;
  }
  // Its last questions were all lost, the last one less than limits::kUnresponsiveUs ago. After
  // that time it is tried again.
  [[nodiscard]] bool is_unresponsive(int64_t now_us) const {
    return losses_ >= kFailuresMax && now_us - lost_at_us_ < limits::kUnresponsiveUs;
  }
  // Wait before a question goes out again: srtt + 4·rttvar (RFC 6298 §2), at least
  // limits::kRetransmitMinUs.
  [[nodiscard]] int64_t retransmit_us() const;

  void on_sent() { window_.on_sent(); }
  // A question was answered, or is taken for lost: it is no longer in flight.
  void on_completed() { window_.on_completed(); }
  // A good answer was received after `rtt_us`.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // A question had no answer in time. If one is received later, on_late_answer() follows; else
  // on_loss_confirmed(), when it is no longer waited for.
  void on_loss(int64_t now_us);
  // The resolver is slow: what was taken for lost was not, and the window is what it was before.
  void on_late_answer(int64_t now_us, int64_t rtt_us);
  void on_loss_confirmed() { window_.on_loss_confirmed(); }
  // SERVFAIL, REFUSED or garbage.
  void on_failure() {
    ++failures_;
    losses_ = 0;
  }
  // No socket or no route to it.
  void on_unreachable(int64_t now_us);

 private:
  static constexpr uint32_t kFailuresMax = 8;  // in a row; chance gives fewer

  void note_answered(int64_t now_us);
  // `samples`: how many such answers come in one round trip, so that they count as one.
  void update_rtt(int64_t rtt_us, int64_t samples);

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
