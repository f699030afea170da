#include "asking/window.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace mxbulk::asking {
namespace {

// With a third of the questions lost, still some 200 answers a second.
constexpr double kSizeMin = 16;
// A window on loopback takes 1 ms, as long as one time slice of the kernel's scheduler.
constexpr int64_t kRoundMinUs = 10'000;

constexpr double kDoublingGain = 1.25;  // of the rate: less, and the resolver is at its limit
constexpr double kFullGain = 1.7;       // it is far from its limit
constexpr double kTry = 1.25;
constexpr double kTryGain = 1.1;
constexpr double kShrink = 0.67;
constexpr double kShrinkKept = 0.97;  // of the rate, at least
constexpr uint32_t kRoundsBetweenTriesMin = 8;
constexpr uint32_t kRoundsBetweenTriesMax = 128;

constexpr int64_t kNearUs = 3'000;        // a round trip that may be doubled without harm
constexpr double kDeepKept = 0.95;        // of the rate, at least
constexpr double kDeepLossesMax = 0.002;  // more than before: then some buffer is full
// A loss by the deeper window is noticed this late.
constexpr int64_t kDeepSettlesUs = limits::kRetransmitMinUs + 20'000;

constexpr double kFall = 0.7;
constexpr double kFallMax = 0.25;             // by refusals; they say at once where the limit is
constexpr int64_t kEvaluatedWithinWaits = 5;  // settling and a round, of a wait each, and room
constexpr double kRateKept = 0.9;  // after a fall: less, and the window was not what lost questions
constexpr double kNoiseShareMin = 0.1;
constexpr double kRefusedShareMin = 0.02;  // a resolver seldom refuses without a reason
constexpr double kRefusedNoiseMax = 0.5;   // above it, refusals always come with load
constexpr double kRefusedKept = 0.7;       // after a fall: more, and load was not the reason
constexpr double kRefusalsExpected = 10;   // of that share, so that it is not chance
constexpr double kLossyShare = 0.2;
constexpr double kNoiseShareMax = 0.9;
constexpr double kNoiseMargin = 1.3;
constexpr uint32_t kLossesMin = 4;  // fewer are chance

}  // namespace

Window::Window(uint32_t fixed)
    : size_(fixed == 0 ? limits::kWindowStart : fixed),
      is_fixed_(fixed != 0),
      rounds_between_tries_(kRoundsBetweenTriesMin),
      depth_max_(limits::kWindowMax),
      noise_share_(kNoiseShareMin),
      refused_share_(kRefusedShareMin) {}

void Window::on_sent() {
  ++in_flight_;
  round_.was_full |= !has_room();
}

void Window::on_completed() {
  assert(in_flight_ > 0);
  --in_flight_;
}

void Window::on_answer(int64_t now_us, int64_t rtt_us) {
  if (is_fixed_) return;
  if (round_.began_us == 0) begin_round(now_us);
  age_tally(now_us, std::max(limits::kRetransmitMinUs, rtt_us));
  ++recent_.answers;
  ++round_.answers;
  round_.rtt_sum_us += rtt_us;
  if (now_us - round_.began_us >= round_length_us()) end_round(now_us);
}

void Window::age_tally(int64_t now_us, int64_t wait_us) {
  if (now_us - recent_.began_us < wait_us) return;
  before_ = recent_;
  recent_ = {.began_us = now_us};
}

void Window::on_loss(int64_t now_us, int64_t wait_us) {
  age_tally(now_us, wait_us);
  ++recent_.losses;
  ++round_.losses;
  const bool is_noise = recent_.losses < kLossesMin || recent().loss_share() < noise_share_;
  if (!is_noise && may_fall(now_us, wait_us)) fall(now_us, size_ * kFall);
}

void Window::on_refusal(int64_t now_us, int64_t wait_us) {
  age_tally(now_us, wait_us);
  ++recent_.refusals;
  ++round_.refusals;
}

bool Window::is_refused_by_load() const {
  return recent().refusals >= kLossesMin && recent().refused_share() >= refused_share_;
}

