// `doctor`: looks at the machine, asks each resolver, judges.
#include "mxbulk/doctor.h"

#include <utility>

#include "app/asked_resolvers.h"
#include "app/doctor_judge.h"
#include "app/helo_lookup.h"
#include "app/port_dial.h"
#include "app/probe_plan.h"
#include "app/probing_judge.h"
#include "app/resolver_list.h"
#include "app/resolver_load.h"
#include "app/resolver_probe.h"
#include "base/limits.h"
#include "mxbulk/validator.h"
#include "net/system_probe.h"

namespace mxbulk {
namespace app {
namespace {

MachineFacts look_at_machine(const DnsOptions& options) {
  const net::FileLimits files = net::file_limits();
  const net::UdpAbilities udp = net::probe_udp();
  MachineFacts machine;
  machine.files_soft = files.soft;
  machine.files_hard = files.hard;
  machine.window_max = options.concurrency > 0 ? options.concurrency : limits::kWindowMax;
  machine.has_socket = udp.has_socket;
  machine.receive_buffer_wanted_bytes = udp.receive_buffer_wanted_bytes;
  machine.receive_buffer_bytes = udp.receive_buffer_bytes;
  machine.receive_buffer_cap_bytes = udp.receive_buffer_cap_bytes;
  machine.in_flight_per_socket = udp.answers_a_socket;
  machine.has_batches = udp.has_batches;
  machine.has_segmentation = udp.has_segmentation;
  machine.libraries = library_versions();
  return machine;
}

Status examine(const Endpoint& endpoint, const DnsOptions& options, uint32_t qps,
               uint64_t window_max, ResolverFacts& facts) {
  facts.endpoint = endpoint.text();
  facts.is_loopback = is_loopback(endpoint.address);
  const int64_t timeout_us = options.timeout_ms * 1'000;
  Status status =
      probe_resolver(endpoint, {.timeout_us = timeout_us, .tries = options.tries}, facts);
  if (!status.ok() || facts.udp != ResolverFacts::Reach::kAnswers) return status;
  const LoadSettings load{
      .timeout_us = timeout_us,
      .tries = options.tries,
      .concurrency = options.concurrency,
      .qps = qps,
      .asks_root = facts.nxdomain_integrity == ResolverFacts::NxdomainIntegrity::kUnknown};
  status = load_resolver(endpoint, load, facts);
  facts.bottleneck = bottleneck_of(facts, window_max);
  return status;
}

// What concerns probes alone, where the operator named what to look at.
Status examine_probing(const Options& options, const ProbePlan& plan,
                       const std::vector<Endpoint>& resolvers, DoctorFacts& facts) {
  if (!plan.helo.empty()) {
    Result<HeloFacts> helo =
        look_up_helo(resolvers, options.dns, *DomainName::from_text(plan.helo));
    if (!helo.ok()) return helo.status();
    facts.helo = std::move(helo.value());
    if (plan.source && plan.policy.is_public(*plan.source)) {
      facts.helo.source = plan.source->text();
    }
  }
  facts.port.port = options.probe.port;
  if (options.dns.canaries.empty()) return {};
  Result<PortFacts> port = dial_canary(options, plan, options.dns.canaries.front());
  if (!port.ok()) return port.status();
  facts.port = std::move(port.value());
  return {};
}

// The mail servers of the built-in world tell nothing of this machine's port 25.
Status check_canary(const DnsOptions& options) {
  if (options.canaries.empty() || !has_lab(options.resolvers)) return {};
  return Status::usage(
      "--canary: the mail servers of lab are played by the program itself and say nothing of "
      "port 25; name another resolver, or leave --canary out");
}

// A canary is dialled, whatever --probe says: the rules of probes hold.
Options as_dialling(const Options& options) {
  Options dialling = options;
  if (!options.dns.canaries.empty() && options.probe.depth == ProbeDepth::kOff) {
    dialling.probe.depth = ProbeDepth::kBanner;
  }
  return dialling;
}

}  // namespace
}  // namespace app

Result<DoctorReport> diagnose(const Options& asked_for) {
  if (Status status = app::check_canary(asked_for.dns); !status.ok()) return status;
  const Options options = app::as_dialling(asked_for);
  const Result<app::ProbePlan> plan = app::probe_plan(options);
  if (!plan.ok()) return plan.status();
  Result<app::AskedResolvers> asked = app::open_resolvers(options.dns.resolvers);
  if (!asked.ok()) return asked.status();
  const std::vector<Endpoint>& endpoints = asked.value().endpoints;
  DoctorReport report;
  report.facts.machine = app::look_at_machine(options.dns);
  for (const Endpoint& endpoint : endpoints) {
    const uint32_t qps = options.dns.qps >= 0 ? static_cast<uint32_t>(options.dns.qps)
                                              : app::default_qps({endpoint});
    ResolverFacts& facts = report.facts.resolvers.emplace_back();
    const Status status =
        app::examine(endpoint, options.dns, qps, report.facts.machine.window_max, facts);
    if (!status.ok()) return status;
    report.is_usable = report.is_usable || app::is_usable(facts);
  }
  const Status status = app::examine_probing(options, plan.value(), endpoints, report.facts);
  if (!status.ok()) return status;
  report.findings = app::judge(report.facts);
  for (Finding& finding : app::judge_probing(report.facts.helo, report.facts.port)) {
    report.findings.push_back(std::move(finding));
  }
  return report;
}

}  // namespace mxbulk
