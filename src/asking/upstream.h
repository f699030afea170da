// What is known of one resolver: its window, its round-trip time, its recent answers and failures.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <algorithm>
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
  [[nodiscard]] bool has_answered() const { return has_answered_; }
  // It answers: it has not failed since its last good answer, which may be long ago if it was not
  // asked; or only for less than limits::kResponsiveUs. Before its first answer: it has failed only
  // a few times, and lost no liveness test.
  [[nodiscard]] bool is_responsive(int64_t now_us) const {
    if (has_answered_) return failures_ == 0 || now_us - failing_since_us_ < limits::kResponsiveUs;
    return failures_ < kFailuresMax && !has_lost_test_;
  }
  // Its last questions were all lost, the last one less than limits::kUnresponsiveUs ago, and so
  // was a liveness test: without that, their names may be the reason. After that time it is tried
  // again.
  [[nodiscard]] bool is_unresponsive(int64_t now_us) const {
    const bool is_known_dead = has_lost_test_ || !has_answered_;
    return has_lost_last() && is_known_dead && now_us - lost_at_us_ < limits::kUnresponsiveUs;
  }
  // A question that any resolver answers would show if it is there.
  [[nodiscard]] bool wants_liveness_test(int64_t now_us) const {
    const bool is_silent = has_lost_last() || now_us - answered_at_us_ >= limits::kResponsiveUs / 2;
    return has_answered_ && is_silent && now_us - tested_at_us_ >= limits::kLivenessTestUs;
  }
  // Wait before a question goes out again: srtt + 4·rttvar (RFC 6298 §2), at least
  // limits::kRetransmitMinUs.
  [[nodiscard]] int64_t retransmit_us() const;
  // Likewise, at least limits::kOverdueMinUs. An attempt that had no answer by then, while one sent
  // later had, waits for its name, not for the resolver: it needs no place in the window.
  [[nodiscard]] int64_t overdue_us() const;
  // How long an attempt keeps its place in the window if it is not answered, or if it is refused by
  // load. Spread by `jitter` (0 to 1): places that were lost in a burst must not be free in one
  // again.
  [[nodiscard]] int64_t place_kept_us(double jitter) const;
  [[nodiscard]] int64_t place_held_us(double jitter) const;
  [[nodiscard]] bool has_overtaken(int64_t sent_us) const { return answered_sent_us_ > sent_us; }
  // False: most names that got SERVFAIL or REFUSED never get another answer.
  [[nodiscard]] bool refuses_by_load() const { return refusals_recovered_ > kRefusedByLoadMin; }
  // It refuses now because of load.
  [[nodiscard]] bool is_overloaded() const {
    return refuses_by_load() && window_.is_refused_by_load();
  }
  // Most questions that had no answer at first had one later: what is lost is the network's or the
  // resolver's fault. False: most of these names have no answer.
  [[nodiscard]] bool loses_questions() const { return silence_recovered_ > kLosesMin; }
  // Of the attempts at names that have an answer.
  [[nodiscard]] double failure_share() const {
    const auto recovered = static_cast<double>(recovered_);
    return recovered == 0 ? 0 : recovered / (recovered + static_cast<double>(answers_));
  }
  [[nodiscard]] bool has_fixed_window() const { return window_.is_fixed(); }

  void on_liveness_test(int64_t now_us) { tested_at_us_ = now_us; }
  // An attempt of that test had no answer in time.
  void on_test_lost() { has_lost_test_ = true; }
  void on_sent() {
    window_.on_sent();
    in_work_ = std::max(in_work_, in_flight() - held_);
  }
  // A question was answered, or is taken for lost: it is no longer in flight.
  void on_completed() { window_.on_completed(); }
  // A good answer was received, `rtt_us` after the question was sent.
  void on_answer(int64_t now_us, int64_t rtt_us);
  // An attempt had no answer in time. Its name may be the reason, or the network, or the resolver.
  void on_timeout(int64_t now_us);
  // An attempt failed, and a later attempt at the same question was answered: its name was not the
  // reason. `was_answered`: it failed with SERVFAIL or the like, and not for want of an answer.
  void on_recovered(int64_t now_us, bool was_answered);
  // An attempt was answered with SERVFAIL or the like, as an earlier one at the same question.
  void on_failed_again() { refusals_recovered_ -= refusals_recovered_ * kRecoveryGain; }
  // None of the attempts of a round was answered.
  void on_unanswered_round() { silence_recovered_ -= silence_recovered_ * kRecoveryGain; }
  // The resolver is slow: what was taken for lost was not, and the window is what it was before.
  void on_late_answer(int64_t now_us, int64_t rtt_us);
  void on_loss_confirmed() { window_.on_loss_confirmed(); }
  // SERVFAIL, REFUSED or garbage; `at_once`: sooner than a retransmission, as when it has too much
  // to do.
  void on_failure(int64_t now_us, bool at_once);
  // After the replies of an iteration of the loop.
  void evaluate_refusals(int64_t now_us);
  // An attempt that failed at once keeps its place in the window for now
  // (Scheduler::complete_refused).
  void on_place_held() { ++held_; }
  void on_place_released() {
    --held_;
    on_completed();
  }
  // No socket or no route to it.
  void on_unreachable(int64_t now_us);

 private:
  static constexpr uint32_t kFailuresMax = 8;  // in a row; chance gives fewer
  static constexpr double kRecoveryGain = 1.0 / 16;
  static constexpr double kRefusedByLoadMin = 0.1;
  static constexpr double kLosesMin = 0.5;

  [[nodiscard]] bool has_lost_last() const { return losses_ >= kFailuresMax; }
  // How long it takes to notice a loss.
  [[nodiscard]] int64_t loss_wait_us() const {
    return std::max(srtt_us_, limits::kRetransmitMinUs);
  }
  void note_answered(int64_t now_us);
  void note_failed(int64_t now_us);
  // `samples`: how many such answers come in one round trip, so that they count as one.
  void update_rtt(int64_t rtt_us, int64_t samples);

  Window window_;
  uint32_t refused_ = 0;          // questions, since evaluate_refusals()
  uint32_t in_work_ = 0;          // most that it had at once since then, those refused included
  uint32_t held_ = 0;             // places in the window
  uint32_t failures_ = 0;         // since the last good answer
  int64_t failing_since_us_ = 0;  // the first of them
  uint32_t losses_ = 0;           // since the last answer of any kind
  int64_t lost_at_us_ = 0;        // the last of them
  bool has_lost_test_ = false;    // a liveness test, since the last answer of any kind
  int64_t tested_at_us_ = -limits::kLivenessTestUs;
  bool has_answered_ = false;
  int64_t answered_at_us_ = 0;
  int64_t replied_at_us_ = 0;     // the last reply, good or not
  int64_t answered_sent_us_ = 0;  // when the newest question that was answered was sent
  uint64_t answers_ = 0;
  uint64_t recovered_ = 0;  // attempts that failed for another reason than their name
  // Shares of the questions that were answered later, smoothed.
  double refusals_recovered_ = 1;  // of those that had SERVFAIL or the like
  double silence_recovered_ = 0;   // of those that had no answer
  int64_t srtt_us_ = 0;
  int64_t rttvar_us_ = 0;
};

}  // namespace mxbulk::asking
