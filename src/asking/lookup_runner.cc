#include "asking/lookup_runner.h"

#include <algorithm>

#include "asking/answer_text.h"
#include "base/limits.h"

namespace mxbulk::asking {

using Step = Lookup::Step;

LookupRunner::LookupRunner(LookupSettings settings, DnsTransport& transport,
                           table::HostTable& hosts, LookupObserver* observer, TraceSink* trace)
    : settings_(std::move(settings)),
      transport_(transport),
      hosts_(hosts),
      observer_(observer),
      trace_(trace),
      scheduler_(settings_.upstream_names.size(), settings_.concurrency, settings_.qps),
      answer_(std::make_unique<dns::Answer>()) {
  settings_.policy.upstreams = static_cast<uint8_t>(settings_.upstream_names.size());
}

void LookupRunner::start(const LookupRequest& request) {
  const Handle<Question> handle = questions_.create();
  Question& question = questions_[handle];
  question = Question();
  question.handle = handle;
  question.request = request;
  question.name = request.name;
  begin_round(question);
}

void LookupRunner::turn(int64_t now_us, bool nothing_else) {
  set_now(now_us);
  scheduler_.fire_timers([this](Handle<Question> handle) {
    if (Question* const question = questions_.find(handle)) on_timer(*question);
  });
  if (nothing_else && busy() == 0) retry_all_now();
  scheduler_.revise_queues([this](Question& question) {
    scheduler_.dequeue(question);
    const Step step = question.lookup.on_no_room(policy_of(question));
    if (step == Step::kWait) {
      scheduler_.enqueue(question);
    } else {
      follow(question, step);
    }
  });
  while (Question* const question = scheduler_.next_to_send()) send(*question);
}

void LookupRunner::begin_round(Question& question) {
  const int only = question.request.only_upstream;
  const uint8_t upstream =
      only >= 0 ? static_cast<uint8_t>(only) : scheduler_.choose(question.request.avoid_upstream);
  const int64_t retransmit_us = scheduler_.upstreams()[upstream].retransmit_us();
  follow(question, question.lookup.begin_round(policy_of(question), upstream, retransmit_us));
}

void LookupRunner::follow(Question& question, Step step) {
  switch (step) {
    case Step::kSend: send_or_queue(question); return;
    case Step::kWait: return;
    case Step::kRetryLater: put_into_retry_queue(question); return;
    case Step::kDone: finish_with_answer(question); return;
    case Step::kFailed:
      notify_round_failed(question);
      finish_failed(question, question.lookup.failure());
      return;
  }
}

// --- sending -------------------------------------------------------------------------------------

void LookupRunner::send_or_queue(Question& question) {
  scheduler_.cancel_timer(question);  // each attempt has a timer of its own
  if (scheduler_.may_send(question)) {
    send(question);
  } else {
    question.clock.stop(now_us_);
    scheduler_.enqueue(question);
  }
}

void LookupRunner::send(Question& question) {
  const Try next = question.lookup.next_try();
  question.clock.start(now_us_);
  if (++question.attempts > 1) ++counters_.retries;
  ++counters_.queries;
  scheduler_.on_sent(next.upstream);
  scheduler_.set_timer(question, now_us_ + next.wait_us);
  if (is_traced(question)) {
    trace_->on_query(question.name, question.request.type, settings_.upstream_names[next.upstream],
                     next.proto);
  }
  const bool over_tcp = next.proto == Proto::kTcp;
  const bool with_edns = next.edns && !scheduler_.upstreams().drops_edns(next.upstream);
  const LetterCase letter_case = letter_case_of(question, next);
  question.attempt = attempts_.create();
  attempts_[question.attempt] = {
      .question = question.handle,
      .sent_us = now_us_,
      .upstream = next.upstream,
      .over_tcp = over_tcp,
      .with_edns = with_edns,
      .in_mixed_case = letter_case == LetterCase::kMixed,
      .is_lower_case_fallback = !next.mixed_case && !over_tcp && !question.request.is_case_test};
  transport_.ask({.ticket = question.attempt.packed(),
                  .name = question.name,
                  .type = question.request.type,
                  .upstream = next.upstream,
                  .proto = next.proto,
                  .edns = with_edns,
                  .letter_case = letter_case,
                  .timeout_us = settings_.attempt_timeout_us()});
}

// An answer over TCP cannot be forged by a host that does not see the connection.
LetterCase LookupRunner::letter_case_of(const Question& question, const Try& next) const {
  if (next.proto == Proto::kTcp) return LetterCase::kLower;
  if (question.request.is_case_test) return LetterCase::kTest;
  const bool is_mixed = next.mixed_case && scheduler_.upstreams().keeps_case(next.upstream);
  return is_mixed ? LetterCase::kMixed : LetterCase::kLower;
}

// --- time ----------------------------------------------------------------------------------------

void LookupRunner::on_timer(Question& question) {
  if (question.state == Question::State::kRetryQueue) {
    begin_due_round(question);
    return;
  }
  // The newest attempt is taken for lost and makes room; an answer to it is still good.
  if (Attempt* const attempt = attempts_.find(question.attempt)) {
    complete(*attempt);
    attempt->is_overdue = true;
    question.attempt = {};
    if (!attempt->over_tcp) {
      scheduler_.upstreams().on_unanswered(attempt->upstream, attempt->with_edns);
    }
    if (!question.request.is_test) {  // a resolver that drops test queries has not lost any
      scheduler_.upstreams()[attempt->upstream].on_loss(now_us_);
      scheduler_.on_lost(attempt->upstream);
    }
  }
  follow(question, is_out_of_time(question) ? Lookup::give_up()
                                            : question.lookup.on_timer(policy_of(question)));
}

void LookupRunner::put_into_retry_queue(Question& question) {
  question.clock.stop(now_us_);
  scheduler_.retry_later(question, now_us_ + limits::kRetryAfterUs);
  notify_round_failed(question);
}

void LookupRunner::begin_due_round(Question& question) {
  scheduler_.dequeue(question);
  if (is_out_of_time(question)) {
    finish_failed(question, question.lookup.failure());
  } else {
    begin_round(question);
  }
}

// But not the test whether a resolver is alive: it may be restarting.
void LookupRunner::retry_all_now() {
  scheduler_.for_each_in_retry_queue([this](Question& question) {
    if (!question.request.is_urgent) begin_due_round(question);
  });
}

// --- replies -------------------------------------------------------------------------------------

void LookupRunner::on_reply(const DnsReply& reply) {
  const auto handle = Handle<Attempt>::unpacked(reply.ticket);
  complete(attempts_[handle]);
  const Attempt attempt = attempts_[handle];
  attempts_.release(handle);
  switch (reply.kind) {
    case ReplyKind::kTimeout:  // the question's own timer is never later
      scheduler_.upstreams()[attempt.upstream].on_loss_confirmed();
      return;
    case ReplyKind::kLocalTrouble:  // the timer sends again
      scheduler_.upstreams()[attempt.upstream].on_unreachable(now_us_);
      scheduler_.on_lost(attempt.upstream);
      return;
    case ReplyKind::kBytes: on_message(attempt, reply); return;
  }
}

void LookupRunner::complete(Attempt& attempt) {
  if (!attempt.is_in_window) return;
  attempt.is_in_window = false;
  scheduler_.upstreams()[attempt.upstream].on_completed();
}

void LookupRunner::on_message(const Attempt& attempt, const DnsReply& reply) {
  ++counters_.answers;
  if (!attempt.over_tcp) {
    scheduler_.upstreams().on_answered(attempt.upstream, attempt.with_edns);
  }
  Question* const question = questions_.find(attempt.question);
  if (question == nullptr) {  // another attempt was answered before
    credit_answer(attempt);
    return;
  }
  if (scheduler_.upstreams().is_excluded(attempt.upstream)) return;  // the timer asks another
  const AnswerFacts facts = classify(*question, attempt, reply);
  credit(*question, attempt, facts);
  // Its round has failed: only a final answer helps now.
  const bool is_waiting = question->state == Question::State::kRetryQueue;
  if (is_waiting && !facts.is_final()) return;
  const Step step = question->lookup.on_answer(policy_of(*question), attempt.upstream, facts);
  // If nothing follows from it, a question stays in the retry queue.
  if (step == Step::kWait) return;
  scheduler_.dequeue(*question);
  follow(*question, step);
}

AnswerFacts LookupRunner::classify(Question& question, const Attempt& attempt,
                                   const DnsReply& reply) {
  constexpr uint16_t kFormErr = 1;
  constexpr uint16_t kNotImp = 4;
  constexpr uint16_t kBadVers = 16;  // RFC 6891 §9
  dns::read_answer(reply.bytes, question.name, question.request.type, *answer_);
  question.rcode = static_cast<uint8_t>(answer_->rcode);
  question.upstream = attempt.upstream;
  // Of a SERVFAIL it depends on the resolver whether the chain so far is in the answer.
  if (!is_temporary(answer_->status)) question.has_cname |= answer_->via_cname;
  if (question.request.is_case_test && !attempt.over_tcp) question.kept_case = reply.kept_case;
  if (is_traced(question)) {
    trace_->on_answer(question.name, question.request.type, text_of(*answer_));
  }
  const uint16_t rcode = answer_->rcode;
  return {.status = answer_->status,
          .truncated = answer_->truncated,
          .rejects_edns = rcode == kFormErr || rcode == kNotImp || rcode == kBadVers,
          .over_tcp = attempt.over_tcp,
          .with_edns = attempt.with_edns};
}

// What the answer says about the resolver.
void LookupRunner::credit(const Question& question, const Attempt& attempt,
                          const AnswerFacts& facts) {
  UpstreamSet& upstreams = scheduler_.upstreams();
  if (!facts.is_good()) {
    const bool may_work_without_edns = facts.rejects_edns && facts.with_edns;
    if (!may_work_without_edns) upstreams[attempt.upstream].on_failure();
    return;
  }
  credit_answer(attempt);
  if (attempt.is_lower_case_fallback && upstreams.keeps_case(attempt.upstream)) {
    upstreams.on_mixed_unanswered(attempt.upstream);
  }
  // A truncated answer to a test query shows at least that the resolver is there.
  const bool counts = !question.request.is_test || facts.truncated;
  if (observer_ != nullptr && counts) observer_->on_good_answer();
}

void LookupRunner::credit_answer(const Attempt& attempt) {
  UpstreamSet& upstreams = scheduler_.upstreams();
  if (attempt.in_mixed_case) upstreams.on_mixed_answered(attempt.upstream);
  const int64_t rtt_us = now_us_ - attempt.sent_us;
  if (attempt.is_overdue) {
    upstreams[attempt.upstream].on_late_answer(now_us_, rtt_us);
  } else {
    upstreams[attempt.upstream].on_answer(now_us_, rtt_us);
  }
}

// --- the end of a question -----------------------------------------------------------------------

void LookupRunner::finish_with_answer(Question& question) {
  question.ttl_s = std::min(question.ttl_s, answer_->ttl_s);
  question.cname_links += answer_->cname_links;
  if (question.cname_links > limits::kCnameLinksMax) {
    finish_failed(question, LookupStatus::kCnameChain);
    return;
  }
  if (answer_->chase) {
    follow_cname(question);
    return;
  }
  const bool is_positive = answer_->status != LookupStatus::kNxDomain;
  mx_.clear();
  for (size_t i = 0; i < answer_->mx_count; ++i) {
    const dns::MxData& mx = answer_->mx[i];
    const HostId host = hosts_.intern(mx.exchange).id;
    mx_.push_back({mx.preference, host, hosts_.name(host)});
  }
  report(question, {.status = answer_->status,
                    .rcode = question.rcode,
                    .via_cname = question.has_cname || question.cname_links > 0,
                    .malformed_record = answer_->malformed_record,
                    .has_spf = answer_->has_spf,
                    .cut = answer_->cut,
                    .resolvers_disagree = is_positive && question.lookup.was_denied(),
                    .ttl_s = question.ttl_s,
                    .mx = mx_,
                    .addresses = {answer_->addresses.data(), answer_->address_count}});
}

// RFC 1034 §3.6.2: the answer ends at a CNAME, and its target is asked for.
void LookupRunner::follow_cname(Question& question) {
  forget_attempts(question);
  question.handle = questions_.renew(question.handle);
  question.cname_target = std::make_unique<DomainName>(*answer_->chase);
  question.name = question.cname_target->view();
  question.lookup = Lookup();
  begin_round(question);
}

void LookupRunner::finish_failed(Question& question, LookupStatus status) {
  report(question, {.status = status,
                    .rcode = question.rcode,
                    .via_cname = question.has_cname || question.cname_links > 0});
}

void LookupRunner::report(Question& question, const LookupOutcome& outcome) {
  scheduler_.dequeue(question);
  forget_attempts(question);
  const LookupReport report{.token = question.request.token,
                            .outcome = outcome,
                            .upstream = question.upstream,
                            .asked_us = question.clock.total_us(now_us_),
                            .denied_by = question.lookup.denied_by(),
                            .kept_case = question.kept_case};
  LookupClient& client = *question.request.client;
  questions_.release(question.handle);
  client.on_lookup(report);
}

// Replies to attempts that are still out have no use but to show how the resolver is doing.
void LookupRunner::forget_attempts(Question& question) {
  scheduler_.cancel_timer(question);
  question.clock.stop(now_us_);
  if (Attempt* const attempt = attempts_.find(question.attempt)) complete(*attempt);
  question.attempt = {};
  question.attempts = 0;
}

void LookupRunner::notify_round_failed(const Question& question) {
  if (observer_ != nullptr && !question.request.is_test) observer_->on_round_failed();
}

bool LookupRunner::is_out_of_time(const Question& question) const {
  return question.clock.total_us(now_us_) >= question.request.budget_us;
}

LookupPolicy LookupRunner::policy_of(const Question& question) const {
  LookupPolicy policy = settings_.policy;
  policy.rounds = question.request.rounds;
  if (question.request.only_upstream >= 0) {  // there is no other for it
    policy.unresponsive_upstreams = ~0U;
    return policy;
  }
  const UpstreamSet& upstreams = scheduler_.upstreams();
  // A test query is not about a domain: any answer will do.
  if (!question.request.is_test) policy.responsive_upstreams = upstreams.responsive(now_us_);
  policy.unresponsive_upstreams = upstreams.unresponsive(now_us_);
  return policy;
}

}  // namespace mxbulk::asking
