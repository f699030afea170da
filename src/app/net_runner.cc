#include "app/net_runner.h"

#include <pthread.h>

#include <algorithm>

#include "app/exit_code.h"
#include "app/random_bits.h"
#include "app/resolvers.h"
#include "app/wall_clock.h"
#include "base/thread.h"
#include "net/system_probe.h"

namespace mxbulk::app {
namespace {

constexpr int64_t kLabDeadlineUs = 1'000'000;

engine::DispatcherSettings settings_of(const Options& all, const std::vector<Endpoint>& resolvers,
                                       std::vector<DomainName> canaries,
                                       const NetRunner::Hooks& hooks) {
  const DnsOptions& options = all.dns;
  engine::DispatcherSettings settings;
  settings.lookup = lookup_settings(options, resolvers);
  settings.dns_deadline_us = options.dns_deadline_ms * 1'000;
  settings.explains = hooks.explains;
  settings.observer = hooks.observer;
  settings.recall = hooks.recall;
  if (all.deadline_ms > 0) settings.deadline_us = all.deadline_ms * 1'000;
  settings.finish_when_down = hooks.finish_when_down;
  settings.checks = {.random = random_bits,
                     .canaries = std::move(canaries),
                     .detects_outage = hooks.detects_outage};
  settings.unix_start_s = unix_now_s(all);
  return settings;
}

}  // namespace

Result<std::unique_ptr<NetRunner>> NetRunner::create(const Options& options,
                                                     const Borrowed& borrowed, Hooks hooks) {
  Result<std::vector<DomainName>> canaries = canary_list(options.dns.canaries);
  if (!canaries.ok()) return canaries.status();
  Result<ProbePlan> plan = probe_plan(options);
  if (!plan.ok()) return plan.status();
  Result<OpenResolvers> resolvers = open_resolvers(options.dns.resolvers);
  if (!resolvers.ok()) return resolvers.status();
  Result<std::unique_ptr<Driver>> driver = Driver::create();
  if (!driver.ok()) return driver.status();

  std::unique_ptr<NetRunner> runner(new NetRunner(borrowed.progress, std::move(hooks)));
  runner->plan_ = std::move(plan.value());
  runner->lab_ = std::move(resolvers.value().lab);
  runner->driver_ = std::move(driver.value());
  const std::vector<Endpoint>& endpoints = resolvers.value().endpoints;
  engine::DispatcherSettings settings =
      settings_of(options, endpoints, std::move(canaries.value()), runner->hooks_);
  if (runner->lab_) {  // no failure of the built-in world passes
    settings.dns_deadline_us = std::min(settings.dns_deadline_us, kLabDeadlineUs);
  }
  settings.policy = &runner->plan_.policy;
  runner->resolvers_ = settings.lookup.upstream_names;
  if (options.dns.qps < 0) runner->qps_default_ = settings.lookup.qps;
  runner->transport_ =
      &runner->driver_->open_transport(endpoints, settings.lookup.attempt_timeout_us());
  if (options.probe.depth != ProbeDepth::kOff) {
    if (Status status = runner->open_probes(options, borrowed); !status.ok()) return status;
  }
  runner->dispatcher_ = std::make_unique<engine::Dispatcher>(
      std::move(settings), borrowed.domains, borrowed.hosts, *runner->transport_,
      runner->hooks_.trace, runner->probes_.get());
  return runner;
}

Status NetRunner::open_probes(const Options& options, const Borrowed& borrowed) {
  Result<probing::Prober*> prober = driver_->open_prober(options, plan_);
  if (!prober.ok()) return prober.status();
  const ProbeOptions& probe = options.probe;
  port_probed_ = probe.port;
  probing::ProbeStageSettings settings;
  settings.dialler = {.concurrency = probe.concurrency, .per_host = probe.per_host};
  settings.all = probe.all || hooks_.explains;
  settings.v6_first = !lab_ && net::has_v6_route();  // the lab is the same on any machine
  settings.as_they_come = hooks_.probe_as_they_come;
  settings.exclusions = &plan_.exclusions;
  probes_ = std::make_unique<probing::ProbeStage>(settings, *prober.value(), borrowed.hosts,
                                                  borrowed.enricher, hooks_.trace);
  return {};
}

NetRunner::~NetRunner() {
  if (!thread_.joinable()) return;
  stop();
  join();
}

Status NetRunner::run(const RowWork& work) {
  abort_rows_ = work.abort;
  if (Status status = start(); !status.ok()) return status;
  Status reading;  // written by the reader thread, read after its join
  std::thread reader;
  Status writing = start_thread(reader, [&] {
    pthread_setname_np(pthread_self(), "mxbulk-reader");  // as top -H and perf show it
    reading = work.read();
    if (!reading.ok()) return work.abort();
    work.close();
    close_intake();
  });
  if (writing.ok()) writing = work.write();
  if (!writing.ok()) {
    work.abort();
    stop();
  }
  if (reader.joinable()) reader.join();
  if (!reading.ok()) stop();
  join();
  return first_failure(reading, writing, failure());
}

Status NetRunner::start() {
  return start_thread(thread_, [this] {
    pthread_setname_np(pthread_self(), "mxbulk-network");
    driver_->run(*this);
  });
}

void NetRunner::close_intake() {
  intake_closed_.store(true, std::memory_order_release);
  wake();
}

void NetRunner::set_reader_waits(bool waits) {
  reader_waits_.store(waits, std::memory_order_release);
  if (waits) wake();
}

void NetRunner::stop() {
  driver_->stop();
}

void NetRunner::join() {
  if (thread_.joinable()) thread_.join();
}

asking::DnsReplySink* NetRunner::reply_sink(int64_t now_us) {
  return &dispatcher_->sink(now_us);
}

probing::ProbeSink* NetRunner::probe_sink(int64_t now_us) {
  return &probes_->sink(now_us);
}

bool NetRunner::iterate(int64_t now_us) {
  const engine::Intake intake{.closed = intake_closed_.load(std::memory_order_acquire),
                              .reader_waits = reader_waits_.load(std::memory_order_acquire)};
  dispatcher_->turn(now_us, intake);
  dispatcher_->report_progress(progress_);
  if (hooks_.after_turn) hooks_.after_turn(*dispatcher_);
  if (dispatcher_->failure().ok()) return !dispatcher_->finished();
  if (abort_rows_) abort_rows_();
  return false;
}

void NetRunner::fill(Summary& summary) const {
  const asking::LookupCounters& counters = dispatcher_->counters();
  summary.resolvers = resolvers_;
  summary.dns_queries = counters.queries;
  summary.dns_answers = counters.answers;
  summary.dns_retries = counters.retries;
  summary.dns_forged = transport_->forged();
  summary.resolvers_excluded = dispatcher_->excluded();
  summary.qps_default = qps_default_;
  summary.missed_deadline = dispatcher_->has_missed_deadline();
  if (!probes_) return;
  const probing::ProbeCounters& probes = probes_->counters();
  summary.probes = {.port = port_probed_,
                    .addresses = probes.addresses,
                    .skipped = probes.addresses_skipped,
                    .connections = probes.connections,
                    .opened = probes.opened,
                    .retried = probes.retried,
                    .egress = probes_->egress()};
}

}  // namespace mxbulk::app
