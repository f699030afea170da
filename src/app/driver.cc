#include "app/driver.h"

#include <algorithm>
#include <utility>

#include "lab/mail_hosts.h"
#include "net/smtp_prober.h"

namespace mxbulk::app {
namespace {

using MadeProber = Result<std::unique_ptr<probing::DrivenProber>>;

MadeProber make_lab_prober(ProbeDepth depth, const std::string& helo) {
  Result<lab::MailScript> script = lab::MailScript::parse(lab::builtin_mail_text());
  if (!script.ok()) return script.status();
  return MadeProber(std::make_unique<lab::MailHosts>(std::move(script.value()), depth, helo));
}

}  // namespace

MadeProber make_prober(const Options& options, const ProbePlan& plan, net::Loop& loop) {
  const ProbeOptions& probe = options.probe;
  if (has_lab(options.dns.resolvers)) return make_lab_prober(probe.depth, plan.helo);
  return MadeProber(std::make_unique<net::SmtpProber>(
      loop, net::ProbeSettings{.depth = probe.depth,
                               .port = probe.port,
                               .timeout_us = probe.timeout_ms * 1'000,
                               .helo = plan.helo,
                               .source = plan.source}));
}

Result<std::unique_ptr<Driver>> Driver::create() {
  std::unique_ptr<Driver> driver(new Driver());
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(driver->clock_);
  if (!loop.ok()) return loop.status();
  driver->loop_ = std::move(loop.value());
  return driver;
}

net::AresTransport& Driver::open_transport(const std::vector<Endpoint>& resolvers,
                                           int64_t timeout_us) {
  transport_ = std::make_unique<net::AresTransport>(*loop_, resolvers, timeout_us);
  return *transport_;
}

Result<probing::Prober*> Driver::open_prober(const Options& options, const ProbePlan& plan) {
  MadeProber prober = make_prober(options, plan, *loop_);
  if (!prober.ok()) return prober.status();
  prober_ = std::move(prober.value());
  return static_cast<probing::Prober*>(prober_.get());
}

void Driver::run(LoopTask& task) {
  const int64_t origin_us = clock_us() - 1;
  loop_->run_from(origin_us, [&](int64_t now_us) { return iterate(task, now_us); });
}

int64_t Driver::iterate(LoopTask& task, int64_t now_us) {
  if (transport_) transport_->deliver(*task.reply_sink(now_us), now_us);
  if (prober_) prober_->deliver(*task.probe_sink(now_us), now_us);
  if (!task.iterate(now_us)) loop_->stop();
  if (transport_) {
    transport_->flush();
    loop_->pause(transport_->gather_us(now_us));
  }
  const int64_t probe_wake_us = prober_ ? prober_->next_wake_us() : kNeverUs;
  return std::min(task.next_wake_us(), probe_wake_us);
}

LookupTask::LookupTask(Driver& driver, const std::vector<Endpoint>& resolvers,
                       const DnsOptions& options)
    : settings_(lookup_settings(options, resolvers)),
      runner_(settings_, driver.open_transport(resolvers, settings_.attempt_timeout_us()), hosts_,
              nullptr, nullptr) {}

asking::DnsReplySink* LookupTask::reply_sink(int64_t now_us) {
  runner_.set_now(now_us);
  return &runner_;
}

}  // namespace mxbulk::app
