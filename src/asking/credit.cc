#include "asking/credit.h"

namespace mxbulk::asking {

void credit_answer(UpstreamSet& upstreams, const Attempt& attempt, int64_t now_us) {
  if (attempt.in_mixed_case) upstreams.on_mixed_answered(attempt.upstream);
  const int64_t rtt_us = now_us - attempt.sent_us;
  if (attempt.is_overdue) {
    upstreams[attempt.upstream].on_late_answer(now_us, rtt_us);
  } else {
    upstreams[attempt.upstream].on_answer(now_us, rtt_us);
  }
}

bool credit_recovered(UpstreamSet& upstreams, Question& question, const Attempt& answered,
                      int64_t now_us) {
  if (answered.is_lower_case_fallback && upstreams.keeps_case(answered.upstream)) {
    upstreams.on_mixed_unanswered(answered.upstream);
  }
  if (question.failed.all().empty()) return false;
  for (const FailedAttempts::Failed& failed : question.failed.all()) {
    if (failed.ordinal >= answered.ordinal) continue;
    upstreams[failed.upstream].on_recovered(now_us, failed.was_answered);
  }
  question.failed = {};
  return true;
}

void credit_failure(UpstreamSet& upstreams, Question& question, const Attempt& attempt,
                    int64_t now_us) {
  Upstream& upstream = upstreams[attempt.upstream];
  upstream.on_failure(now_us, now_us - attempt.sent_us < upstream.retransmit_us());
  if (question.request.is_test) return;
  if (question.lookup.is_retry() && question.failed.has_answered(attempt.upstream)) {
    upstream.on_failed_again();
  }
  question.failed.remove(attempt.ordinal);
  question.failed.add(
      {.upstream = attempt.upstream, .ordinal = attempt.ordinal, .was_answered = true});
}

void credit_loss(UpstreamSet& upstreams, Question& question, const Attempt& attempt,
                 int64_t now_us) {
  if (!attempt.over_tcp) upstreams.on_unanswered(attempt.upstream, attempt.with_edns);
  Upstream& upstream = upstreams[attempt.upstream];
  if (question.request.is_liveness_test) upstream.on_test_lost();
  if (question.request.is_test) return;  // a resolver that drops test queries has not lost any
  question.failed.add({.upstream = attempt.upstream, .ordinal = attempt.ordinal});
  question.was_overtaken |= upstream.has_overtaken(attempt.sent_us);
  if (question.was_overtaken || question.lookup.is_retry()) {  // its name may be the reason
    upstream.on_unreachable(now_us);
  } else {
    upstream.on_timeout(now_us);
  }
}

void credit_failed_round(UpstreamSet& upstreams, const Question& question) {
  if (question.request.is_test || question.lookup.failure() != LookupStatus::kTimeout) return;
  upstreams[question.lookup.next_try().upstream].on_unanswered_round();
}

}  // namespace mxbulk::asking
