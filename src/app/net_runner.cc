#include "app/net_runner.h"

#include <pthread.h>

#include <ctime>
#include <limits>

#include "app/asked_resolvers.h"
#include "app/canary_list.h"
#include "app/random_bits.h"

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
  settings.collect_done = hooks.collect_done;
  settings.watch_resolver = hooks.watch_resolver;
  settings.finish_when_down = hooks.finish_when_down;
  settings.vetting = {random_bits, std::move(canaries)};
  settings.unix_start_s = static_cast<int64_t>(std::time(nullptr));
  return settings;
}

}  // namespace

Result<std::unique_ptr<NetRunner>> NetRunner::create(const DnsOptions& options,
                                                     table::DomainTable& domains,
                                                     table::HostTable& hosts, Progress& progress,
                                                     Hooks hooks) {
  Result<std::vector<DomainName>> canaries = canary_list(options.canaries);
  if (!canaries.ok()) return canaries.status();
  std::unique_ptr<NetRunner> runner(new NetRunner(progress, std::move(hooks)));
  Result<AskedResolvers> asked = open_resolvers(options.resolvers);
  if (!asked.ok()) return asked.status();
  runner->lab_ = std::move(asked.value().lab);
  const std::vector<Endpoint>& resolvers = asked.value().endpoints;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(runner->clock_);
  if (!loop.ok()) return loop.status();
  runner->loop_ = std::move(loop.value());
  const engine::DispatcherSettings settings =
      settings_of(options, resolvers, std::move(canaries.value()), runner->hooks_);
  if (options.qps < 0) runner->qps_default_ = settings.lookup.qps;
  runner->transport_ =
      std::make_unique<net::AresTransport>(*runner->loop_, resolvers, settings.lookup.listen_us());
  runner->dispatcher_ = std::make_unique<engine::Dispatcher>(
      settings, domains, hosts, *runner->transport_, runner->hooks_.trace);
  return runner;
}

NetRunner::~NetRunner() {
  if (!thread_.joinable()) return;
  stop();
  join();
}

void NetRunner::start() {
  began_us_ = clock_.now_us();
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "mxbulk-network");  // as top -H and perf show it
    loop_->run([this](int64_t now_us) {
      // With no timer set the next wake is "never", the largest number there is.
      const int64_t wake_us = turn(now_us - began_us_);
      return wake_us > std::numeric_limits<int64_t>::max() - began_us_ ? wake_us
                                                                       : wake_us + began_us_;
    });
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
  return dispatcher_->next_wake_us();
}

void NetRunner::fill(Summary& summary) const {
  const engine::LookupCounters& counters = dispatcher_->counters();
  summary.dns_queries = counters.queries;
  summary.dns_answers = counters.answers;
  summary.dns_retries = counters.retries;
  summary.dns_forged = transport_->forged();
  summary.resolvers_left_out = dispatcher_->left_out();
  summary.qps_default = qps_default_;
}

}  // namespace mxbulk::app
