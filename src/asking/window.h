// The number of questions that one resolver may have in flight at once: its window. The size
// follows the rate of answers, so that no queue on the way has to fill up first:
//
// - It doubles while that brings a quarter more answers a second, and grows fourfold after a step
//   that brought nearly twice as many. After that it tries a quarter more now and then, and keeps
//   it if it brings a tenth more.
// - While answers take only milliseconds, it also doubles if that loses nothing: a deeper queue
//   then delays no answer noticeably, and neither side has to wait for the other.
// - Every other try is for a third less, which is kept if it brings as much.
// - If more than a tenth of the questions is lost, it falls by a third. It returns to its old size
//   if the rate fell with it: the losses were then the network's noise, not an overload.
// - If many are refused at once, it falls to what the resolver has in work. It returns to its old
//   size if as many are refused after that: load was not the reason.
// - If answers turn out to be late, and not lost, the fall is undone.
//
// Questions that are sent in a burst are answered in a burst. So a round is measured from answer to
// answer, and ends with the first one that is a round trip later: it begins and ends at the same
// place of a burst. (A round of a fixed number of answers takes in a burst too many or too few.)
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace mxbulk::asking {

class Window {
 public:
  // `fixed` 0: the size is found as above.
  explicit Window(uint32_t fixed);

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(size_); }
  [[nodiscard]] uint32_t in_flight() const { return in_flight_; }
  [[nodiscard]] bool is_fixed() const { return is_fixed_; }
  [[nodiscard]] bool has_room() const { return in_flight_ < size(); }

  void on_sent();
  // Requires: in_flight() > 0.
  void on_completed();
  // `rtt_us`: from the query to its answer.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // `wait_us`: how long a loss takes to be noticed; the losses of one such time have one cause.
  void on_loss(int64_t now_us, int64_t wait_us);
  // The resolver refused a question at once.
  void on_refusal(int64_t now_us, int64_t wait_us);
  // All replies of an iteration of the loop are in, refusals among them. The resolver had `in_work`
  // questions to answer when it refused: it can take no more, unless it refuses as many with any
  // window.
  void evaluate_refusals(int64_t now_us, int64_t wait_us, uint32_t in_work);
  // More questions are refused now than whatever the window.
  [[nodiscard]] bool is_refused_by_load() const;
  void on_late_answer();
  void on_loss_confirmed() { undo_size_ = 0; }

 private:
  // Each step is a round: a round trip, but at least a few milliseconds, or, if many questions are
  // lost, the time that it takes to notice a loss. After a change of the size one round passes
  // before the next is measured.
  enum class Phase : uint8_t {
    kDoubling,
    kCruising,
    kTrying,     // a quarter more
    kDeepening,  // twice as much, while round trips are short
    kShrinking,  // a third less: undoes growth that was due to chance
    kFallen,
  };
  struct Tally {
    int64_t began_us = 0;
    uint32_t answers = 0;
    uint32_t losses = 0;
    uint32_t refusals = 0;

    [[nodiscard]] uint32_t count() const { return answers + losses + refusals; }
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
  void evaluate(double rate, int64_t now_us);
  void evaluate_doubling(double rate);
  void evaluate_fallen(double rate);
  void evaluate_refused();
  void try_more(int64_t now_us);
  void evaluate_deepening(int64_t now_us);
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
  bool is_doubted_ = false;  // doubling brought too little in one round: it may be chance
  int64_t settles_until_us_ = 0;
  Round round_;
  Tally recent_;  // losses come late and in bursts: their share is that of two such tallies
  Tally before_;
  Round since_;  // all since the window was changed
  uint32_t cruised_rounds_ = 0;
  uint32_t rounds_between_tries_;  // more with each that failed
  double rate_ = 0;                // recent answers a microsecond, smoothed over full rounds
  double base_rate_ = 0;           // before the window was changed
  double base_size_ = 0;           // the size at that rate
  double base_share_ = 0;          // the share of losses at that rate
  bool shrinks_next_ = false;
  double depth_max_;  // above it, kDeepening lost questions

  int64_t fell_at_us_ = 0;
  double fall_share_ = 0;  // of questions that were lost, or refused, when it fell
  bool fell_by_refusals_ = false;
  double noise_share_;    // what is lost whatever the window
  double refused_share_;  // likewise, what is refused at once
  double undo_size_ = 0;  // before losses that are not yet confirmed; 0: there are none
  Phase undo_phase_ = Phase::kDoubling;
};

}  // namespace mxbulk::asking
