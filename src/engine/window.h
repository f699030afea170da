// How many questions one resolver bears at once. It finds itself by the rate of answers, not by
// filling up what stands in between:
//
// - it doubles while that brings a quarter more answers a second; from then on it tries a quarter
//   more now and then and keeps it where that brings a tenth more;
// - where more than a tenth of the questions get lost it falls by a third, and comes back where the
//   rate fell with it: then the losses were the network's noise and not too many questions;
// - where answers turn out to be late, and not lost, the fall is taken back.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace mxbulk::engine {

class Window {
 public:
  // `fixed` 0: it finds itself.
  explicit Window(uint32_t fixed);

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(size_); }
  [[nodiscard]] uint32_t in_flight() const { return in_flight_; }
  [[nodiscard]] bool has_room() const { return in_flight_ < size(); }

  void on_sent();
  // Requires: in_flight() > 0.
  void on_settled();
  void on_answer(int64_t now_us);
  // `wait_us`: how long a loss takes to be noticed; the losses of one such time have one cause.
  void on_loss(int64_t now_us, int64_t wait_us);
  void on_late_answer();
  void on_loss_confirmed() { undo_size_ = 0; }

 private:
  // Each step is a round: as many answers as the window holds. After a change of the window one
  // round settles, the next is measured.
  enum class Phase : uint8_t { kDoubling, kCruising, kTrying, kFallen };

  void end_round(int64_t now_us);
  void begin_round(int64_t now_us);
  void judge(double rate);
  void try_more(double rate);
  void cruise(double size);
  void fall(int64_t now_us);
  void resize(double size);
  [[nodiscard]] double loss_share() const;

  double size_;
  bool is_fixed_;
  uint32_t in_flight_ = 0;

  Phase phase_ = Phase::kDoubling;
  bool is_settling_ = true;
  bool was_full_ = false;  // in this round the window was the limit
  uint32_t answers_ = 0;   // in this round
  uint32_t losses_ = 0;    // in this round
  uint32_t cruised_rounds_ = 0;
  int64_t round_began_us_ = 0;
  double rate_ = 0;       // answers a microsecond of late, smoothed over full rounds
  double base_rate_ = 0;  // before the window was changed
  double base_size_ = 0;  // and the window that brought it

  int64_t fell_at_us_ = 0;
  double fall_share_ = 0;  // of questions that were lost when it fell
  double noise_share_;     // what is lost whatever the window
  double undo_size_ = 0;   // before losses that are not yet confirmed; 0: there are none
  Phase undo_phase_ = Phase::kDoubling;
};

}  // namespace mxbulk::engine
