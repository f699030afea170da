#include "app/net_runner.h"

#include <pthread.h>

#include <algorithm>
#include <ctime>

#include "app/asked_resolvers.h"
#include "app/canary_list.h"
#include "app/probers.h"
#include "app/random_bits.h"
#include "base/thread.h"
#include "net/system_probe.h"

namespace mxbulk::app {
namespace {

engine::DispatcherSettings settings_of(const DnsOptions& options,
                                       const std::vector<Endpoint>& resolvers,
                                       std::vector<DomainName> canaries,
                                       const NetRunner::Hooks& hooks) {
  engine::DispatcherSettings settings;
  for (const Endpoint& resolver : resolvers) {
    settings.lookup.upstream_names.push_back(resolver.text());
  }
  settings.lookup.concurrency = options.concurrency;
  settings.lookup.qps =
      options.qps >= 0 ? static_cast<uint32_t>(options.qps) : default_qps(resolvers);
  settings.lookup.policy.tries = options.tries;
  settings.lookup.policy.timeout_us = options.timeout_ms * 1'000;
  settings.dns_deadline_us = options.dns_deadline_ms * 1'000;
  settings.explains = hooks.explains;
  settings.observer = hooks.observer;
  settings.finish_when_down = hooks.finish_when_down;
  settings.checks = {.random = random_bits,
                     .canaries = std::move(canaries),
                     .detects_outage = hooks.detects_outage};
  settings.unix_start_s = static_cast<int64_t>(std::time(nullptr));
  return settings;
}

}  // namespace

Result<std::unique_ptr<NetRunner>> NetRunner::create(const Options& options, const World& world,
                                                     Hooks hooks) {
  Result<std::vector<DomainName>> canaries = canary_list(options.dns.canaries);
  if (!canaries.ok()) return canaries.status();
  Result<ProbePlan> plan = probe_plan(options);
  if (!plan.ok()) return plan.status();
  std::unique_ptr<NetRunner> runner(new NetRunner(world.progress, std::move(hooks)));
  runner->plan_ = std::move(plan.value());
  Result<AskedResolvers> asked = open_resolvers(options.dns.resolvers);
  if (!asked.ok()) return asked.status();
  runner->lab_ = std::move(asked.value().lab);
  const std::vector<Endpoint>& resolvers = asked.value().endpoints;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(runner->clock_);
  if (!loop.ok()) return loop.status();
  runner->loop_ = std::move(loop.value());
  engine::DispatcherSettings settings =
      settings_of(options.dns, resolvers, std::move(canaries.value()), runner->hooks_);
  settings.policy = &runner->plan_.policy;
  runner->resolvers_ = settings.lookup.upstream_names;
  if (options.dns.qps < 0) runner->qps_default_ = settings.lookup.qps;
  runner->transport_ = std::make_unique<net::AresTransport>(*runner->loop_, resolvers,
                                                            settings.lookup.attempt_timeout_us());
  if (options.probe.depth != ProbeDepth::kOff) {
    if (Status status = runner->open_probes(options, world); !status.ok()) return status;
  }
  runner->dispatcher_ = std::make_unique<engine::Dispatcher>(
      std::move(settings), world.domains, world.hosts, *runner->transport_, runner->hooks_.trace,
      runner->probes_.get());
  return runner;
}

Status NetRunner::open_probes(const Options& options, const World& world) {
  auto prober = make_prober(options, plan_, *loop_);
  if (!prober.ok()) return prober.status();
  prober_ = std::move(prober.value());
  const ProbeOptions& probe = options.probe;
  port_probed_ = probe.port;
  probing::ProbeStageSettings settings;
  settings.dialler = {.concurrency = probe.concurrency, .per_host = probe.per_host};
  settings.all = probe.all || hooks_.explains;
  settings.v6_first = !lab_ && net::has_v6_route();  // the lab is the same on any machine
  settings.as_they_come = hooks_.probe_as_they_come;
  settings.exclusions = &plan_.exclusions;
  probes_ = std::make_unique<probing::ProbeStage>(settings, *prober_, world.hosts, world.enricher,
                                                  hooks_.trace);
  return {};
}

NetRunner::~NetRunner() {
  if (!thread_.joinable()) return;
  stop();
  join();
}

Status NetRunner::start() {
  began_us_ = clock_.now_us();
  return start_thread(thread_, [this] {
    pthread_setname_np(pthread_self(), "mxbulk-network");  // as top -H and perf show it
    loop_->run_from(began_us_, [this](int64_t now_us) { return turn(now_us); });
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
  loop_->stop();
}

void NetRunner::join() {
  if (thread_.joinable()) thread_.join();
}

int64_t NetRunner::turn(int64_t now_us) {
  const engine::Intake intake{.closed = intake_closed_.load(std::memory_order_acquire),
                              .reader_waits = reader_waits_.load(std::memory_order_acquire)};
  transport_->deliver(dispatcher_->sink(now_us), now_us);
  if (prober_) prober_->deliver(probes_->sink(now_us), now_us);
  dispatcher_->turn(now_us, intake);
  transport_->flush();
  loop_->pause(transport_->gather_us(now_us));
  dispatcher_->report_progress(progress_);
  if (hooks_.after_turn) hooks_.after_turn(*dispatcher_);
  if (!dispatcher_->failure().ok()) {
    if (hooks_.on_failure) hooks_.on_failure();
    loop_->stop();
  } else if (dispatcher_->finished()) {
    loop_->stop();
  }
  const int64_t wake_us = dispatcher_->next_wake_us();
  return prober_ ? std::min(wake_us, prober_->next_wake_us()) : wake_us;
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
