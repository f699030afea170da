// Decides which attempt at a question comes next: retransmission, another resolver, TCP, without
// EDNS, and another round later in the run.
//
//   begin_round() ─kSend─► attempt ─on_answer(), on_timer()─► kSend | kWait | kDone
//                             └─ all failed ─► kRetryLater ─► begin_round() | kDenied | kFailed
//
// Pure: no clock, no socket, no bytes. The caller reports what happened and carries out the step
// that is returned.
// Threads: a plain value of one thread.
#pragma once

#include <cstdint>

#include "model/lookup_outcome.h"
#include "model/record_type.h"

namespace mxbulk::asking {

struct LookupPolicy {
  uint32_t tries = 3;  // attempts in one round; at least 1
  // Attempts in all rounds; those after the first round come from the retry queue. A round whose
  // attempts were all answered badly counts as one.
  uint32_t attempts_max = 6;
  bool one_round = false;          // and none from the retry queue
  bool one_silent_round = false;   // likewise, after a round without an answer
  uint8_t upstreams = 1;           // 1..32
  int64_t timeout_us = 2'000'000;  // of one attempt, an upper bound
  // Bit set: it gave good answers lately. If two did, a negative answer needs both: one resolver
  // that denies everything would make every domain dead.
  uint32_t responsive_upstreams = 0;
  // Bit set: it gave a good answer in this run.
  uint32_t answered_upstreams = 0;
  // Bit set: its last questions were all lost. Asked only if its confirmation is needed.
  uint32_t unresponsive_upstreams = 0;
  // Bit set: its answers were proven false, those of this round too.
  uint32_t excluded_upstreams = 0;
  bool accepts_nodata = false;  // from one resolver: no verdict rests on it
  bool retries_soon = false;    // of a test query: a run waits for it at its end
};

// What an answer says that matters for the next attempt.
struct AnswerFacts {
  LookupStatus status = LookupStatus::kMalformed;
  bool truncated = false;
  bool rejects_edns = false;  // FORMERR, NOTIMP or BADVERS
  // Of the attempt that it answers; later attempts may have been sent another way.
  bool over_tcp = false;
  bool with_edns = true;
  bool ends_at_cname = false;  // its target is asked for next: neither positive nor negative
  bool is_unfounded = false;   // as in dns::Answer

  // The resolver did its work, even if the answer did not fit.
  [[nodiscard]] bool is_good() const { return truncated || !is_temporary(status); }
  // SERVFAIL, REFUSED or garbage, and not for the OPT record alone.
  [[nodiscard]] bool is_failure() const { return !is_good() && !(rejects_edns && with_edns); }
  // No further attempt could add to it.
  [[nodiscard]] bool is_final() const { return !truncated && !is_temporary(status); }
};

// How the next attempt is sent.
struct Try {
  uint8_t upstream = 0;
  Proto proto = Proto::kUdp;
  bool edns = true;
  bool mixed_case = true;  // letters of random case, if the resolver is known to keep them
  int64_t wait_us = 0;     // on_timer() follows after it, if there is no final answer
};

class Lookup {
 public:
  enum class Step : uint8_t {
    kSend,        // send next_try()
    kWait,        // another attempt is out, or the timer runs
    kRetryLater,  // this round failed: into the retry queue, then begin_round()
    kDone,        // the last answer is final
    kDenied,      // the negative answers of this round are, because no other can be had
    kFailed,      // no more attempts: failure() says how
  };

  // `retransmit_us`: the wait before the second attempt, at most policy.timeout_us; doubled each
  // time. Requires: `first_upstream` < policy.upstreams.
  Step begin_round(const LookupPolicy& policy, uint8_t first_upstream, int64_t retransmit_us);
  // A whole message was received from `upstream`.
  Step on_answer(const LookupPolicy& policy, uint8_t upstream, const AnswerFacts& facts);
  // next_try().wait_us have passed without a final answer.
  Step on_timer(const LookupPolicy& policy);
  // next_try() waits for room at a resolver that has become unresponsive, while others answer.
  // kWait: keep waiting, because that resolver's confirmation is needed.
  Step on_no_room(const LookupPolicy& policy);
  // No round may follow: the asking time or the run is over.
  static Step give_up() { return Step::kFailed; }
  // Wait before the next round: limits::kRetryAfterUs, doubled each time, but so that all attempts
  // that are left fit into `left_us`; less or more by a quarter, as `jitter` (0 to 1) says. If the
  // resolver `is_overloaded`, which its window soon ends, the first wait is
  // limits::kRetryRefusedUs, as with policy.retries_soon. Requires: kRetryLater was returned.
  [[nodiscard]] int64_t retry_delay_us(const LookupPolicy& policy, int64_t left_us,
                                       bool is_overloaded, double jitter) const;

  [[nodiscard]] const Try& next_try() const { return try_; }
  // Requires: kFailed or kRetryLater was returned.
  [[nodiscard]] LookupStatus failure() const { return failure_; }
  // In this round a resolver said that the name, or the record, does not exist.
  [[nodiscard]] bool was_denied() const { return negative() != 0; }
  // Bit set: that resolver said NXDOMAIN.
  [[nodiscard]] uint32_t denied_by() const { return denied_by_; }
  // Likewise, NODATA.
  [[nodiscard]] uint32_t nodata_from() const { return nodata_from_; }
  // The negative answers of this round are the outcome if it ends now: all resolvers whose second
  // opinion is missing never gave a good answer in this run, or have become unresponsive. The first
  // unfounded NODATA alone is no outcome.
  [[nodiscard]] bool is_denied(const LookupPolicy& policy) const;
  // A round has failed.
  [[nodiscard]] bool is_retry() const { return spent_ > 0; }

 private:
  Step send(const LookupPolicy& policy);
  Step end_round(const LookupPolicy& policy);
  Step on_negative(const LookupPolicy& policy, uint8_t upstream, const AnswerFacts& facts);
  // The resolvers that gave a negative answer in this round.
  [[nodiscard]] uint32_t negative() const { return denied_by_ | nodata_from_; }
  // Makes the next resolver that has not answered in this round and is worth asking the one of the
  // next attempt, responsive ones first. False if there is none.
  bool move_to_other_upstream(const LookupPolicy& policy);
  bool move_to_one_of(const LookupPolicy& policy, uint32_t upstreams);

  Try try_;
  int64_t retransmit_us_ = 0;
  uint32_t failed_upstreams_ = 0;  // bit set: answered badly in this round
  uint32_t denied_by_ = 0;         // bit set: said NXDOMAIN in this round
  uint32_t nodata_from_ = 0;       // bit set: said NODATA in this round
  bool had_unfounded_ = false;     // an unfounded NODATA, in any round
  bool is_unconfirmed_ = false;    // likewise, the only negative answer of this round
  LookupStatus failure_ = LookupStatus::kTimeout;
  uint8_t tries_ = 0;
  uint8_t unanswered_ = 0;  // attempts of this round
  uint8_t timeouts_ = 0;    // in this round
  uint8_t rounds_ = 0;
  uint8_t spent_ = 0;  // of policy.attempts_max, by rounds that failed
  bool without_edns_ = false;
  bool in_lower_case_ = false;
  bool over_tcp_ = false;
};

}  // namespace mxbulk::asking
