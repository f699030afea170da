#include "asking/lookup.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/limits.h"

namespace mxbulk::asking {

Lookup::Step Lookup::begin_round(const LookupPolicy& policy, uint8_t first_upstream,
                                 int64_t retransmit_us) {
  ++rounds_;
  tries_ = 0;
  unanswered_ = 0;
  timeouts_ = 0;
  failed_upstreams_ = 0;
  denied_by_ = 0;
  nodata_from_ = 0;
  is_unconfirmed_ = false;
  // See on_timer(): a round of one attempt has no other that could go without them.
  without_edns_ = in_lower_case_ = policy.tries == 1 && rounds_ > 1;
  retransmit_us_ = retransmit_us;
  try_.upstream = first_upstream;
  return send(policy);
}

Lookup::Step Lookup::on_answer(const LookupPolicy& policy, uint8_t upstream,
                               const AnswerFacts& facts) {
  if (unanswered_ > 0) --unanswered_;
  if (facts.truncated && !facts.over_tcp) {
    if (over_tcp_) return Step::kWait;  // a second answer was truncated too
    // RFC 7766 §5: the same resolver gives the whole answer over TCP.
    over_tcp_ = true;
    try_.upstream = upstream;
    if (tries_ > 0) --tries_;  // a truncated answer is an answer: its attempt is not counted
    return send(policy);
  }
  const LookupStatus status = facts.truncated ? LookupStatus::kMalformed : facts.status;
  const bool is_nodata = status == LookupStatus::kNoData && !facts.ends_at_cname;
  if (status == LookupStatus::kNxDomain || is_nodata) return on_negative(policy, upstream, facts);
  if (!is_temporary(status)) return Step::kDone;
  if (facts.rejects_edns && facts.with_edns) {
    if (without_edns_) return Step::kWait;
    // RFC 6891 §7: a server that does not know OPT may refuse the whole message. The same question
    // without it follows before this counts as a failure.
    without_edns_ = true;
    try_.upstream = upstream;
    return send(policy);
  }
  failure_ = status;
  // A chain of CNAMEs that does not end is the zone's own: to ask again, or elsewhere, brings the
  // same.
  if (status == LookupStatus::kCnameChain) return Step::kDone;
  if (status == LookupStatus::kCnameLoop) return Step::kFailed;
  failed_upstreams_ |= 1U << upstream;
  if (tries_ < policy.tries && move_to_other_upstream(policy)) return send(policy);
  // Another attempt may still bring a good answer; the timer ends the wait.
  return unanswered_ > 0 ? Step::kWait : end_round(policy);
}

// A second resolver must say so too, if another one is responsive.
Lookup::Step Lookup::on_negative(const LookupPolicy& policy, uint8_t upstream,
                                 const AnswerFacts& facts) {
  const bool is_nodata = facts.status == LookupStatus::kNoData;
  const bool is_weak = facts.is_unfounded && !std::exchange(had_unfounded_, true);
  is_unconfirmed_ = is_weak && negative() == 0;
  const uint32_t bit = 1U << upstream;
  const bool is_repeated = (negative() & bit) != 0;
  const uint32_t others = policy.responsive_upstreams & ~(negative() | bit);
  if (is_repeated && others != 0) return Step::kWait;  // the same denial again
  (is_nodata ? nodata_from_ : denied_by_) |= bit;
  if (is_nodata && policy.accepts_nodata) return Step::kDone;
  if (tries_ > 0) --tries_;  // a denial is an answer: its attempt is not counted
  if (others == 0 && is_weak) return send(policy);  // the same resolver again
  const int agreeing = std::popcount(negative() & ~policy.excluded_upstreams);
  if (others == 0 || agreeing > 1) return Step::kDone;
  const uint32_t askable = others & ~failed_upstreams_;
  if (askable == 0) return unanswered_ > 0 ? Step::kWait : end_round(policy);
  const uint32_t preferred = askable & ~policy.unresponsive_upstreams;
  try_.upstream = static_cast<uint8_t>(std::countr_zero(preferred != 0 ? preferred : askable));
  return send(policy);
}

Lookup::Step Lookup::on_timer(const LookupPolicy& policy) {
  ++timeouts_;
  if (tries_ >= policy.tries) return end_round(policy);
  move_to_other_upstream(policy);
  // A path that drops every message with OPT looks like loss. So does a resolver that has begun to
  // change the case of names, because its answers are dropped as forged. The last attempt does
  // without both.
  if (tries_ + 1U == policy.tries) without_edns_ = in_lower_case_ = true;
  return send(policy);
}

Lookup::Step Lookup::on_no_room(const LookupPolicy& policy) {
  if (move_to_other_upstream(policy)) return Step::kSend;  // it was counted already
  const bool is_responsive = (policy.responsive_upstreams >> try_.upstream & 1U) != 0;
  return negative() != 0 && is_responsive ? Step::kWait : end_round(policy);
}

Lookup::Step Lookup::send(const LookupPolicy& policy) {
  ++tries_;
  ++unanswered_;
  try_.proto = over_tcp_ ? Proto::kTcp : Proto::kUdp;
  try_.edns = !without_edns_;
  try_.mixed_case = !in_lower_case_;
  const bool is_last = tries_ >= policy.tries;
  // TCP does its own retransmission; a second connection would only add load.
  const bool waits_long = is_last || over_tcp_;
  try_.wait_us = waits_long ? policy.timeout_us : std::min(retransmit_us_, policy.timeout_us);
  retransmit_us_ = std::min(retransmit_us_ * 2, policy.timeout_us);
  return Step::kSend;
}

Lookup::Step Lookup::end_round(const LookupPolicy& policy) {
  spent_ += std::max<uint8_t>(1, timeouts_);
  if (is_denied(policy)) return Step::kDenied;
  const bool is_last = policy.one_round || (policy.one_silent_round && timeouts_ > 0) ||
                       spent_ >= policy.attempts_max;
  return is_last ? Step::kFailed : Step::kRetryLater;
}

bool Lookup::is_denied(const LookupPolicy& policy) const {
  if (over_tcp_) return false;        // another gave an answer, even if it was truncated
  if (is_unconfirmed_) return false;  // asked again, and no answer came
  if ((negative() & ~policy.excluded_upstreams) == 0) return false;
  if ((failed_upstreams_ & policy.answered_upstreams) != 0) return false;
  const uint32_t alive = policy.responsive_upstreams & ~policy.unresponsive_upstreams;
  return (alive & policy.answered_upstreams & ~negative()) == 0;
}

int64_t Lookup::retry_delay_us(const LookupPolicy& policy, int64_t left_us, bool is_overloaded,
                               double jitter) const {
  constexpr uint8_t kDoublingsMax = 10;  // far beyond any deadline
  const bool is_brief = policy.retries_soon || (is_overloaded && rounds_ == 1);
  const int64_t first_us = is_brief ? limits::kRetryRefusedUs : limits::kRetryAfterUs;
  const int64_t doubled_us = first_us << std::min<int>(rounds_ - 1, kDoublingsMax);
  const int64_t attempts_left = std::max<int64_t>(1, int64_t{policy.attempts_max} - spent_);
  const auto delay_us = static_cast<double>(std::min(doubled_us, left_us / attempts_left));
  return static_cast<int64_t>(delay_us * (0.75 + jitter / 2));
}

bool Lookup::move_to_other_upstream(const LookupPolicy& policy) {
  const uint32_t usable = ~policy.unresponsive_upstreams;
  return move_to_one_of(policy, policy.responsive_upstreams & usable) ||
         move_to_one_of(policy, usable);
}

bool Lookup::move_to_one_of(const LookupPolicy& policy, uint32_t upstreams) {
  const uint32_t askable = upstreams & ~(failed_upstreams_ | negative());
  for (uint8_t step = 1; step < policy.upstreams; ++step) {
    const auto candidate = static_cast<uint8_t>((try_.upstream + step) % policy.upstreams);
    if ((askable >> candidate & 1U) == 0) continue;
    try_.upstream = candidate;
    return true;
  }
  return false;
}

}  // namespace mxbulk::asking
