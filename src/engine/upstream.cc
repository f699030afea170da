#include "engine/upstream.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace mxbulk::engine {
namespace {

constexpr double kWindowMin = 4;                 // enough to notice that a resolver is back
constexpr int64_t kFirstRetransmitUs = 400'000;  // before any answer has been timed

constexpr double kDoublingGain = 1.25;  // of the rate: less, and the resolver is at its limit
constexpr double kTry = 1.25;
constexpr double kTryGain = 1.1;
constexpr uint32_t kRoundsBetweenTries = 8;

constexpr double kFall = 0.7;
constexpr double kLossShareMax = 0.1;
constexpr uint32_t kLossesMin = 4;  // fewer are chance

}  // namespace

Upstream::Upstream(uint32_t fixed_window)
    : window_(fixed_window == 0 ? limits::kWindowStart : fixed_window),
      is_fixed_(fixed_window != 0) {}

double Upstream::load() const {
  const double fullness = (in_flight_ + 1.0) / window_;
  return fullness * (1.0 + std::min(failures_, 1'000U));
}

int64_t Upstream::retransmit_us() const {
  if (srtt_us_ == 0) return kFirstRetransmitUs;
  return std::max(limits::kRetransmitMinUs, srtt_us_ + 4 * rttvar_us_);
}

void Upstream::on_sent() {
  ++in_flight_;
  was_full_ |= !has_room();
}

void Upstream::on_settled() {
  assert(in_flight_ > 0);
  --in_flight_;
}

void Upstream::on_answer(int64_t now_us, int64_t rtt_us) {
  failures_ = 0;
  has_answered_ = true;
  answered_at_us_ = now_us;
  take_rtt(rtt_us);
  if (is_fixed_) return;
  if (round_began_us_ == 0) begin_round(now_us);
  if (++answers_ >= window()) end_round(now_us);
}

void Upstream::on_loss(int64_t now_us) {
  ++failures_;
  ++losses_;
  const bool is_noise =
      losses_ < kLossesMin || losses_ < kLossShareMax * static_cast<double>(losses_ + answers_);
  // One fall for all the losses of one wait: they have one cause.
  const bool was_cut = now_us - last_cut_us_ < std::max(srtt_us_, limits::kRetransmitMinUs);
  if (is_fixed_ || is_noise || was_cut) return;
  last_cut_us_ = now_us;
  if (undo_window_ == 0) {
    undo_window_ = window_;
    undo_phase_ = phase_;
  }
  phase_ = Phase::kCruising;
  change_window(window_ * kFall);
  begin_round(now_us);
}

void Upstream::on_late_answer(int64_t now_us, int64_t rtt_us) {
  failures_ = 0;
  has_answered_ = true;
  answered_at_us_ = now_us;
  take_rtt(rtt_us);
  if (undo_window_ == 0) return;
  phase_ = undo_phase_;
  change_window(std::max(window_, undo_window_));
  undo_window_ = 0;
}

void Upstream::end_round(int64_t now_us) {
  const double rate =
      answers_ / static_cast<double>(std::max<int64_t>(1, now_us - round_began_us_));
  // An unused window proves nothing.
  if (was_full_ && !is_settling_) {
    judge_rate(rate);
  } else {
    is_settling_ = is_settling_ && !was_full_;
  }
  begin_round(now_us);
}

void Upstream::judge_rate(double rate) {
  const bool tries_again = phase_ == Phase::kTrying && rate >= kTryGain * base_rate_;
  switch (phase_) {
    case Phase::kDoubling:
      if (rate < kDoublingGain * base_rate_) {
        phase_ = Phase::kCruising;
        cruised_rounds_ = 0;
        change_window(base_window_);
        return;
      }
      base_rate_ = rate;
      base_window_ = window_;
      change_window(window_ * 2);
      return;
    case Phase::kTrying:
      if (!tries_again) {
        phase_ = Phase::kCruising;
        cruised_rounds_ = 0;
        change_window(base_window_);
        return;
      }
      break;
    case Phase::kCruising:
      if (++cruised_rounds_ < kRoundsBetweenTries) return;
      break;
  }
  phase_ = Phase::kTrying;
  base_rate_ = rate;
  base_window_ = window_;
  change_window(window_ * kTry);
}

void Upstream::change_window(double window) {
  window_ = std::clamp(window, kWindowMin, double{limits::kWindowMax});
  is_settling_ = true;
}

void Upstream::begin_round(int64_t now_us) {
  round_began_us_ = now_us;
  answers_ = 0;
  losses_ = 0;
  was_full_ = !has_room();
}

void Upstream::take_rtt(int64_t rtt_us) {
  if (srtt_us_ == 0) {
    srtt_us_ = std::max<int64_t>(rtt_us, 1);
    rttvar_us_ = rtt_us / 2;
    return;
  }
  rttvar_us_ += (std::abs(rtt_us - srtt_us_) - rttvar_us_) / 4;
  srtt_us_ += (rtt_us - srtt_us_) / 8;
  srtt_us_ = std::max<int64_t>(srtt_us_, 1);
}

}  // namespace mxbulk::engine
