#include "asking/upstream_set.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mxbulk::asking {

uint32_t UpstreamSet::responsive(int64_t now_us) const {
  uint32_t responsive = 0;
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_responsive(now_us)) responsive |= 1U << i;
  }
  return responsive & ~excluded_;
}

uint32_t UpstreamSet::answered() const {
  uint32_t answered = 0;
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].has_answered()) answered |= 1U << i;
  }
  return answered;
}

uint32_t UpstreamSet::unresponsive(int64_t now_us) const {
  uint32_t unresponsive = excluded_;
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_unresponsive(now_us)) unresponsive |= 1U << i;
  }
  return unresponsive;
}

uint32_t UpstreamSet::in_flight() const {
  uint32_t sum = 0;
  for (const Upstream& upstream : all_) sum += upstream.in_flight();
  return sum;
}

uint32_t UpstreamSet::attempts_wanted(int64_t now_us) const {
  constexpr double kUnluckyShare = 1e-7;  // of questions that fail by chance: less than one a run
  constexpr double kShareMin = 1e-7;      // has a logarithm; one attempt is enough
  uint32_t unresponsive = this->unresponsive(now_us);
  // A resolver that drops what is above its limit looks so, and will be asked all the same.
  if (std::popcount(unresponsive) == static_cast<int>(all_.size())) unresponsive = excluded_;
  double log_sum = 0;
  uint32_t asked = 0;
  for (size_t i = 0; i < all_.size(); ++i) {
    if ((unresponsive >> i & 1U) != 0) continue;
    log_sum += std::log(std::max(kShareMin, all_[i].failure_share()));
    ++asked;
  }
  if (log_sum == 0) return asked == 0 ? 0 : limits::kAttemptsMax;
  const double wanted = std::ceil(std::log(kUnluckyShare) * asked / log_sum);
  return static_cast<uint32_t>(std::min<double>(wanted, limits::kAttemptsMax));
}

void UpstreamSet::on_mixed_unanswered(size_t index) {
  if (++mixed_unanswered_[index] < limits::kMixedUnansweredMax) return;
  mixed_unanswered_[index] = 0;
  set_keeps_case(index, false);
}

void UpstreamSet::on_answered(size_t index, bool with_edns) {
  Edns& edns = edns_[index];
  if (with_edns) {
    edns.was_answered = true;
  } else if (!edns.was_answered && edns.unanswered >= limits::kEdnsUnansweredMax) {
    drops_edns_ |= 1U << index;
  }
}

void UpstreamSet::on_unanswered(size_t index, bool with_edns) {
  if (with_edns) ++edns_[index].unanswered;
}

void UpstreamSet::set_keeps_case(size_t index, bool keeps) {
  const uint32_t bit = 1U << index;
  keeps_case_ = keeps ? keeps_case_ | bit : keeps_case_ & ~bit;
}

}  // namespace mxbulk::asking
