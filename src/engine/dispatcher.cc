#include "engine/dispatcher.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "route/judge.h"

namespace mxbulk::engine {
namespace {

constexpr asking::OwnerToken owner_token(uint8_t kind, uint32_t job) {
  return uint64_t{kind} << 32 | job;
}

// Takes a free element of a pool, or makes one.
template <class Job>
uint32_t take(std::vector<Job>& pool, std::vector<uint32_t>& free) {
  if (free.empty()) {
    pool.emplace_back();
    return static_cast<uint32_t>(pool.size() - 1);
  }
  const uint32_t index = free.back();
  free.pop_back();
  return index;
}

constexpr std::string_view kRoot("\0", 1);
constexpr uint32_t kWatchRoot = 0;  // number of the watch's question; canaries follow

}  // namespace

Dispatcher::Dispatcher(DispatcherSettings settings, table::DomainTable& domains,
                       table::HostTable& hosts, asking::DnsTransport& transport, TraceSink* trace,
                       probing::ProbeStage* probes)
    : settings_(std::move(settings)),
      domains_(domains),
      hosts_(hosts),
      trace_(trace),
      probes_(probes),
      runner_(settings_.lookup, transport, hosts, *this, trace),
      watch_(settings_.watch_resolver),
      vetter_(settings_.vetting, settings_.lookup, settings_.dns_deadline_us,
              owner_token(static_cast<uint8_t>(OwnerKind::kVet), 0), runner_, domains_, trace) {}

void Dispatcher::turn(int64_t now_us, Intake intake) {
  now_us_ = now_us;
  is_closed_ = intake.closed;
  if (has_given_up_) {
    finish_new_unasked();
  } else {
    turn_dns(intake);
  }
  if (probes_ != nullptr && failure().ok()) turn_probes(intake);
}

void Dispatcher::turn_dns(Intake intake) {
  const bool all_begun = next_domain_ == domains_.size();
  const bool nothing_else = all_begun && (intake.closed || intake.reader_waits);
  runner_.turn(now_us_, nothing_else);
  deliver_ready_hosts();
  begin_free_domains();
  vetter_.turn({.now_us = now_us_,
                .domains_begun = next_domain_,
                .is_wanted = next_domain_ < domains_.size(),
                .is_end = is_closed_ && idle()});
  if (!vetter_.failure().ok()) return;
  if (settings_.finish_when_down && !watch_.failure().ok()) {
    give_up();
    return;
  }
  if (!watch_.is_in_doubt()) publish_held();
  const bool nothing_runs = runner_.idle() && next_domain_ == domains_.size();
  if (watch_.wants_question(nothing_runs)) ask_watch_questions();
  while (may_begin_domain()) {
    begin_domain(DomainId(next_domain_++));
    deliver_ready_hosts();
  }
}

// Hosts are probed once all domains are through DNS: whoever shares one is known by then, and a
// port that does not open is compared with as many others as there are.
void Dispatcher::turn_probes(Intake intake) {
  const bool no_more = next_domain_ == domains_.size() && (intake.closed || intake.reader_waits);
  const bool dns_over = no_more && free_jobs_.size() == jobs_.size();
  probes_->turn(now_us_, dns_over, dns_over);
  probed_.clear();
  probes_->take_decided(probed_);
  for (const probing::ProbeDecision& decision : probed_) {
    DomainRecord& record = domains_.held(decision.domain);
    record.reason = reason_of(decision.outcome);
    record.lints.add(decision.lints);
    record.probe = decision.heard;
    record.probe_ms = decision.ms;
    if (decision.host.valid()) record.best = decision.host;
    domains_.release(decision.domain);
    note_done(decision.domain);
  }
}

bool Dispatcher::may_begin_domain() const {
  return next_domain_ < domains_.size() && !watch_.is_asking() && watch_.failure().ok() &&
         !vetter_.holds_start() && runner_.has_room();
}

// While the resolvers are not vetted: those whose names say enough.
void Dispatcher::begin_free_domains() {
  while (vetter_.holds_start() && next_domain_ < domains_.size() &&
         is_special_use(domains_.name(DomainId(next_domain_)))) {
    begin_domain(DomainId(next_domain_++));
  }
}

void Dispatcher::begin_domain(DomainId domain) {
  const uint32_t index = take(jobs_, free_jobs_);
  DomainJob& job = jobs_[index];
  job.domain = domain;
  job.began_us = now_us_;
  job.is_open = true;
  job.asked_us = 0;
  job.batch_asked_us = 0;
  follow(index, job.walk.start(domains_.name(domain), wishes()));
}

void Dispatcher::follow(uint32_t job, const route::RouteWalk::Step& step) {
  if (trace_ != nullptr && step.rule != route::Rule::kWaitForExchanges) {
    trace_->on_rule(domains_.name(jobs_[job].domain), route::text_of(step.rule));
  }
  if (step.ask_count > 0) {
    jobs_[job].asked_us += jobs_[job].batch_asked_us;
    jobs_[job].batch_asked_us = 0;
    jobs_[job].batch_began_us = now_us_;
  }
  for (const route::Ask& next : step.all()) ask(job, next);
  if (jobs_[job].walk.done()) finish_domain(job);
}

void Dispatcher::ask(uint32_t index, route::Ask ask) {
  const DomainJob& job = jobs_[index];
  asking::LookupRunner::Question question;
  question.name = domains_.name(job.domain);
  question.budget_us = settings_.dns_deadline_us - job.asked_us;
  question.rounds = settings_.lookup.policy.rounds;
  switch (ask.kind) {
    case route::Ask::Kind::kMx:
      question.owner = owner_token(static_cast<uint8_t>(OwnerKind::kMx), index);
      break;
    case route::Ask::Kind::kConfirm:
      question.owner = owner_token(static_cast<uint8_t>(OwnerKind::kConfirm), index);
      question.type = RecordType::kA;
      question.avoid_upstream = job.mx_upstream;
      break;
    case route::Ask::Kind::kSpf:
      question.owner = owner_token(static_cast<uint8_t>(OwnerKind::kSpf), index);
      question.type = RecordType::kTxt;
      break;
    case route::Ask::Kind::kHost: ask_host(index, ask.exchange); return;
  }
  runner_.start(question);
}

void Dispatcher::ask_host(uint32_t index, uint16_t exchange_index) {
  route::Exchange& exchange = jobs_[index].walk.route().exchanges[exchange_index];
  if (!exchange.host.valid()) exchange.host = hosts_.intern(exchange.name);
  const KnownHost& known = hosts_known_.grow_to(exchange.host.value());
  const Waiter waiter{index, exchange_index};
  switch (known.state) {
    case KnownHost::State::kKnown: ready_.push_back({waiter, exchange.host, 0}); return;
    case KnownHost::State::kAsking: host_jobs_[known.job].waiters.push_back(waiter); return;
    case KnownHost::State::kNew: begin_host(exchange.host, waiter); return;
  }
}

void Dispatcher::begin_host(HostId host, Waiter waiter) {
  const uint32_t index = take(host_jobs_, free_host_jobs_);
  HostJob& job = host_jobs_[index];
  job.walk = route::HostWalk(asks_all(), *settings_.policy);
  job.host = host;
  job.asked_us = 0;
  job.waiters.assign(1, waiter);
  KnownHost& known = hosts_known_[host.value()];
  known.state = KnownHost::State::kAsking;
  known.job = index;
  ask_for_host(index, route::HostWalk::first_question());
}

void Dispatcher::ask_for_host(uint32_t index, RecordType type) {
  const HostJob& job = host_jobs_[index];
  asking::LookupRunner::Question question;
  question.owner = owner_token(static_cast<uint8_t>(OwnerKind::kHost), index);
  question.name = hosts_.name(job.host);
  question.type = type;
  question.budget_us = settings_.dns_deadline_us - job.asked_us;
  question.rounds = settings_.lookup.policy.rounds;
  runner_.start(question);
}

void Dispatcher::on_lookup(const asking::LookupReport& report) {
  if (has_given_up_) return;  // its domain is decided
  const auto kind = static_cast<OwnerKind>(report.owner >> 32);
  const auto index = static_cast<uint32_t>(report.owner);
  switch (kind) {
    case OwnerKind::kMx:
      vetter_.on_mx_lookup(report, jobs_[index].domain);
      jobs_[index].asked_us += report.asked_us;
      jobs_[index].mx_upstream = report.upstream;
      follow(index, jobs_[index].walk.on_mx(report.outcome));
      break;
    case OwnerKind::kConfirm:
      vetter_.on_lookup(report);
      jobs_[index].asked_us += report.asked_us;
      follow(index, jobs_[index].walk.on_confirm(report.outcome));
      break;
    case OwnerKind::kSpf: follow(index, jobs_[index].walk.on_spf(report.outcome)); break;
    case OwnerKind::kHost:
      vetter_.on_lookup(report);
      on_host_lookup(index, report);
      break;
    case OwnerKind::kWatch: on_watch_outcome(index, report.outcome); break;
    case OwnerKind::kVet: vetter_.on_own(index, report); break;
  }
  deliver_ready_hosts();
}

void Dispatcher::on_host_lookup(uint32_t index, const asking::LookupReport& report) {
  HostJob& job = host_jobs_[index];
  job.asked_us += report.asked_us;
  const HostId host = job.host;
  if (settings_.explains) {
    host_addresses_.resize(hosts_.size());
    std::vector<IpAddress>& all = host_addresses_[host.value()];
    all.insert(all.end(), report.outcome.addresses.begin(), report.outcome.addresses.end());
  }
  if (const auto next = job.walk.on(report.outcome)) {
    ask_for_host(index, *next);
    return;
  }
  KnownHost& known = hosts_known_[host.value()];
  known.facts = job.walk.facts();
  known.state = KnownHost::State::kKnown;
  if (known.facts.has_public) hosts_.set_address(host, job.walk.address());
  if (probes_ != nullptr) probes_->set_addresses(host, known.facts, job.walk.addresses());
  for (const Waiter& waiter : job.waiters) ready_.push_back({waiter, host, job.asked_us});
  job.waiters.clear();
  free_host_jobs_.push_back(index);
}

// Not from within follow(): a host that is known already would let one walk enter another.
void Dispatcher::deliver_ready_hosts() {
  if (is_delivering_) return;
  is_delivering_ = true;
  while (!ready_.empty()) {
    const ReadyHost next = ready_.front();
    ready_.pop_front();
    deliver(next);
  }
  is_delivering_ = false;
}

// Each host has a budget of its own, for it is asked for on behalf of many. What it took counts
// against the domain's as far as this one waited for it.
void Dispatcher::deliver(const ReadyHost& ready) {
  DomainJob& job = jobs_[ready.waiter.job];
  const int64_t waited_us = std::min(ready.asked_us, now_us_ - job.batch_began_us);
  job.batch_asked_us = std::max(job.batch_asked_us, waited_us);
  const bool has_time = job.asked_us + job.batch_asked_us < settings_.dns_deadline_us;
  const route::HostFacts& facts = hosts_known_[ready.host.value()].facts;
  follow(ready.waiter.job, job.walk.on_host(ready.waiter.exchange, facts, has_time));
}

// What failed waits until the resolver is known to be alive: else the last domains of a list, or
// all of a short one, would be written as failed and the run would end well.
void Dispatcher::finish_domain(uint32_t index) {
  const Reason reason = jobs_[index].walk.route().reason;
  if (verdict_of(reason) == Verdict::kUnknown && watch_.is_in_doubt()) {
    held_.push_back(index);
  } else {
    publish(index);
  }
}

void Dispatcher::publish_held() {
  for (uint32_t index : held_) publish(index);
  held_.clear();
}

void Dispatcher::give_up() {
  has_given_up_ = true;
  publish_held();
  for (uint32_t index = 0; index < jobs_.size(); ++index) {
    if (jobs_[index].is_open) publish_unasked(index);
  }
  finish_new_unasked();
}

void Dispatcher::finish_new_unasked() {
  while (next_domain_ < domains_.size()) {
    const uint32_t index = take(jobs_, free_jobs_);
    DomainJob& job = jobs_[index];
    job.domain = DomainId(next_domain_++);
    job.began_us = now_us_;
    (void)job.walk.start(domains_.name(job.domain), wishes());
    if (job.walk.done()) {  // its name says enough
      publish(index);
    } else {
      publish_unasked(index);
    }
  }
}

// How it fails the watch it would fail any name.
void Dispatcher::on_watch_outcome(uint32_t number, const LookupOutcome& outcome) {
  if (is_temporary(outcome.status)) {
    unasked_reason_ = route::unknown_reason(outcome.status);
    unasked_rcode_ = outcome.rcode;
  }
  if (number == kWatchRoot) {
    watch_.on_root(outcome.status);
  } else {
    watch_.on_canary(outcome.status);
  }
}

void Dispatcher::publish_unasked(uint32_t index) {
  DomainRecord record;
  record.reason = unasked_reason_;
  record.rcode = unasked_rcode_;
  record.dns_ms = static_cast<uint32_t>((now_us_ - jobs_[index].began_us) / 1'000);
  record.checked_at_s = static_cast<uint32_t>(settings_.unix_start_s + now_us_ / 1'000'000);
  put(index, record);
}

void Dispatcher::publish(uint32_t index) {
  const DomainJob& job = jobs_[index];
  const route::MailRoute& found = job.walk.route();
  const DomainRecord record = record_of(index);
  if (settings_.explains) last_route_ = found;
  if (probes_ != nullptr && verdict_of(found.reason) == Verdict::kMxOk) {
    domains_.hold(job.domain, record);
    probes_->add(job.domain, domains_.name(job.domain), found);
    close_job(index);
  } else {
    put(index, record);
  }
}

DomainRecord Dispatcher::record_of(uint32_t index) {
  const DomainJob& job = jobs_[index];
  const route::MailRoute& found = job.walk.route();
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
  if (was_asked) {
    record.checked_at_s = static_cast<uint32_t>(settings_.unix_start_s + now_us_ / 1'000'000);
  }
  if (found.best >= 0) record.best = found.exchanges[static_cast<size_t>(found.best)].host;
  return record;
}

void Dispatcher::put(uint32_t index, const DomainRecord& record) {
  const DomainId domain = jobs_[index].domain;
  domains_.publish(domain, record);
  close_job(index);
  note_done(domain);
}

void Dispatcher::close_job(uint32_t index) {
  jobs_[index].is_open = false;
  free_jobs_.push_back(index);
}

void Dispatcher::note_done(DomainId domain) {
  ++domains_done_;
  if (settings_.collect_done) done_.push_back(domain);
}

void Dispatcher::on_round_failed() {
  watch_.on_round_failed();
}

void Dispatcher::on_good_answer() {
  watch_.on_good_answer();
}

void Dispatcher::ask_watch_questions() {
  watch_names_ = vetter_.fresh_names(limits::kWatchCanaries);
  watch_.on_asked(static_cast<uint32_t>(watch_names_.size()));
  ask_for_watch(kWatchRoot, kRoot, RecordType::kSoa);
  for (uint32_t i = 0; i < watch_names_.size(); ++i) {
    ask_for_watch(kWatchRoot + 1 + i, watch_names_[i].view(), RecordType::kMx);
  }
}

void Dispatcher::ask_for_watch(uint32_t number, NameView name, RecordType type) {
  asking::LookupRunner::Question question;
  question.owner = owner_token(static_cast<uint8_t>(OwnerKind::kWatch), number);
  question.name = name;
  question.type = type;
  question.budget_us = settings_.dns_deadline_us;
  question.rounds = watch_.rounds();
  question.is_urgent = true;
  question.is_own = true;
  runner_.start(question);
}

const std::vector<IpAddress>& Dispatcher::addresses(HostId host) const {
  static const std::vector<IpAddress> kNone;
  return host.value() < host_addresses_.size() ? host_addresses_[host.value()] : kNone;
}

const route::HostFacts& Dispatcher::facts(HostId host) const {
  static const route::HostFacts kNothing;
  return host.value() < hosts_known_.size() ? hosts_known_[host.value()].facts : kNothing;
}

void Dispatcher::report_progress(Progress& progress) const {
  progress.domains.store(domains_.size(), std::memory_order_relaxed);
  progress.domains_done.store(domains_done_, std::memory_order_relaxed);
  progress.lookups.store(runner_.counters().queries, std::memory_order_relaxed);
  progress.in_flight.store(runner_.in_flight(), std::memory_order_relaxed);
  if (probes_ == nullptr) return;
  progress.probes_total.store(probes_->counters().addresses, std::memory_order_relaxed);
  progress.probes_done.store(probes_->counters().addresses_known, std::memory_order_relaxed);
}

}  // namespace mxbulk::engine
