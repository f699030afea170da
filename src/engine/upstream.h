// What the engine knows of one resolver: how many questions it bears at once, how long it takes,
// how it fares.
//
// The window finds itself by the rate of answers, not by filling up what stands in between: it
// doubles while that brings a quarter more answers a second; from then on it tries a quarter more
// now and then and keeps it where that brings a tenth more. It falls by a third where more than a
// tenth of the questions get lost: less than that is the network's own noise.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
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
  // It has answered well not long ago; before its first answer, little is known against it.
  [[nodiscard]] bool is_trusted(int64_t now_us) const {
    if (has_answered_) return now_us - answered_at_us_ < limits::kTrustResolverUs;
    return failures_ < kFailuresOfTheTrusted;
  }
  // Wait before a question goes out again: srtt + 4·rttvar (RFC 6298 §2), at least
  // limits::kRetransmitMinUs.
  [[nodiscard]] int64_t retransmit_us() const;

  void on_sent();
  // A question was answered, or is given up for lost: it is no longer in flight.
  void on_settled();
  // An answer with content came after `rtt_us`.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // A question got no answer in time. What is given up so may still be answered: then
  // on_late_answer() follows; else, when nobody listens any more, on_loss_confirmed().
  void on_loss(int64_t now_us);
  // The resolver is slow: what was taken for losses was none, and the window is what it was.
  void on_late_answer(int64_t now_us, int64_t rtt_us);
  void on_loss_confirmed() { undo_window_ = 0; }
  // SERVFAIL, REFUSED or trouble on the way.
  void on_failure() { ++failures_; }

 private:
  static constexpr uint32_t kFailuresOfTheTrusted = 8;  // in a row; chance gives fewer

  // Each step is a round: as many answers as the window holds. After a change of the window one
  // round settles, the next is measured.
  enum class Phase : uint8_t { kDoubling, kCruising, kTrying };

  void take_rtt(int64_t rtt_us);
  void end_round(int64_t now_us);
  void judge_rate(double rate);
  void begin_round(int64_t now_us);
  void change_window(double window);

  double window_;
  bool is_fixed_;
  uint32_t in_flight_ = 0;
  uint32_t failures_ = 0;  // since the last good answer
  bool has_answered_ = false;
  int64_t answered_at_us_ = 0;
  int64_t srtt_us_ = 0;
  int64_t rttvar_us_ = 0;

  Phase phase_ = Phase::kDoubling;
  bool is_settling_ = true;
  bool was_full_ = false;  // in this round the window was the limit
  uint32_t answers_ = 0;   // in this round
  uint32_t losses_ = 0;    // in this round
  uint32_t cruised_rounds_ = 0;
  int64_t round_began_us_ = 0;
  int64_t last_cut_us_ = 0;
  double base_rate_ = 0;    // answers a microsecond before the window was changed
  double base_window_ = 0;  // and the window that brought it
  double undo_window_ = 0;  // before losses that are not yet confirmed; 0: there are none
  Phase undo_phase_ = Phase::kDoubling;
};

}  // namespace mxbulk::engine
