#include "asking/lookup_runner.h"

#include <algorithm>
#include <utility>

#include "asking/answer_text.h"
#include "asking/credit.h"
#include "base/limits.h"

namespace mxbulk::asking {

namespace {

constexpr uint32_t kRounds = 2;  // of policy.tries attempts each, if none is answered
constexpr uint8_t kNoErrorRcode = 0;
constexpr uint8_t kNxDomainRcode = 3;

}  // namespace

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
  question.is_first_round = !request.is_test;
  if (question.is_first_round) ++first_rounds_;
  begin_round(question);
}

void LookupRunner::turn(int64_t now_us, bool nothing_else) {
  set_now(now_us);
  attempts_wanted_ = scheduler_.upstreams().attempts_wanted(now_us);
  scheduler_.fire_timers([this](Handle<Question> handle) {
    if (Question* const question = questions_.find(handle)) on_timer(*question);
  });
  end_failing_retries(nothing_else);
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
    case Step::kDenied: finish_denied(question); return;
    case Step::kFailed:
      notify_round_failed(question);
      finish_unanswered(question);
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
  question.due_us = now_us_ + next.wait_us;
  const Upstream& upstream = scheduler_.upstreams()[next.upstream];
  const bool may_be_overtaken = !upstream.has_fixed_window();
  scheduler_.set_timer(question, may_be_overtaken
                                     ? std::min(question.due_us, now_us_ + upstream.overdue_us())
                                     : question.due_us);
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
      .is_lower_case_fallback = !next.mixed_case && !over_tcp && !question.request.is_case_test,
      .ordinal = static_cast<uint8_t>(std::min<uint32_t>(question.attempts, 255))};
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
  if (now_us_ < question.due_us) {
    watch_place(question);
    return;
  }
  if (attempts_.find(question.attempt) != nullptr) on_timeout(question);
  follow(question, is_out_of_time(question) ? Lookup::give_up()
                                            : question.lookup.on_timer(policy_of(question)));
}

// An attempt that others have overtaken waits for its name; one that waits for as long as a
// retransmission does is as good as lost. Neither keeps its place in the window.
void LookupRunner::watch_place(Question& question) {
  int64_t next_us = question.due_us;
  if (Attempt* const attempt = attempts_.find(question.attempt)) {
    const Upstream& upstream = scheduler_.upstreams()[attempt->upstream];
    const int64_t lost_us = attempt->sent_us + upstream.place_kept_us(question.jitter());
    question.was_overtaken |= upstream.has_overtaken(attempt->sent_us);
    const bool waits_for_name = question.was_overtaken && !upstream.loses_questions();
    if (waits_for_name || now_us_ >= lost_us) {
      scheduler_.complete(*attempt);
    } else {
      const int64_t waited_us = now_us_ - attempt->sent_us;
      next_us = std::min({next_us, lost_us, now_us_ + waited_us});
    }
  }
  scheduler_.set_timer(question, next_us);
}

// The newest attempt is taken for lost and makes room; an answer to it is still good.
void LookupRunner::on_timeout(Question& question) {
  Attempt& attempt = attempts_[question.attempt];
  scheduler_.complete(attempt);
  attempt.is_overdue = true;
  question.attempt = {};
  if (!question.request.is_test) scheduler_.on_lost(attempt.upstream);
  credit_loss(scheduler_.upstreams(), question, attempt, now_us_);
}

void LookupRunner::put_into_retry_queue(Question& question) {
  leave_first_round(question);
  credit_failed_round(scheduler_.upstreams(), question);
  const int64_t left_us = question.request.budget_us - question.clock.total_us(now_us_);
  const Upstream& upstream = scheduler_.upstreams()[question.lookup.next_try().upstream];
  const int64_t delay_us = question.lookup.retry_delay_us(
      policy_of(question), left_us, upstream.is_overloaded(), question.jitter());
  scheduler_.retry_later(question, now_us_ + delay_us);
  notify_round_failed(question);
}

void LookupRunner::leave_first_round(Question& question) {
  if (std::exchange(question.is_first_round, false)) --first_rounds_;
}

void LookupRunner::begin_due_round(Question& question) {
  scheduler_.dequeue(question);
  if (is_out_of_time(question)) {
    finish_unanswered(question);
  } else {
    begin_round(question);
  }
}

// Nothing will be asked but retries, and all of them have failed for long.
void LookupRunner::end_failing_retries(bool nothing_else) {
  if (!nothing_else || first_rounds_ > 0) retries_alone_since_us_ = now_us_;
  if (now_us_ - retries_alone_since_us_ < limits::kRetriesAloneUs) return;
  std::vector<Handle<Question>> waiting;
  questions_.for_each([&waiting](Handle<Question> handle, const Question& question) {
    const bool is_out = question.state == Question::State::kAsking;
    if (!question.request.is_test && !is_out) waiting.push_back(handle);
  });
  for (const Handle<Question> handle : waiting) {
    if (Question* const question = questions_.find(handle)) finish_unanswered(*question);
  }
}

// --- replies -------------------------------------------------------------------------------------

