#include "engine/window.h"

#include <algorithm>
#include <cassert>

namespace mxbulk::engine {
namespace {

constexpr double kSizeMin = 4;  // enough to notice that a resolver is back

constexpr double kDoublingGain = 1.25;  // of the rate: less, and the resolver is at its limit
constexpr double kTry = 1.25;
constexpr double kTryGain = 1.1;
constexpr uint32_t kRoundsBetweenTries = 8;

constexpr double kFall = 0.7;
constexpr double kRateKept =
    0.85;  // after a fall: less, and the window was not what lost questions
constexpr double kNoiseShareMin = 0.1;
constexpr double kNoiseShareMax = 0.9;
constexpr double kNoiseMargin = 1.3;
constexpr uint32_t kLossesMin = 4;  // fewer are chance

}  // namespace

Window::Window(uint32_t fixed)
    : size_(fixed == 0 ? limits::kWindowStart : fixed),
      is_fixed_(fixed != 0),
      noise_share_(kNoiseShareMin) {}

void Window::on_sent() {
  ++in_flight_;
  was_full_ |= !has_room();
}

void Window::on_settled() {
  assert(in_flight_ > 0);
  --in_flight_;
}

void Window::on_answer(int64_t now_us) {
  if (is_fixed_) return;
  if (round_began_us_ == 0) begin_round(now_us);
  if (++answers_ >= size()) end_round(now_us);
}

void Window::on_loss(int64_t now_us, int64_t wait_us) {
  ++losses_;
  const bool is_noise = losses_ < kLossesMin || loss_share() < noise_share_;
  if (is_fixed_ || is_noise || now_us - fell_at_us_ < wait_us) return;
  fall(now_us);
}

void Window::fall(int64_t now_us) {
  if (undo_size_ == 0) {
    undo_size_ = size_;
    undo_phase_ = phase_;
  }
  if (phase_ != Phase::kFallen) {
    base_rate_ = rate_;
    base_size_ = size_;
    fall_share_ = loss_share();
  }
  fell_at_us_ = now_us;
  phase_ = Phase::kFallen;
  resize(size_ * kFall);
  begin_round(now_us);
}

void Window::on_late_answer() {
  if (undo_size_ == 0) return;
  phase_ = undo_phase_;
  resize(std::max(size_, undo_size_));
  undo_size_ = 0;
}

void Window::end_round(int64_t now_us) {
  const double rate =
      answers_ / static_cast<double>(std::max<int64_t>(1, now_us - round_began_us_));
  if (loss_share() < noise_share_ / 2) noise_share_ = std::max(kNoiseShareMin, noise_share_ * 0.9);
  // An unused window proves nothing.
  if (was_full_ && is_settling_) {
    is_settling_ = false;
  } else if (was_full_) {
    rate_ = rate_ == 0 ? rate : 0.7 * rate_ + 0.3 * rate;
    judge(rate);
  }
  begin_round(now_us);
}

void Window::judge(double rate) {
  switch (phase_) {
    case Phase::kDoubling:
      if (rate < kDoublingGain * base_rate_) return cruise(base_size_);
      base_rate_ = rate;
      base_size_ = size_;
      return resize(size_ * 2);
    case Phase::kTrying: return rate < kTryGain * base_rate_ ? cruise(base_size_) : try_more(rate);
    case Phase::kCruising:
      if (++cruised_rounds_ >= kRoundsBetweenTries) try_more(rate);
      return;
    case Phase::kFallen:
      if (rate >= kRateKept * base_rate_) return cruise(size_);
      noise_share_ = std::min(kNoiseShareMax, kNoiseMargin * fall_share_);
      return cruise(base_size_);
  }
}

void Window::try_more(double rate) {
  phase_ = Phase::kTrying;
  base_rate_ = rate;
  base_size_ = size_;
  resize(size_ * kTry);
}

void Window::cruise(double size) {
  phase_ = Phase::kCruising;
  cruised_rounds_ = 0;
  resize(size);
}

void Window::resize(double size) {
  size_ = std::clamp(size, kSizeMin, double{limits::kWindowMax});
  is_settling_ = true;
}

void Window::begin_round(int64_t now_us) {
  round_began_us_ = now_us;
  answers_ = 0;
  losses_ = 0;
  was_full_ = !has_room();
}

double Window::loss_share() const {
  const uint32_t all = losses_ + answers_;
  return all == 0 ? 0 : static_cast<double>(losses_) / all;
}

}  // namespace mxbulk::engine
