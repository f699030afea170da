// One question until it is answered: tries, retransmission, another resolver, TCP, without EDNS,
// and a second round later in the run.
//
// Pure: no clock, no socket, no bytes; the dispatcher tells what happened and does what it is told.
// Threads: a plain value of one loop thread.
#pragma once

#include <cstdint>

#include "model/lookup_outcome.h"
#include "model/record_type.h"

namespace mxbulk::asking {

struct LookupPolicy {
  uint32_t tries = 3;              // in one round; at least 1
  uint32_t rounds = 2;             // the second one by way of the slow lane
  uint8_t upstreams = 1;           // 1..32
  int64_t timeout_us = 2'000'000;  // of one try, an upper bound
  // Bit set: it answers well these days. Where two do, one alone is not believed that a name does
  // not exist: a resolver that denies everything would else kill every domain.
  uint32_t trusted_upstreams = 0;
  // Bit set: question after question got no answer just now. Asked only where its word is needed.
  uint32_t silent_upstreams = 0;
};

// What an answer said that matters for asking on.
struct AnswerFacts {
  LookupStatus status = LookupStatus::kMalformed;
  bool truncated = false;
  bool dislikes_edns = false;  // FORMERR, NOTIMP or BADVERS
  // Of the copy that it answers; a late answer may be to one sent before the way was changed.
  bool over_tcp = false;
  bool with_edns = true;
};

// Send one more copy of the question.
struct Try {
  uint8_t upstream = 0;
  Proto proto = Proto::kUdp;
  bool edns = true;
  bool mixed_case = true;  // letters of random case, where the resolver is known to keep them
  int64_t wait_us = 0;     // after it, without a final answer, call on_timer()
};

class Lookup {
 public:
  enum class Step : uint8_t {
    kSend,    // send next_try()
    kWait,    // another copy is still out, or the timer runs
    kPark,    // this round failed: into the slow lane, then begin_round()
    kDone,    // the last answer is final
    kFailed,  // no more tries: failure() says how
  };

  // `retransmit_us`: the wait before the second try, at most policy.timeout_us; doubled each time.
  // `first_upstream` < policy.upstreams.
  Step begin_round(const LookupPolicy& policy, uint8_t first_upstream, int64_t retransmit_us);
  // A whole message came back from `upstream`.
  Step on_answer(const LookupPolicy& policy, uint8_t upstream, const AnswerFacts& facts);
  // next_try().wait_us are over and nothing final came.
  Step on_timer(const LookupPolicy& policy);
  // next_try() waits for room at a resolver that has fallen silent, while others answer. kWait: it
  // waits on, for its word is needed.
  Step on_no_room(const LookupPolicy& policy);
  // No round may follow: asking time or the run is over.
  Step give_up();

  [[nodiscard]] const Try& next_try() const { return try_; }
  // Requires: kFailed or kPark was returned.
  [[nodiscard]] LookupStatus failure() const { return failure_; }
  // In this round a resolver said that the name does not exist.
  [[nodiscard]] bool was_denied() const { return denied_by_ != 0; }
  // Bit set: that one did.
  [[nodiscard]] uint32_t denied_by() const { return denied_by_; }

 private:
  Step send(const LookupPolicy& policy);
  Step end_round(const LookupPolicy& policy);
  Step on_denial(const LookupPolicy& policy, uint8_t upstream);
  // True where a resolver is left that has not yet had its say in this round and is worth asking;
  // makes it the next. One that answers well these days comes first.
  bool move_to_other_upstream(const LookupPolicy& policy);
  bool move_to_one_of(const LookupPolicy& policy, uint32_t upstreams);

  Try try_;
  int64_t retransmit_us_ = 0;
  uint32_t failed_upstreams_ = 0;  // bit set: answered badly in this round
  uint32_t denied_by_ = 0;         // bit set: said NXDOMAIN in this round
  LookupStatus failure_ = LookupStatus::kTimeout;
  uint8_t tries_ = 0;
  uint8_t unanswered_ = 0;  // copies of this round
  uint8_t rounds_ = 0;
  bool without_edns_ = false;
  bool in_lower_case_ = false;
  bool over_tcp_ = false;
};

}  // namespace mxbulk::asking
