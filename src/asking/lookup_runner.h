// Asks questions until each is answered or given up: sends attempts over the transport, reports
// their results to the resolvers' windows, and one outcome of each question to its client.
//
//   start(request) ─► Lookup (pure: which attempt is next) ─► Scheduler (when) ─► DnsTransport
//                        ▲                                                            │
//                        └──────── classify ◄─ credit ◄─ on_reply(), timers ◄─────────┘
//
// Threads: one loop thread; turn() drives it, on_reply() is called by the transport's turn.
// Ownership: borrows transport, hosts, observer and trace; names of requests live as long as these.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "asking/dns_transport.h"
#include "asking/question.h"
#include "asking/scheduler.h"
#include "base/limits.h"
#include "base/pool.h"
#include "dns/message.h"
#include "model/trace_sink.h"
#include "table/host_table.h"

namespace mxbulk::asking {

struct LookupSettings {
  std::vector<std::string> upstream_names;  // for the trace; 1..32 of them
  uint32_t concurrency = 0;                 // for each upstream; 0: by measurement
  uint32_t qps = 0;                         // 0: no limit
  LookupPolicy policy;                      // `upstreams` is set from the names

  // How long to wait for an answer to one attempt, while later ones are out: a resolver that is
  // slow for every question is slow, not down.
  [[nodiscard]] int64_t attempt_timeout_us() const { return policy.timeout_us * 3; }
};

struct LookupCounters {
  uint64_t queries = 0;
  uint64_t answers = 0;
  uint64_t retries = 0;
};

// Receives what questions say about the resolvers. Test queries are not reported.
class LookupObserver {
 public:
  virtual ~LookupObserver() = default;
  // A round of attempts failed. The question is in the retry queue, or its report follows.
  virtual void on_round_failed() = 0;
  virtual void on_good_answer() = 0;
};

class LookupRunner final : public DnsReplySink {
 public:
  // `observer` and `trace` may be nullptr.
  LookupRunner(LookupSettings settings, DnsTransport& transport, table::HostTable& hosts,
               LookupObserver* observer, TraceSink* trace);

  // The client receives the outcome later, never in this call.
  void start(const LookupRequest& request);
  // True while another new domain's question could be sent at once, and there are not too many
  // questions without an outcome.
  [[nodiscard]] bool has_room() const {
    return questions_.size() < limits::kQuestionsMax && scheduler_.has_room();
  }

  // Timers, the retry queue, what waits for room. `nothing_else`: no other work will come before
  // the retries are over. If none of them is answered for limits::kRetriesAloneUs, they all fail.
  void turn(int64_t now_us, bool nothing_else);
  [[nodiscard]] int64_t next_wake_us() const { return scheduler_.next_wake_us(); }

  [[nodiscard]] bool idle() const { return questions_.empty(); }
  // Questions asked or waiting for room; not those in the retry queue.
  [[nodiscard]] size_t busy() const { return questions_.size() - scheduler_.retry_queue_size(); }
  // Every question has failed before, and some of them wait in the retry queue.
  [[nodiscard]] bool has_only_retries() const {
    return first_rounds_ == 0 && scheduler_.retry_queue_size() > 0;
  }
  // Attempts that are out and not overdue.
  [[nodiscard]] uint64_t in_flight() const { return scheduler_.in_flight(); }
  [[nodiscard]] const LookupCounters& counters() const { return counters_; }

  // As in Upstream.
  [[nodiscard]] bool wants_liveness_test(size_t upstream) const {
    return scheduler_.upstreams()[upstream].wants_liveness_test(now_us_);
  }
  void on_liveness_test(size_t upstream) {
    scheduler_.upstreams()[upstream].on_liveness_test(now_us_);
  }

  // As in UpstreamSet. What waits for an excluded resolver is asked of others at the next turn().
  void exclude(size_t upstream) { scheduler_.upstreams().exclude(upstream); }
  void set_keeps_case(size_t upstream, bool keeps) {
    scheduler_.upstreams().set_keeps_case(upstream, keeps);
  }

  // The time at which the replies that follow were received; without it, that of the last turn().
  void set_now(int64_t now_us) {
    now_us_ = now_us;
    scheduler_.set_now(now_us);
  }
  void on_reply(const DnsReply& reply) override;

 private:
  void begin_round(Question& question);
  void begin_due_round(Question& question);
  void follow(Question& question, Lookup::Step step);
  void send_or_queue(Question& question);
  void send(Question& question);
  void on_timer(Question& question);
  void watch_place(Question& question);
  void on_timeout(Question& question);
  void leave_first_round(Question& question);
  void put_into_retry_queue(Question& question);
  void end_failing_retries(bool nothing_else);

  void on_message(Attempt attempt, const DnsReply& reply);
  [[nodiscard]] AnswerFacts classify(Question& question, const Attempt& attempt,
                                     const DnsReply& reply);
  void credit(Question& question, const Attempt& attempt, const AnswerFacts& facts);

  void finish_with_answer(Question& question);
  void finish_denied(Question& question);
  void finish_unanswered(Question& question);
  void finish_failed(Question& question, LookupStatus status);
  void report(Question& question, const LookupOutcome& outcome);
  void follow_cname(Question& question);
  void forget_attempts(Question& question);
  void notify_round_failed(const Question& question);

  [[nodiscard]] bool is_out_of_time(const Question& question) const;
  [[nodiscard]] LookupPolicy policy_of(const Question& question) const;
  [[nodiscard]] LetterCase letter_case_of(const Question& question, const Try& next) const;
  [[nodiscard]] bool is_traced(const Question& question) const {
    return trace_ != nullptr && !question.request.is_test;
  }

  LookupSettings settings_;
  DnsTransport& transport_;
  table::HostTable& hosts_;
  LookupObserver* observer_;
  TraceSink* trace_;

  Scheduler scheduler_;
  Pool<Question> questions_;
  Pool<Attempt> attempts_;  // a ticket is the handle of its attempt
  std::unique_ptr<dns::Answer> answer_;
  std::vector<MxRecord> mx_;  // backs the outcome that is being reported
  LookupCounters counters_;
  int64_t now_us_ = 0;
  size_t first_rounds_ = 0;             // questions in their first round, test queries apart
  uint32_t attempts_wanted_ = 0;        // by UpstreamSet, in this turn
  int64_t retries_alone_since_us_ = 0;  // no first round ran, and no retry was answered
};

}  // namespace mxbulk::asking
