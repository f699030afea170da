#include "asking/honesty.h"

namespace mxbulk::asking {

bool Honesty::is_due(int64_t now_us, uint32_t domains_begun) const {
  if (heard_.answers == heard_at_check_.answers) return false;
  return domains_begun - domains_at_check_ >= limits::kVetEveryDomains ||
         now_us - checked_at_us_ >= limits::kVetEveryUs ||
         denials_in_a_row_ >= limits::kVetAfterDenials;
}

void Honesty::begin_check(int64_t now_us, uint32_t domains_begun) {
  check_ = Check();
  heard_at_check_ = heard_;
  checked_at_us_ = now_us;
  domains_at_check_ = domains_begun;
  denials_in_a_row_ = 0;
}

void Honesty::count(LookupStatus status, Canaries& canaries) {
  ++canaries.asked;
  if (status == LookupStatus::kFound) ++canaries.found;
  if (status == LookupStatus::kNoData) check_.denies_by_nodata = true;
  if (status == LookupStatus::kNoData || status == LookupStatus::kNxDomain) ++canaries.denied;
}

Lie Honesty::judge(bool is_over) {
  lie_ = proven(is_over);
  if (is_over && is_good()) sure_ = heard_at_check_;
  return lie_;
}

Lie Honesty::proven(bool is_over) const {
  const LookupStatus root = check_.root;
  if (check_.probe == LookupStatus::kFound) return Lie::kAddressForAll;
  if (root == LookupStatus::kNxDomain || root == LookupStatus::kNoData) return Lie::kDeniesRoot;
  if (check_.given.denied > 0) return Lie::kDeniesGiven;
  // One of them may have lost its MX since; all of those asked at once have not.
  const bool all_denied = check_.kept.denied > 0 && check_.kept.denied == check_.kept.asked;
  return is_over && all_denied ? Lie::kDeniesKept : Lie::kNone;
}

bool Honesty::is_good() const {
  const bool canaries_live =
      check_.given.found == check_.given.asked && (check_.kept.found > 0 || check_.kept.asked == 0);
  return lie_ == Lie::kNone && !is_temporary(check_.probe) && check_.root == LookupStatus::kFound &&
         canaries_live;
}

Harm Honesty::harm() const {
  // Who says NXDOMAIN to all has harmed only what it denied so; another liar, anything.
  const bool has_denied_all = lie_ != Lie::kAddressForAll && !check_.denies_by_nodata &&
                              check_.root != LookupStatus::kNoData;
  if (!has_denied_all) return has_unchecked() ? Harm::kSole : Harm::kNone;
  if (heard_.sole_denials > sure_.sole_denials) return Harm::kSole;
  return heard_.shared_denials > sure_.shared_denials ? Harm::kShared : Harm::kNone;
}

}  // namespace mxbulk::asking
