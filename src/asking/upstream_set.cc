#include "asking/upstream_set.h"

namespace mxbulk::asking {

uint32_t UpstreamSet::trusted(int64_t now_us) const {
  uint32_t trusted = 0;
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_trusted(now_us)) trusted |= 1U << i;
  }
  return trusted & ~left_out_;
}

uint32_t UpstreamSet::silent(int64_t now_us) const {
  uint32_t silent = left_out_;
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_silent(now_us)) silent |= 1U << i;
  }
  return silent;
}

uint32_t UpstreamSet::in_flight() const {
  uint32_t sum = 0;
  for (const Upstream& upstream : all_) sum += upstream.in_flight();
  return sum;
}

void UpstreamSet::on_mixed_unheard(size_t index) {
  if (++mixed_unheard_[index] < limits::kMixedUnheardMax) return;
  mixed_unheard_[index] = 0;
  set_keeps_case(index, false);
}

void UpstreamSet::set_keeps_case(size_t index, bool keeps) {
  const uint32_t bit = 1U << index;
  keeps_case_ = keeps ? keeps_case_ | bit : keeps_case_ & ~bit;
}

}  // namespace mxbulk::asking