void Window::evaluate_refusals(int64_t now_us, int64_t wait_us, uint32_t in_work) {
  if (is_fixed_ || !is_refused_by_load()) return;
  const double size = std::clamp<double>(in_work, size_ * kFallMax, size_);
  if (phase_ == Phase::kFallen && now_us - fell_at_us_ < wait_us) {
    size_ = std::max(size, kSizeMin);  // more refusals of the same burst
    fall_share_ = std::max(fall_share_, recent().refused_share());
    return;
  }
  if (!may_fall(now_us, wait_us)) return;
  rounds_between_tries_ = kRoundsBetweenTriesMax;
  fall(now_us, size);
  fell_by_refusals_ = phase_ == Phase::kFallen;
  fall_share_ = recent().refused_share();
}

bool Window::may_fall(int64_t now_us, int64_t wait_us) const {
  if (is_fixed_ || now_us - fell_at_us_ < wait_us) return false;
  // The last fall is evaluated first; that needs an answer.
  const bool is_unevaluated =
      phase_ == Phase::kFallen && is_lossy() && since_.answers + round_.answers > 0;
  return !is_unevaluated || now_us - fell_at_us_ >= kEvaluatedWithinWaits * wait_us;
}

// True: most of the window waits for lost questions, and answers come in bursts in between. Only a
// round as long as it takes to notice a loss has the same share of both.
bool Window::is_lossy() const {
  return recent().losses >= kLossesMin && recent().loss_share() >= kLossyShare;
}

int64_t Window::round_length_us() const {
  return std::max(is_lossy() ? limits::kRetransmitMinUs : kRoundMinUs, round_.rtt_us());
}

void Window::fall(int64_t now_us, double size) {
  fell_at_us_ = now_us;
  if (phase_ == Phase::kDeepening || phase_ == Phase::kTrying) {
    if (phase_ == Phase::kDeepening) depth_max_ = base_size_;
    fail_try();
    begin_round(now_us);
    return;
  }
  if (undo_size_ == 0) {
    undo_size_ = size_;
    undo_phase_ = phase_;
  }
  if (phase_ != Phase::kFallen) {
    fell_by_refusals_ = false;
    base_rate_ = is_lossy() ? rate_since_change(now_us) : rate_;
    base_size_ = size_;
    fall_share_ = recent().loss_share();
  }
  phase_ = Phase::kFallen;
  resize(size);
  begin_round(now_us);
}

void Window::on_late_answer() {
  if (undo_size_ == 0) return;
  phase_ = undo_phase_;
  resize(std::max(size_, undo_size_));
  undo_size_ = 0;
}

void Window::end_round(int64_t now_us) {
  if (recent().loss_share() < noise_share_ / 2) {
    noise_share_ = std::max(kNoiseShareMin, noise_share_ * 0.9);
  }
  if (recent().refused_share() < refused_share_ / 2) {
    refused_share_ = std::max(kRefusedShareMin, refused_share_ * 0.9);
  }
  since_.answers += round_.answers;
  since_.losses += round_.losses;
  since_.refusals += round_.refusals;
  since_.rtt_sum_us += round_.rtt_sum_us;
  // A window that was not full measures nothing.
  if (round_.was_full && is_settling_) {
    is_settling_ = now_us < settles_until_us_;
  } else if (round_.was_full) {
    const double rate = round_.rate(now_us);
    rate_ = rate_ == 0 ? rate : 0.7 * rate_ + 0.3 * rate;
    evaluate(rate, now_us);
  }
  begin_round(now_us);
}

void Window::evaluate(double rate, int64_t now_us) {
  switch (phase_) {
    case Phase::kDoubling: return evaluate_doubling(rate);
    case Phase::kTrying: return rate < kTryGain * base_rate_ ? fail_try() : cruise(size_);
    case Phase::kDeepening: return evaluate_deepening(now_us);
    case Phase::kShrinking: return rate < kShrinkKept * base_rate_ ? fail_try() : cruise(size_);
    case Phase::kCruising:
      if (++cruised_rounds_ >= rounds_between_tries_) try_more(now_us);
      return;
    case Phase::kFallen: return fell_by_refusals_ ? evaluate_refused() : evaluate_fallen(rate);
  }
}

