#include "route/host_evaluation.h"

#include <algorithm>

namespace mxbulk::route {

void HostEvaluation::add_address(const IpAddress& address) {
  if (!policy_->is_public(address)) {
    facts_.has_nonpublic = true;
    return;
  }
  facts_.has_public = true;
  keep(address);
}

void HostEvaluation::keep(const IpAddress& address) {
  const auto end = addresses_.begin() + address_count_;
  const auto place = std::lower_bound(addresses_.begin(), end, address);
  if (place != end && *place == address) return;
  const bool is_full = address_count_ == addresses_.size();
  facts_.has_more_addresses |= is_full;
  if (place == addresses_.end()) return;
  std::copy_backward(place, is_full ? end - 1 : end, is_full ? end : end + 1);
  *place = address;
  if (!is_full) ++address_count_;
}

std::optional<RecordType> HostEvaluation::on(const LookupOutcome& outcome) {
  const bool is_first = asked_ == RecordType::kA;
  if (is_first) {
    facts_.is_v4_known = !is_temporary(outcome.status);
    facts_.has_v4 = outcome.status == LookupStatus::kFound;
    facts_.ttl_s = outcome.ttl_s;
  }
  facts_.is_cname |= outcome.via_cname;
  facts_.resolvers_disagree |= outcome.resolvers_disagree;
  // A record that was cut off or could not be read may have held a public address.
  facts_.has_more_addresses |= outcome.cut;
  facts_.has_temporary |= is_temporary(outcome.status) || outcome.cut || outcome.malformed_record;
  if (outcome.status == LookupStatus::kFound) {
    for (const IpAddress& address : outcome.addresses) add_address(address);
    facts_.ttl_s = facts_.has_v4 ? std::min(facts_.ttl_s, outcome.ttl_s) : outcome.ttl_s;
  }
  // NXDOMAIN for A is asked again too: a second opinion before a host is called dead.
  if (!is_first || (facts_.has_public && !ask_all_)) return std::nullopt;
  asked_ = RecordType::kAaaa;
  return asked_;
}

}  // namespace mxbulk::route
