#include "app/probe_plan.h"

#include <utility>
#include <vector>

#include "app/probe_exclude.h"
#include "input/address_parser.h"
#include "net/system_probe.h"

namespace mxbulk::app {
namespace {

Status of_flag(std::string_view flag, const Status& status) {
  return Status::usage(std::string(flag) + ": " + status.message());
}

std::string quoted(std::string_view word) {
  return "\"" + std::string(word) + "\"";
}

// RFC 5321 §4.1.1.1: a client that says EHLO names itself.
bool needs_helo(ProbeDepth depth) {
  return depth == ProbeDepth::kEhlo || depth == ProbeDepth::kStarttls;
}

Result<route::AddressPolicy> policy_of(const std::vector<std::string>& words) {
  std::vector<IpNet> nets;
  for (const std::string& word : words) {
    const Result<IpNet> net = parse_net(word);
    if (!net.ok()) return of_flag("--allow-net", net.status());
    nets.push_back(net.value());
  }
  return route::AddressPolicy(std::move(nets));
}

Result<IpAddress> source_of(const std::string& word) {
  Result<IpAddress> source = parse_source_ip(word);
  if (!source.ok()) return of_flag("--source-ip", source.status());
  if (net::is_own_address(source.value())) return source;
  return Status::usage("--source-ip: " + quoted(word) +
                       " is no address of this machine; ip address shows those it has");
}

}  // namespace

Result<DomainName> parse_helo(std::string_view word) {
  input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse_domain(word);
  if (parsed.invalid || is_special_use(parsed.domain)) {
    return Status::usage(quoted(word) +
                         " is no fully qualified host name; write this host's own, as in "
                         "probe.example.net");
  }
  return DomainName::from_view(parsed.domain);
}

Result<IpAddress> parse_source_ip(std::string_view word) {
  const std::optional<IpAddress> address = IpAddress::from_text(word);
  if (address && !is_ipv4_mapped(*address)) return *address;
  return Status::usage(quoted(word) + " is no IP address; write one of this machine's");
}

Result<IpNet> parse_net(std::string_view word) {
  const std::optional<IpNet> net = IpNet::from_text(word);
  if (net) return *net;
  return Status::usage(quoted(word) +
                       " is no net; write it as 10.0.0.0/8 or fd00::/8, with zeros behind the "
                       "prefix, or one address");
}

Status check_probe_rules(const Options& options) {
  const ProbeOptions& probe = options.probe;
  if (probe.depth == ProbeDepth::kOff) return {};
  if (needs_helo(probe.depth) && probe.helo.empty()) {
    return Status::usage(
        "--probe: ehlo and starttls tell each server who calls; name this host with --helo "
        "probe.example.net (mxbulk doctor --helo checks it), or go no deeper than banner");
  }
  return {};
}

Result<ProbePlan> probe_plan(const Options& options) {
  if (Status status = check_probe_rules(options); !status.ok()) return status;
  const ProbeOptions& probe = options.probe;
  ProbePlan plan;
  Result<route::AddressPolicy> policy = policy_of(probe.allow_nets);
  if (!policy.ok()) return policy.status();
  plan.policy = std::move(policy.value());
  if (!probe.helo.empty()) {
    const Result<DomainName> helo = parse_helo(probe.helo);
    if (!helo.ok()) return of_flag("--helo", helo.status());
    plan.helo = helo.value().text();
  }
  if (probe.depth == ProbeDepth::kOff) return plan;
  if (!probe.source_ip.empty()) {
    const Result<IpAddress> source = source_of(probe.source_ip);
    if (!source.ok()) return source.status();
    plan.source = source.value();
  }
  if (!probe.exclude_path.empty()) {
    Result<probing::ProbeExclusions> exclusions = read_probe_exclusions(probe.exclude_path);
    if (!exclusions.ok()) return exclusions.status();
    plan.exclusions = std::move(exclusions.value());
  }
  return plan;
}

}  // namespace mxbulk::app
