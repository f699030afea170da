#include "engine/upstream.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace mxbulk::engine {
namespace {

constexpr double kFall = 0.7;
constexpr double kWindowMin = 4;  // enough to notice that a resolver is back
constexpr int64_t kFirstRetransmitUs = 400'000;  // before any answer has been timed

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

void Upstream::on_settled() {
  assert(in_flight_ > 0);
  --in_flight_;
}

void Upstream::on_answer(int64_t rtt_us) {
  failures_ = 0;
  take_rtt(rtt_us);
  // An unused window proves nothing: it grows only while it is the limit.
  if (is_fixed_ || in_flight_ + 1 < window_ / 2) return;
  window_ += is_starting_ ? 1.0 : 1.0 / window_ * 8.0;
  window_ = std::min(window_, double{limits::kWindowMax});
}

void Upstream::on_loss(int64_t now_us) {
  ++failures_;
  is_starting_ = false;
  // One fall for all the losses of one round trip: they have one cause.
  if (is_fixed_ || now_us - last_cut_us_ < std::max(srtt_us_, limits::kRetransmitMinUs)) return;
  last_cut_us_ = now_us;
  window_ = std::max(kWindowMin, window_ * kFall);
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
