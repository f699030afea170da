// What the results of attempts say about the resolvers: if they answer, how fast, if they lose or
// refuse questions because of load, if they keep the case of letters. Also which attempts at a
// question failed, so that a later answer shows that its name was not the reason.
//
// Threads: functions of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstdint>

#include "asking/lookup.h"
#include "asking/question.h"
#include "asking/upstream_set.h"

namespace mxbulk::asking {

// A good answer, in time or late. Its question may have ended before.
void credit_answer(UpstreamSet& upstreams, const Attempt& attempt, int64_t now_us);
// A good answer to a question that is still asked. Earlier attempts at it did not fail because of
// its name. True if one of them did fail.
bool credit_recovered(UpstreamSet& upstreams, Question& question, const Attempt& answered,
                      int64_t now_us);
// SERVFAIL, REFUSED or garbage: AnswerFacts::is_failure().
void credit_failure(UpstreamSet& upstreams, Question& question, const Attempt& attempt,
                    int64_t now_us);
// No answer in time.
void credit_loss(UpstreamSet& upstreams, Question& question, const Attempt& attempt,
                 int64_t now_us);
// A round has failed.
void credit_failed_round(UpstreamSet& upstreams, const Question& question);

}  // namespace mxbulk::asking
