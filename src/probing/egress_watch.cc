#include "probing/egress_watch.h"

#include <algorithm>

namespace mxbulk::probing {

void EgressWatch::on_open(int64_t dialled_us) {
  closed_in_row_ = 0;
  opening_dialled_us_ = std::max(opening_dialled_us_, dialled_us);
  silent_since_us_ = kNever;
  silent_in_row_ = 0;
}

void EgressWatch::add_witness(IpId host) {
  const auto known = witnesses_.begin() + static_cast<std::ptrdiff_t>(witness_count_);
  if (std::find(witnesses_.begin(), known, host) != known) return;
  witnesses_[next_place_] = host;
  next_place_ = (next_place_ + 1) % limits::kWitnesses;
  witness_count_ = std::min(witness_count_ + 1, limits::kWitnesses);
}

void EgressWatch::on_witness_closed(int64_t now_us) {
  pause_until_us_ = 0;
  if (++silent_in_row_ < std::min<size_t>(witness_count_, limits::kWitnessesSilent)) return;
  silent_in_row_ = 0;
  pause_until_us_ = now_us + limits::kWitnessPauseUs;
  if (!is_silent()) silent_since_us_ = now_us;
}

EgressWatch::Proof EgressWatch::proof_of_failure(int64_t ended_us, int64_t now_us) const {
  if (opening_dialled_us_ >= ended_us) {
    const bool is_soon = opening_dialled_us_ - ended_us <= limits::kEgressFreshUs;
    return is_soon ? Proof::kClosed : Proof::kVoid;
  }
  return now_us - ended_us > limits::kEgressPatienceUs ? Proof::kVoid : Proof::kNone;
}

std::optional<IpId> EgressWatch::next_witness(int64_t now_us) {
  if (witness_count_ == 0 || now_us < pause_until_us_) return std::nullopt;
  pause_until_us_ = now_us + limits::kWitnessRestUs;
  next_witness_ = (next_witness_ + 1) % witness_count_;
  return witnesses_[next_witness_];
}

}  // namespace mxbulk::probing