void LookupRunner::on_reply(const DnsReply& reply) {
  const auto handle = Handle<Attempt>::unpacked(reply.ticket);
  Attempt attempt = attempts_[handle];
  attempts_.release(handle);
  if (reply.kind != ReplyKind::kBytes) scheduler_.complete(attempt);
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

void LookupRunner::on_message(Attempt attempt, const DnsReply& reply) {
  ++counters_.answers;
  if (!attempt.over_tcp) {
    scheduler_.upstreams().on_answered(attempt.upstream, attempt.with_edns);
  }
  Question* const question = questions_.find(attempt.question);
  if (question == nullptr) {  // another attempt was answered before
    scheduler_.complete(attempt);
    credit_answer(scheduler_.upstreams(), attempt, now_us_);
    return;
  }
  if (scheduler_.upstreams().is_excluded(attempt.upstream)) {  // the timer asks another
    scheduler_.complete(attempt);
    return;
  }
  const AnswerFacts facts = classify(*question, attempt, reply);
  if (facts.is_failure() && !question->request.is_test) {
    scheduler_.complete_refused(attempt, question->jitter());
  } else {
    scheduler_.complete(attempt);
  }
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
  if (!is_temporary(answer_->status)) {
    question.has_cname |= answer_->via_cname;
    question.negative_ttl_s = answer_->ttl_s;
  }
  if (question.request.is_case_test && !attempt.over_tcp) question.kept_case = reply.kept_case;
  if (is_traced(question)) {
    trace_->on_answer(question.name, question.request.type, text_of(*answer_));
  }
  const uint16_t rcode = answer_->rcode;
  return {.status = answer_->status,
          .truncated = answer_->truncated,
          .rejects_edns = rcode == kFormErr || rcode == kNotImp || rcode == kBadVers,
          .over_tcp = attempt.over_tcp,
          .with_edns = attempt.with_edns,
          .ends_at_cname = answer_->chase.has_value(),
          .is_unfounded = answer_->is_unfounded && !question.request.is_test};
}

void LookupRunner::credit(Question& question, const Attempt& attempt, const AnswerFacts& facts) {
  UpstreamSet& upstreams = scheduler_.upstreams();
  if (!facts.is_good()) {
    if (facts.is_failure()) credit_failure(upstreams, question, attempt, now_us_);
    return;
  }
  credit_answer(upstreams, attempt, now_us_);
  const bool has_recovered = credit_recovered(upstreams, question, attempt, now_us_);
  if (has_recovered && question.lookup.is_retry()) retries_alone_since_us_ = now_us_;
  // A truncated answer to a test query shows at least that the resolver is there.
  const bool counts = !question.request.is_test || facts.truncated;
  if (observer_ != nullptr && counts) observer_->on_good_answer();
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
  if (answer_->status != LookupStatus::kFound && !is_temporary(answer_->status)) {
    finish_denied(question);
    return;
  }
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
                    .resolvers_disagree = question.lookup.was_denied(),
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
  question.failed = {};
  question.was_overtaken = false;
  begin_round(question);
}

// Of NXDOMAIN and NODATA from two resolvers NODATA is right: the name exists.
void LookupRunner::finish_denied(Question& question) {
  const bool has_nodata = question.lookup.nodata_from() != 0;
  question.ttl_s = std::min(question.ttl_s, question.negative_ttl_s);
  question.rcode = has_nodata ? kNoErrorRcode : kNxDomainRcode;
  report(question, {.status = has_nodata ? LookupStatus::kNoData : LookupStatus::kNxDomain,
                    .rcode = question.rcode,
                    .via_cname = question.has_cname || question.cname_links > 0,
                    .resolvers_disagree = has_nodata && question.lookup.denied_by() != 0,
                    .ttl_s = question.ttl_s});
}

// No attempt brought a final answer.
void LookupRunner::finish_unanswered(Question& question) {
  if (question.lookup.is_denied(policy_of(question))) {
    finish_denied(question);
  } else {
    finish_failed(question, question.lookup.failure());
  }
}

void LookupRunner::finish_failed(Question& question, LookupStatus status) {
  report(question, {.status = status,
                    .rcode = question.rcode,
                    .via_cname = question.has_cname || question.cname_links > 0});
}

void LookupRunner::report(Question& question, const LookupOutcome& outcome) {
  scheduler_.dequeue(question);
  leave_first_round(question);
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
  if (Attempt* const attempt = attempts_.find(question.attempt)) scheduler_.complete(*attempt);
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
  policy.attempts_max = question.request.attempts_max;
  policy.one_round = question.request.one_round;
  policy.one_silent_round = question.request.one_silent_round;
  policy.retries_soon = question.request.is_test;
  if (policy.attempts_max == 0) {
    policy.attempts_max = std::max(kRounds * policy.tries, attempts_wanted_);
  }
  if (question.request.only_upstream >= 0) {  // there is no other for it
    policy.unresponsive_upstreams = ~0U;
    return policy;
  }
  const UpstreamSet& upstreams = scheduler_.upstreams();
  policy.excluded_upstreams = ~upstreams.not_excluded();
  // A test query is not about a domain: any answer will do.
  if (!question.request.is_test) policy.responsive_upstreams = upstreams.responsive(now_us_);
  policy.answered_upstreams = upstreams.answered();
  policy.accepts_nodata = question.request.accepts_nodata;
  policy.unresponsive_upstreams = upstreams.unresponsive(now_us_);
  return policy;
}

}  // namespace mxbulk::asking
