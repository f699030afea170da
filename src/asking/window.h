// How many questions one resolver bears at once. It finds itself by the rate of answers, not by
// filling up what stands in between:
//
// - it doubles while that brings a quarter more answers a second, and grows fourfold where it
// brought
//   nearly twice as many; from then on it tries a quarter more now and then and keeps it where that
//   brings a tenth more;
// - while answers take only milliseconds it also doubles where nothing gets lost by it: more in
//   flight costs nobody anything then, and neither side has to wait for the other's turn;
// - every other try is for a third less, which is kept where it brings as much;
// - where more than a tenth of the questions get lost it falls by a third, and comes back where the
//   rate fell with it: then the losses were the network's noise and not too many questions;
// - where answers turn out to be late, and not lost, the fall is taken back.
//
// What is asked together is answered together. So a round is measured from answer to answer, and
// ends with the first one a round trip later: it then begins and ends at the same place of a burst.
// (One that ended with a number of answers took in a burst too many or too few.)
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace mxbulk::asking {

class Window {
 public:
  // `fixed` 0: it finds itself.
  explicit Window(uint32_t fixed);

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(size_); }
  [[nodiscard]] uint32_t in_flight() const { return in_flight_; }
  [[nodiscard]] bool is_fixed() const { return is_fixed_; }
  [[nodiscard]] bool has_room() const { return in_flight_ < size(); }

  void on_sent();
  // Requires: in_flight() > 0.
  void on_completed();
  // `rtt_us`: how long the question was out.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // `wait_us`: how long a loss takes to be noticed; the losses of one such time have one cause.
  void on_loss(int64_t now_us, int64_t wait_us);
  // The resolver refused a question at once.
  void on_refusal(int64_t now_us, int64_t wait_us);
  // All replies of an iteration of the loop are in, refusals among them, and the resolver has
  // `in_work` questions to answer: it bears no more, unless it refuses as many whatever the window.
  void evaluate_refusals(int64_t now_us, int64_t wait_us, uint32_t in_work);
  void on_late_answer();
  void on_loss_confirmed() { undo_size_ = 0; }

 private:
  // Each step is a round: a round trip, and no less than a few milliseconds, or than a loss takes
  // to be noticed where many are. After a change of the window one round settles, the next is
  // measured.
  enum class Phase : uint8_t {
    kDoubling,
    kCruising,
    kTrying,     // a quarter more
    kDeepening,  // twice as much where answers are near
    kShrinking,  // a third less: what chance has let grow comes back
    kFallen,
  };
  struct Tally {
    int64_t began_us = 0;
    uint32_t answers = 0;
    uint32_t losses = 0;    // refusals too
    uint32_t refusals = 0;  // at once

    [[nodiscard]] uint32_t count() const { return answers + losses; }
    [[nodiscard]] double loss_share() const;
    [[nodiscard]] double refused_share() const;
  };
  struct Round : Tally {
    int64_t rtt_sum_us = 0;
    bool was_full = false;  // the window was the limit

    [[nodiscard]] int64_t rtt_us() const { return answers == 0 ? 0 : rtt_sum_us / answers; }
    [[nodiscard]] double rate(int64_t now_us) const;  // answers a microsecond
  };

  [[nodiscard]] Tally recent() const;
  [[nodiscard]] double rate_since_change(int64_t now_us) const;
  [[nodiscard]] bool is_lossy() const;
  [[nodiscard]] int64_t round_length_us() const;
  [[nodiscard]] bool is_near(const Round& round) const;
  void age_tally(int64_t now_us, int64_t wait_us);
  void end_round(int64_t now_us);
  void begin_round(int64_t now_us);
  void judge(double rate, int64_t now_us);
  void judge_doubling(double rate);
  void try_more(int64_t now_us);
  void judge_deeper(int64_t now_us);
  void fail_try();
  void cruise(double size);
  [[nodiscard]] bool may_fall(int64_t now_us, int64_t wait_us) const;
  void fall(int64_t now_us, double size);
  void resize(double size);

  double size_;
  bool is_fixed_;
  uint32_t in_flight_ = 0;

  Phase phase_ = Phase::kDoubling;
  bool is_settling_ = true;
  bool is_doubted_ = false;  // doubling brought too little in one round, which may be chance
  int64_t settles_until_us_ = 0;
  Round round_;
  Tally recent_;  // losses come in bursts, and late: they are weighed against as long
  Tally before_;
  Round since_;  // all since the window was changed
  uint32_t cruised_rounds_ = 0;
  uint32_t rounds_between_tries_;  // more with each that failed
  double rate_ = 0;                // answers a microsecond of late, smoothed over full rounds
  double base_rate_ = 0;           // before the window was changed
  double base_size_ = 0;           // and the window that brought it
  double base_share_ = 0;          // and what was lost then
  bool shrinks_next_ = false;
  double depth_max_;  // deeper than this, questions got lost

  int64_t fell_at_us_ = 0;
  double fall_share_ = 0;  // of questions that were lost when it fell
  double noise_share_;     // what is lost whatever the window
  double refused_share_;   // likewise, what is refused at once
  double undo_size_ = 0;   // before losses that are not yet confirmed; 0: there are none
  Phase undo_phase_ = Phase::kDoubling;
};

}  // namespace mxbulk::asking
