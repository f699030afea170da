#include "engine/dispatcher.h"

#include <algorithm>
#include <optional>

#include "enrich/enrich.h"
#include "route/route_verdict.h"

namespace mxbulk::engine {

Dispatcher::Dispatcher(DispatcherSettings settings, table::DomainTable& domains,
                       table::HostTable& hosts, asking::DnsTransport& transport, TraceSink* trace,
                       probing::ProbeStage* probes)
    : settings_(std::move(settings)),
      domains_(domains),
      hosts_(hosts),
      exchange_names_(hosts),
      trace_(trace),
      probes_(probes),
      runner_(settings_.lookup, transport, hosts, &checker_, trace),
      checker_(settings_.checks, settings_.lookup, settings_.dns_deadline_us, runner_, domains_,
               trace),
      host_lookups_({.budget_us = settings_.dns_deadline_us,
                     .asks_all_types = asks_all(),
                     .keeps_addresses = settings_.explains,
                     .policy = settings_.policy},
                    hosts, runner_, checker_, probes),
      wildcards_(settings_.checks.random, settings_.dns_deadline_us, runner_, checker_) {}

void Dispatcher::turn(int64_t now_us, Intake intake) {
  now_us_ = now_us;
  is_closed_ = intake.closed;
  known_ = settings_.recall == nullptr ? domains_.size() : settings_.recall->looked_up();
  if (now_us >= settings_.deadline_us && given_up_ == GivenUp::kNo) give_up(GivenUp::kDeadline);
  if (given_up_ != GivenUp::kNo) finish_new_unasked();
  if (given_up_ != GivenUp::kDown) turn_dns(intake);
  if (probes_ != nullptr && given_up_ != GivenUp::kDeadline && failure().ok()) turn_probes(intake);
}

void Dispatcher::turn_dns(Intake intake) {
  needs_turn_ = false;
  const bool all_begun = next_domain_ == known_;
  runner_.turn(now_us_, all_begun && (intake.closed || intake.reader_waits));
  deliver_ready();
  begin_domains_without_queries();
  checker_.turn({.now_us = now_us_,
                 .domains_begun = next_domain_,
                 .all_begun = next_domain_ == known_,
                 .is_end = is_closed_ && idle(),
                 .wants_check = now_us_ >= check_due_us()});
  if (!checker_.failure().ok()) return;
  if (settings_.finish_when_down && checker_.is_down()) {
    give_up(GivenUp::kDown);
    finish_new_unasked();
    return;
  }
  if (!checker_.is_in_doubt()) publish_held();
  while (may_begin_domain()) {
    if (!recall_next_domain()) begin_next_domain();
    deliver_ready();
    // If the last domains needed no query, no reply will cause the turn that ends the run.
    needs_turn_ = idle();
  }
}

// Hosts are probed after all domains are through DNS: then it is known which domains share one, and
// a port that does not open is compared with as many others as there are.
void Dispatcher::turn_probes(Intake intake) {
  const bool no_more = next_domain_ == known_ && (intake.closed || intake.reader_waits);
  const bool dns_over = no_more && jobs_.empty();
  probes_->turn(now_us_, dns_over, dns_over);
  probed_.clear();
  probes_->take_decided(probed_);
  for (const probing::ProbeDecision& decision : probed_) {
    DomainRecord& record = domains_.held(decision.domain);
    record.reason = reason_of(decision.outcome);
    record.lints.add(decision.lints);
    record.probe = decision.connection_outcome;
    record.probe_ms = decision.ms;
    if (decision.host.valid()) record.best = decision.host;
    domains_.release(decision.domain);
    note_decided(decision.domain, record);
  }
}

int64_t Dispatcher::next_wake_us() const {
  const int64_t probes_us = probes_ == nullptr ? kNeverUs : probes_->next_wake_us();
  if (given_up_ == GivenUp::kDown) return probes_us;
  if (needs_turn_) return now_us_;
  const int64_t deadline_us = given_up_ == GivenUp::kNo ? settings_.deadline_us : kNeverUs;
  return std::min(
      {runner_.next_wake_us(), checker_.next_wake_us(), probes_us, deadline_us, check_due_us()});
}

// --- beginning -----------------------------------------------------------------------------------

bool Dispatcher::may_begin_domain() const {
  return next_domain_ < known_ && !checker_.holds_start() && !checker_.holds_domains() &&
         runner_.has_room();
}

// While the first check of the resolvers runs; those of the state also if there is no room for a
// query.
void Dispatcher::begin_domains_without_queries() {
  while (next_domain_ < known_) {
    if (checker_.holds_start() && is_special_use(domains_.name(DomainId(next_domain_)))) {
      begin_next_domain();
    } else if (!recall_next_domain()) {
      return;
    }
  }
}

bool Dispatcher::recall_next_domain() {
  if (settings_.recall == nullptr) return false;
  DomainRecord record;
  const DomainId domain(next_domain_);
  if (!settings_.recall->recall(domain, record)) return false;
  ++next_domain_;
  domains_.publish(domain, record);
  note_decided(domain, record);
  return true;
}

void Dispatcher::begin_next_domain() {
  const JobHandle handle = jobs_.create();
  DomainJob& job = jobs_[handle];
  job.domain = DomainId(next_domain_++);
  job.began_us = now_us_;
  job.asked_us = 0;
  job.batch_asked_us = 0;
  follow(handle, job.evaluation.start(domains_.name(job.domain),
                                      {.all_exchanges = asks_all(),
                                       .spf = settings_.explains,
                                       .wildcards = settings_.checks.random != nullptr}));
}

// --- asking --------------------------------------------------------------------------------------

void Dispatcher::follow(JobHandle handle, const route::RouteEvaluation::Step& step) {
  DomainJob& job = jobs_[handle];
  if (trace_ != nullptr && step.rule != route::Rule::kWaitForExchanges) {
    trace_->on_rule(domains_.name(job.domain), route::text_of(step.rule));
  }
  if (step.ask_count > 0) {
    job.asked_us += job.batch_asked_us;
    job.batch_asked_us = 0;
    job.batch_began_us = now_us_;
  }
  for (const route::Ask& next : step.all()) ask(handle, next);
  if (job.evaluation.done()) finish_domain(handle);
}

void Dispatcher::ask(JobHandle handle, const route::Ask& ask) {
  const DomainJob& job = jobs_[handle];
  asking::LookupRequest request{.token = handle.packed(),
                                .name = domains_.name(job.domain),
                                .budget_us = settings_.dns_deadline_us - job.asked_us};
  switch (ask.kind) {
    case route::Ask::Kind::kMx: request.client = &mx_client_; break;
    case route::Ask::Kind::kConfirm:
      request.client = &confirm_client_;
      request.type = RecordType::kA;
      request.accepts_nodata = true;  // further questions follow from it
      request.avoid_upstream = job.mx_upstream;
      break;
    case route::Ask::Kind::kMxAgain:
      request.client = &mx_client_;
      request.avoid_upstream = job.mx_upstream;  // that one was wrong
      break;
    case route::Ask::Kind::kSpf:
      request.client = &spf_client_;
      request.type = RecordType::kTxt;
      request.accepts_nodata = true;
      break;
    case route::Ask::Kind::kHost: ask_host(handle, ask.exchange); return;
    case route::Ask::Kind::kWildcard: ask_wildcard(handle); return;
  }
  runner_.start(request);
}

void Dispatcher::ask_host(JobHandle handle, uint16_t exchange_index) {
  route::Exchange& exchange = jobs_[handle].evaluation.route().exchanges[exchange_index];
  if (!exchange.host.valid()) exchange.host = hosts_.intern(exchange.name).id;
  host_lookups_.want(exchange.host, {handle, exchange_index});
}

void Dispatcher::ask_wildcard(JobHandle handle) {
  const DomainJob& job = jobs_[handle];
  const HostId host = job.evaluation.route().exchanges.front().host;
  wildcards_.want({.suffix = enrich::public_suffix(domains_.name(job.domain)),
                   .upstream = host_lookups_.upstream(host),
                   .address = *hosts_.address(host),
                   .waiter = handle.packed()});
}

// --- outcomes ------------------------------------------------------------------------------------

void Dispatcher::on_mx(JobHandle handle, const asking::LookupReport& report) {
  DomainJob* const job = jobs_.find(handle);
  if (job == nullptr) return;  // given up
  checker_.on_mx_lookup(report, job->domain);
  job->asked_us += report.asked_us;
  job->mx_upstream = report.upstream;
  LookupOutcome outcome = report.outcome;
  outcome.mx = exchange_names_.converted(outcome.mx);
  follow(handle, job->evaluation.on_mx(outcome));
}

void Dispatcher::on_confirm(JobHandle handle, const asking::LookupReport& report) {
  DomainJob* const job = jobs_.find(handle);
  if (job == nullptr) return;  // given up
  checker_.on_domain_lookup(report);
  job->asked_us += report.asked_us;
  follow(handle, job->evaluation.on_confirm(report.outcome));
}

void Dispatcher::on_spf(JobHandle handle, const asking::LookupReport& report) {
  DomainJob* const job = jobs_.find(handle);
  if (job != nullptr) follow(handle, job->evaluation.on_spf(report.outcome));
}

// Here and not in ask(): a host or suffix that is known already would let one evaluation enter
// another.
void Dispatcher::deliver_ready() {
  while (const std::optional<HostLookups::Ready> ready = host_lookups_.next_ready()) {
    if (jobs_.find(ready->waiter.domain) != nullptr) deliver(ready->waiter.domain, *ready);
  }
  while (const std::optional<asking::WildcardReady> ready = wildcards_.next_ready()) {
    const JobHandle handle = JobHandle::unpacked(ready->waiter);
    DomainJob* const job = jobs_.find(handle);
    if (job != nullptr) follow(handle, job->evaluation.on_wildcard(ready->is_wildcard));
  }
}

// Each host has a budget of its own, because many domains wait for it. What it took counts against
// the domain's as far as this one waited for it.
void Dispatcher::deliver(JobHandle handle, const HostLookups::Ready& ready) {
  DomainJob& job = jobs_[handle];
  const int64_t waited_us = std::min(ready.asked_us, now_us_ - job.batch_began_us);
  job.batch_asked_us = std::max(job.batch_asked_us, waited_us);
  const bool has_time = job.asked_us + job.batch_asked_us < settings_.dns_deadline_us;
  const route::HostFacts& facts = host_lookups_.facts(ready.host);
  follow(handle, job.evaluation.on_host(ready.waiter.exchange, facts, has_time));
}

// --- deciding ------------------------------------------------------------------------------------

// A failure waits until the resolver is known to be up: else the last domains of a list, or all of
// a short one, would be written as failed although the resolver was down.
void Dispatcher::finish_domain(JobHandle handle) {
  const Reason reason = jobs_[handle].evaluation.route().reason;
  if (verdict_of(reason) == Verdict::kUnknown && checker_.is_in_doubt()) {
    held_.push_back(handle);
  } else {
    publish(handle);
  }
}

void Dispatcher::publish_held() {
  for (const JobHandle handle : held_) publish(handle);
  held_.clear();
}

void Dispatcher::give_up(GivenUp why) {
  given_up_ = why;
  if (why == GivenUp::kDeadline) has_missed_deadline_ = domains_done_ < next_domain_;
  publish_held();
  jobs_.for_each([this](JobHandle handle, DomainJob&) { publish_unasked(handle); });
  if (why == GivenUp::kDeadline && probes_ != nullptr) end_probes();
}

// All that has begun and is not published waits for the second stage.
void Dispatcher::end_probes() {
  for (uint32_t i = 0; i < next_domain_; ++i) {
    const DomainId domain(i);
    if (domains_.is_ready(domain)) continue;
    DomainRecord& record = domains_.held(domain);
    record.reason = Reason::kProbeSkipped;
    domains_.release(domain);
    note_decided(domain, record);
  }
}

void Dispatcher::finish_new_unasked() {
  while (next_domain_ < known_) {
    if (recall_next_domain()) continue;
    const JobHandle handle = jobs_.create();
    DomainJob& job = jobs_[handle];
    job.domain = DomainId(next_domain_++);
    job.began_us = now_us_;
    (void)job.evaluation.start(domains_.name(job.domain), {});
    if (job.evaluation.done()) {  // a special-use name, decided without a query
      publish(handle);
    } else {
      has_missed_deadline_ = has_missed_deadline_ || given_up_ == GivenUp::kDeadline;
      publish_unasked(handle);
    }
  }
}

// As the resolver failed the test queries, it would have failed this domain's.
void Dispatcher::publish_unasked(JobHandle handle) {
  DomainRecord record;
  if (given_up_ == GivenUp::kDown) {
    record.reason = route::unknown_reason(checker_.outage_status());
    record.rcode = checker_.outage_rcode();
    record.dns_ms = static_cast<uint32_t>((now_us_ - jobs_[handle].began_us) / 1'000);
    record.checked_at_s = unix_now_s();
  }
  put(handle, record);
}

void Dispatcher::publish(JobHandle handle) {
  const DomainJob& job = jobs_[handle];
  const route::MailRoute& found = job.evaluation.route();
  const DomainRecord record = record_of(job);
  if (settings_.explains) last_route_ = found;
  if (probes_ != nullptr && verdict_of(found.reason) == Verdict::kMxOk) {
    domains_.hold(job.domain, record);
    probes_->add(job.domain, domains_.name(job.domain), found);
    jobs_.release(handle);
  } else {
    put(handle, record);
  }
}

DomainRecord Dispatcher::record_of(const DomainJob& job) {
  const route::MailRoute& found = job.evaluation.route();
  exchange_ids_.clear();
  if (!found.is_implicit) {
    for (const route::Exchange& exchange : found.exchanges) exchange_ids_.push_back(exchange.host);
  }
  DomainRecord record;
  record.exchanges = exchange_ids_.data();
  record.exchange_count = static_cast<uint16_t>(exchange_ids_.size());
  record.mx_count = static_cast<uint16_t>(found.mx_count);
  record.lints = found.lints;
  record.reason = found.reason;
  record.rcode = found.rcode;
  record.ttl_s = found.ttl_s;
  record.dns_ms = static_cast<uint32_t>((now_us_ - job.began_us) / 1'000);
  const bool was_asked = found.reason != Reason::kSpecialUse;
  if (was_asked) record.checked_at_s = unix_now_s();
  if (found.best >= 0) record.best = found.exchanges[static_cast<size_t>(found.best)].host;
  return record;
}

void Dispatcher::put(JobHandle handle, const DomainRecord& record) {
  const DomainId domain = jobs_[handle].domain;
  jobs_.release(handle);
  domains_.publish(domain, record);
  note_decided(domain, record);
}

void Dispatcher::note_decided(DomainId domain, const DomainRecord& record) {
  ++domains_done_;
  if (settings_.observer != nullptr) settings_.observer->on_decided(domain, record);
}

void Dispatcher::report_progress(Progress& progress) const {
  progress.domains.store(domains_.size(), std::memory_order_relaxed);
  progress.domains_done.store(domains_done_, std::memory_order_relaxed);
  progress.lookups.store(runner_.counters().queries, std::memory_order_relaxed);
  progress.in_flight.store(runner_.in_flight(), std::memory_order_relaxed);
  const bool is_waiting = next_domain_ == domains_.size() && runner_.has_only_retries();
  progress.waiting_to_retry.store(is_waiting ? domains_.size() - domains_done_ : 0,
                                  std::memory_order_relaxed);
  if (probes_ == nullptr) return;
  progress.probes_total.store(probes_->counters().addresses, std::memory_order_relaxed);
  progress.probes_done.store(probes_->counters().addresses_known, std::memory_order_relaxed);
}

}  // namespace mxbulk::engine
