#include "asking/upstream.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace mxbulk::asking {
namespace {

constexpr int64_t kFirstRetransmitUs = 400'000;  // before any answer has been timed
// Enough to smooth, few enough to follow within a round trip.
constexpr int64_t kRttSamplesMax = 64;

}  // namespace

double Upstream::load(size_t waiting) const {
  const double fullness = (in_flight() + static_cast<double>(waiting) + 1.0) / window();
  return fullness * (1.0 + std::min(failures_, 1'000U));
}

int64_t Upstream::retransmit_us() const {
  if (srtt_us_ == 0) return kFirstRetransmitUs;
  return std::max(limits::kRetransmitMinUs, srtt_us_ + 4 * rttvar_us_);
}

int64_t Upstream::overdue_us() const {
  if (srtt_us_ == 0) return kFirstRetransmitUs;
  return std::max(limits::kOverdueMinUs, srtt_us_ + 4 * rttvar_us_);
}

int64_t Upstream::place_kept_us(double jitter) const {
  const int64_t spread_us = retransmit_us() - overdue_us();
  return overdue_us() + static_cast<int64_t>(jitter * static_cast<double>(spread_us));
}

int64_t Upstream::place_held_us(double jitter) const {
  return static_cast<int64_t>((0.5 + jitter) * static_cast<double>(retransmit_us()));
}

void Upstream::on_answer(int64_t now_us, int64_t rtt_us) {
  note_answered(now_us);
  ++answers_;
  answered_sent_us_ = std::max(answered_sent_us_, now_us - rtt_us);
  // RFC 7323 appendix G: with the gains of RFC 6298 for each of thousands of answers a round trip,
  // the estimate is that of the last eight.
  update_rtt(rtt_us, std::clamp<int64_t>(in_flight() / 2, 1, kRttSamplesMax));
  window_.on_answer(now_us, rtt_us);
}

void Upstream::on_timeout(int64_t now_us) {
  on_unreachable(now_us);
  if (now_us - replied_at_us_ > loss_wait_us()) window_.on_loss(now_us, loss_wait_us());
}

void Upstream::on_recovered(int64_t now_us, bool was_answered) {
  ++recovered_;
  double& share = was_answered ? refusals_recovered_ : silence_recovered_;
  share += (1 - share) * kRecoveryGain;
  if (!was_answered) window_.on_loss(now_us, loss_wait_us());
}

void Upstream::on_failure(int64_t now_us, bool at_once) {
  note_failed(now_us);
  losses_ = 0;
  has_lost_test_ = false;
  replied_at_us_ = now_us;
  if (!at_once || !refuses_by_load()) return;
  window_.on_refusal(now_us, loss_wait_us());
  ++refused_;
}

void Upstream::evaluate_refusals(int64_t now_us) {
  const uint32_t refused = std::exchange(refused_, 0);
  const uint32_t in_work = std::exchange(in_work_, in_flight() - held_);
  if (refused == 0) return;
  // What was answered beside the refusals was in work when it refused.
  window_.evaluate_refusals(now_us, loss_wait_us(), in_work - std::min(refused, in_work));
}

void Upstream::on_unreachable(int64_t now_us) {
  note_failed(now_us);
  ++losses_;
  lost_at_us_ = now_us;
}

void Upstream::on_late_answer(int64_t now_us, int64_t rtt_us) {
  note_answered(now_us);
  update_rtt(rtt_us, 1);  // with full weight: the wait was too short
  window_.on_late_answer();
}

void Upstream::note_answered(int64_t now_us) {
  failures_ = 0;
  losses_ = 0;
  has_lost_test_ = false;
  has_answered_ = true;
  answered_at_us_ = now_us;
  replied_at_us_ = now_us;
}

void Upstream::note_failed(int64_t now_us) {
  if (failures_++ == 0) failing_since_us_ = now_us;
}

void Upstream::update_rtt(int64_t rtt_us, int64_t samples) {
  if (srtt_us_ == 0) {
    srtt_us_ = std::max<int64_t>(rtt_us, 1);
    rttvar_us_ = rtt_us / 2;
    return;
  }
  rttvar_us_ += (std::abs(rtt_us - srtt_us_) - rttvar_us_) / (4 * samples);
  srtt_us_ += (rtt_us - srtt_us_) / (8 * samples);
  srtt_us_ = std::max<int64_t>(srtt_us_, 1);
}

}  // namespace mxbulk::asking
