#include "asking/integrity.h"

namespace mxbulk::asking {

bool Integrity::is_due(int64_t now_us, uint32_t domains_begun) const {
  if (given_.answers == given_before_check_.answers) return false;
  return domains_begun - domains_at_check_ >= limits::kCheckEveryDomains ||
         now_us - checked_at_us_ >= limits::kCheckEveryUs ||
         denials_in_a_row_ >= limits::kCheckAfterDenials;
}

void Integrity::begin_check(int64_t now_us, uint32_t domains_begun) {
  check_ = Check();
  given_before_check_ = given_;
  checked_at_us_ = now_us;
  domains_at_check_ = domains_begun;
  denials_in_a_row_ = 0;
}

void Integrity::on_top_level_name(LookupStatus status) {
  if (status == LookupStatus::kFound) check_.has_top_level_address = true;
  if (is_temporary(status) || status == LookupStatus::kFound) return;
  const bool all_denied = ++check_.top_level_denials == limits::kTopLevelNames;
  if (all_denied) top_level_checked_ = given_before_check_.answers;
}

void Integrity::count(LookupStatus status, Canaries& canaries) {
  ++canaries.asked;
  if (status == LookupStatus::kFound) ++canaries.found;
  if (status == LookupStatus::kNoData) check_.denies_by_nodata = true;
  if (status == LookupStatus::kNoData || status == LookupStatus::kNxDomain) ++canaries.denied;
}

Misbehaviour Integrity::evaluate(bool is_over) {
  misbehaviour_ = proven(is_over);
  if (is_over && is_good()) {
    checked_ = given_before_check_;
    good_check_us_ = checked_at_us_;
  }
  return misbehaviour_;
}

Misbehaviour Integrity::proven(bool is_over) const {
  const LookupStatus root = check_.root;
  if (check_.random_name == LookupStatus::kFound || check_.has_top_level_address) {
    return Misbehaviour::kAddressForAny;
  }
  if (root == LookupStatus::kNxDomain || root == LookupStatus::kNoData) {
    return Misbehaviour::kDeniesRoot;
  }
  if (check_.given.denied > 0) return Misbehaviour::kDeniesGivenCanary;
  // One of them may have lost its MX since; all of those asked at once have not.
  const bool all_denied = check_.kept.denied > 0 && check_.kept.denied == check_.kept.asked;
  return is_over && all_denied ? Misbehaviour::kDeniesKeptCanary : Misbehaviour::kNone;
}

bool Integrity::is_good() const {
  const bool canaries_live =
      check_.given.found == check_.given.asked && (check_.kept.found > 0 || check_.kept.asked == 0);
  return misbehaviour_ == Misbehaviour::kNone && !is_temporary(check_.random_name) &&
         check_.root == LookupStatus::kFound && canaries_live;
}

Harm Integrity::harm() const {
  // A resolver that says NXDOMAIN to everything has harmed only the names that it denied so; any
  // other misbehaviour may have falsified every answer.
  if (check_.has_top_level_address) {
    return given_.answers > top_level_checked_ ? Harm::kSole : Harm::kNone;
  }
  const bool denies_by_nxdomain = misbehaviour_ != Misbehaviour::kAddressForAny &&
                                  !check_.denies_by_nodata && check_.root != LookupStatus::kNoData;
  if (!denies_by_nxdomain) return has_unchecked() ? Harm::kSole : Harm::kNone;
  if (given_.sole_denials > checked_.sole_denials) return Harm::kSole;
  return given_.shared_denials > checked_.shared_denials ? Harm::kShared : Harm::kNone;
}

}  // namespace mxbulk::asking
