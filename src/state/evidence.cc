#include "state/evidence.h"

#include <algorithm>
#include <limits>

#include "base/limits.h"
#include "model/outcome_table.h"

namespace mxbulk::state {
namespace {

// From 0.8 to 1.2. The key is a hash: its low bits are as good as any.
double spread(int64_t key) {
  constexpr uint64_t kSteps = 1 << 16;
  const auto step = static_cast<double>(static_cast<uint64_t>(key) % kSteps);
  return 0.8 + 0.4 * step / static_cast<double>(kSteps - 1);
}

// It says nothing about the ports of the domain's hosts: neither that one opens nor that none does.
bool proves_nothing_about_ports(Reason reason) {
  return reason == Reason::kProbeSkipped || reason == Reason::kEgressBlocked ||
         reason == Reason::kEgressIntercepted || verdict_of(reason) == Verdict::kUnknown;
}

}  // namespace

int64_t usable_for_s(Reason reason, Action action, uint32_t ttl_s, int64_t max_age_s, int64_t key) {
  if (verdict_of(reason) == Verdict::kUnknown || reason == Reason::kSpecialUse) return 0;
  if (max_age_s == 0) return 0;  // the user wants all to be asked for
  const double factor = spread(key);
  auto age_s = static_cast<int64_t>(static_cast<double>(max_age_s) * factor);
  if (action == Action::kSend && ttl_s > max_age_s) {
    const auto by_ttl = static_cast<int64_t>(static_cast<double>(ttl_s) * factor);
    // The longest TTLs are the same for many domains: the spread must not end at one cap.
    const auto cap = static_cast<int64_t>(limits::kStateTtlMaxS / 1.2 * factor);
    age_s = std::max(age_s, std::min(by_ttl, cap));
  }
  return age_s;
}

bool is_usable(const StoredAnswer& answer, Action action, int64_t max_age_s, int64_t key,
               int64_t now_s) {
  if (answer.asked_at_s == 0 || answer.asked_at_s > now_s) return false;
  return now_s - answer.asked_at_s <
         usable_for_s(answer.reason, action, answer.ttl_s, max_age_s, key);
}

DomainHistory after_lookup(const DomainHistory& history, Reason reason, uint32_t now_s,
                           uint32_t run) {
  const Action plain = outcome_of(reason).action;
  DomainHistory next = history;
  next.exists = true;
  next.action = history.exists && history.reason == reason ? history.action : plain;
  next.reason = reason;
  next.asked_at_s = now_s;
  next.run = run;
  if (!history.exists) {
    next.first_seen_s = now_s;
    next.first_run = run;
  }
  const Verdict verdict = verdict_of(reason);
  if (history.has_base && verdict == verdict_of(history.base_reason)) {
    next.since_s =
        history.base_since_s;  // a run in between, which was not completed, does not count
  } else if (!history.exists || verdict != verdict_of(history.reason)) {
    next.since_s = now_s;
  }
  if (plain == Action::kSend) next.last_good_s = now_s;
  if (is_tcp_failure(reason)) {
    if (next.failures == 0) next.failing_since_s = now_s;
    if (next.failures < std::numeric_limits<uint16_t>::max()) ++next.failures;
  } else if (!proves_nothing_about_ports(reason)) {
    next.failures = 0;
    next.failing_since_s = 0;
  }
  return next;
}

Action action_by_evidence(Action plain, const DomainHistory& history, const EvidenceRules& rules,
                          int64_t now_s) {
  if (plain != Action::kRetry) return plain;
  if (is_tcp_failure(history.reason)) {
    // Until the last failure, not until now: what was not tried meanwhile has not failed.
    const int64_t failing_s = int64_t{history.asked_at_s} - history.failing_since_s;
    const bool is_dead =
        history.failures >= rules.dead_after_runs && failing_s >= rules.dead_after_s;
    return is_dead ? Action::kSuppress : plain;
  }
  const bool is_unknown = verdict_of(history.reason) == Verdict::kUnknown;
  return is_unknown && now_s - history.since_s >= rules.unknown_review_s ? Action::kReview : plain;
}

}  // namespace mxbulk::state
