// `doctor`: measures the machine and each resolver, and says what the facts mean for a run.
#include "mxbulk/doctor.h"

#include <utility>

#include "app/doctor_findings.h"
#include "app/probe_plan.h"
#include "app/probing_measurements.h"
#include "app/resolver_measurements.h"
#include "app/resolvers.h"
#include "base/hash.h"
#include "base/limits.h"
#include "enrich/enrich.h"
#include "input/byte_source.h"
#include "input/idna.h"
#include "input/json_index.h"
#include "mxbulk/validator.h"
#include "net/system_probe.h"
#include "net/versions.h"
#include "state/database.h"
#include "table/name_index.h"

namespace mxbulk {
namespace app {
namespace {

MachineFacts measure_machine(const DnsOptions& options) {
  const net::FileLimits files = net::file_limits();
  const net::UdpAbilities udp = net::probe_udp();
  MachineFacts machine;
  machine.open_files_soft = files.soft;
  machine.open_files_hard = files.hard;
  machine.window_max = options.concurrency > 0 ? options.concurrency : limits::kWindowMax;
  machine.has_socket = udp.has_socket;
  machine.receive_buffer_wanted_bytes = udp.receive_buffer_wanted_bytes;
  machine.receive_buffer_bytes = udp.receive_buffer_bytes;
  machine.receive_buffer_cap_bytes = udp.receive_buffer_cap_bytes;
  machine.in_flight_per_socket = udp.answers_a_socket;
  machine.has_sendmmsg = udp.has_batches;
  machine.has_udp_segment = udp.has_segmentation;
  machine.libraries = library_versions();
  return machine;
}

// What matters to probes alone, as far as the user named it.
Status measure_probing(const Options& options, const ProbePlan& plan,
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

// The mail servers of the built-in world show nothing of this machine's port 25.
Status check_canary(const DnsOptions& options) {
  if (options.canaries.empty() || !has_lab(options.resolvers)) return {};
  return Status::usage(
      "--canary: the mail servers of lab are part of this program and say nothing about port 25; "
      "name another resolver, or omit --canary");
}

// A canary is dialled, whatever --probe says: the rules of probes apply.
Options with_probing(const Options& options) {
  Options dialling = options;
  if (!options.dns.canaries.empty() && options.probe.depth == ProbeDepth::kOff) {
    dialling.probe.depth = ProbeDepth::kBanner;
  }
  return dialling;
}

Status measure_all(const Options& options, const ProbePlan& plan,
                   const std::vector<Endpoint>& resolvers, DoctorReport& report) {
  DoctorFacts& facts = report.facts;
  facts.machine = measure_machine(options.dns);
  for (const Endpoint& resolver : resolvers) {
    ResolverFacts& found = facts.resolvers.emplace_back();
    const Status status = measure_resolver(resolver, options.dns, found);
    if (!status.ok()) return status;
    found.bottleneck = bottleneck_of(found, facts.machine.window_max);
    report.is_usable = report.is_usable || is_usable(found);
  }
  return measure_probing(options, plan, resolvers, facts);
}

}  // namespace
}  // namespace app

Result<DoctorReport> diagnose(const Options& given) {
  if (Status status = app::check_canary(given.dns); !status.ok()) return status;
  const Options options = app::with_probing(given);
  const Result<app::ProbePlan> plan = app::probe_plan(options);
  if (!plan.ok()) return plan.status();
  const Result<app::OpenResolvers> resolvers = app::open_resolvers(options.dns.resolvers);
  if (!resolvers.ok()) return resolvers.status();
  DoctorReport report;
  const Status status =
      app::measure_all(options, plan.value(), resolvers.value().endpoints, report);
  if (!status.ok()) return status;
  report.findings = app::findings_of(report.facts);
  return report;
}

std::vector<std::string> library_versions() {
  std::vector<std::string> all = net::versions();
  const auto add = [&](const std::vector<std::string>& versions) {
    all.insert(all.end(), versions.begin(), versions.end());
  };
  add({input::simdjson_version()});
  add(input::idna_versions());
  add(input::inflate_versions());
  add({state::sqlite_library_version(), table::abseil_version(), enrich::libpsl_version(),
       hash_library_version()});
  return all;
}

}  // namespace mxbulk