void Window::evaluate_fallen(double rate) {
  if (rate >= kRateKept * base_rate_) return cruise(size_);
  noise_share_ = std::min(kNoiseShareMax, kNoiseMargin * fall_share_);
  cruise(base_size_);
}

void Window::evaluate_refused() {
  const bool may_be_noise = fall_share_ < kRefusedNoiseMax;
  if (may_be_noise && since_.count() * fall_share_ < kRefusalsExpected) return;
  if (!may_be_noise || since_.refused_share() < kRefusedKept * fall_share_) return cruise(size_);
  refused_share_ = std::min(kNoiseShareMax, kNoiseMargin * fall_share_);
  rounds_between_tries_ = kRoundsBetweenTriesMin;
  cruise(base_size_);
}

void Window::evaluate_doubling(double rate) {
  if (rate < kDoublingGain * base_rate_) {
    const bool is_second = std::exchange(is_doubted_, true);
    return is_second ? cruise(base_size_) : void();
  }
  const bool is_first = base_rate_ == 0;
  const bool is_far_from_limit = !is_first && rate >= kFullGain * base_rate_;
  base_rate_ = rate;
  base_size_ = size_;
  resize(size_ * (is_far_from_limit ? 4 : 2));
}

void Window::try_more(int64_t now_us) {
  base_rate_ = since_.rate(now_us);
  base_size_ = size_;
  base_share_ = since_.loss_share();
  if (is_near(since_)) {
    phase_ = Phase::kDeepening;
    resize(size_ * 2);
    settles_until_us_ = now_us + kDeepSettlesUs;
  } else if (shrinks_next_) {
    shrinks_next_ = false;
    phase_ = Phase::kShrinking;
    resize(size_ * kShrink);
  } else {
    shrinks_next_ = true;
    phase_ = Phase::kTrying;
    resize(size_ * kTry);
  }
}

void Window::evaluate_deepening(int64_t now_us) {
  const double share = since_.loss_share();
  const double chance = 3 * std::sqrt(base_share_ * (1 - base_share_) / since_.count());
  const double margin = std::max(kDeepLossesMax, chance);
  if (since_.losses >= kLossesMin && share > base_share_ + margin) {
    depth_max_ = base_size_;
    return fail_try();
  }
  if (since_.rate(now_us) < kDeepKept * base_rate_) return fail_try();
  if (is_near(since_)) return try_more(now_us);
  rounds_between_tries_ = kRoundsBetweenTriesMin;
  cruise(size_);
}

void Window::fail_try() {
  rounds_between_tries_ = std::min(kRoundsBetweenTriesMax, rounds_between_tries_ * 2);
  cruise(base_size_);
}

void Window::cruise(double size) {
  phase_ = Phase::kCruising;
  cruised_rounds_ = 0;
  resize(size);
}

void Window::resize(double size) {
  size_ = std::clamp(size, kSizeMin, double{limits::kWindowMax});
  is_settling_ = true;
  is_doubted_ = false;
  settles_until_us_ = 0;
  since_ = {};
}

void Window::begin_round(int64_t now_us) {
  round_ = {};
  round_.began_us = now_us;
  round_.was_full = !has_room();
  if (since_.began_us == 0) since_.began_us = now_us;
}

double Window::Round::rate(int64_t now_us) const {
  return answers / static_cast<double>(std::max<int64_t>(1, now_us - began_us));
}

double Window::rate_since_change(int64_t now_us) const {
  Round all = since_;
  all.answers += round_.answers;
  return all.rate(now_us);
}

bool Window::is_near(const Round& round) const {
  return size_ * 2 <= depth_max_ && round.rtt_us() < kNearUs;
}

Window::Tally Window::recent() const {
  return {.answers = recent_.answers + before_.answers,
          .losses = recent_.losses + before_.losses,
          .refusals = recent_.refusals + before_.refusals};
}

double Window::Tally::loss_share() const {
  return count() == 0 ? 0 : static_cast<double>(losses) / count();
}

double Window::Tally::refused_share() const {
  return count() == 0 ? 0 : static_cast<double>(refusals) / count();
}

}  // namespace mxbulk::asking
