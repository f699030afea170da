#include "app/probe_plan.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/list_file.h"
#include "base/ascii.h"
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
                       " is not an address of this machine; ip address shows those it has");
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

// More than the domains of addresses: a host name may have underscores, and a whole top-level
// domain may be meant. An all-digit last label would be a mistyped IP address.
std::optional<DomainName> excluded_name(std::string_view entry, input::AddressParser& parser) {
  if (!is_ascii(entry)) {
    const input::ParsedAddress parsed = parser.parse_domain(entry);
    if (parsed.invalid) return std::nullopt;
    return DomainName::from_view(parsed.domain);
  }
  std::string_view text = entry;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::optional<DomainName> name = DomainName::from_text(text);
  if (!name || !route::is_host_name(name->view())) return std::nullopt;
  const size_t dot = text.rfind('.');
  if (is_digits(text.substr(dot == std::string_view::npos ? 0 : dot + 1))) return std::nullopt;
  return name;
}

}  // namespace

Result<DomainName> parse_helo(std::string_view word) {
  input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse_domain(word);
  if (parsed.invalid || is_special_use(parsed.domain)) {
    return Status::usage(quoted(word) +
                         " is not a fully qualified host name; write this host's own, as "
                         "probe.example.net");
  }
  return DomainName::from_view(parsed.domain);
}

Result<IpAddress> parse_source_ip(std::string_view word) {
  const std::optional<IpAddress> address = IpAddress::from_text(word);
  if (address && !is_ipv4_mapped(*address)) return *address;
  return Status::usage(quoted(word) + " is not an IP address; write one of this machine's");
}

Result<IpNet> parse_net(std::string_view word) {
  const std::optional<IpNet> net = IpNet::from_text(word);
  if (net) return *net;
  return Status::usage(quoted(word) +
                       " is not a network; write it as 10.0.0.0/8 or fd00::/8, with zeros after "
                       "the prefix, or one address");
}

Result<probing::ProbeExclusions> read_probe_exclusions(const std::string& path) {
  probing::ProbeExclusions exclusions;
  input::AddressParser parser;
  const auto take = [&](std::string_view entry) -> Status {
    entry = entry.substr(0, entry.find('#'));  // no name has one
    if (const auto net = IpNet::from_text(entry)) {
      exclusions.add(*net);
    } else if (const auto name = excluded_name(entry, parser)) {
      exclusions.add(name->view());
    } else {
      return Status::usage(quoted(entry) +
                           " is not an entry; write an IP address, a network as 192.0.2.0/24, or "
                           "the name of a host or domain (all under it is meant too)");
    }
    return {};
  };
  if (Status status = read_list_file("--probe-exclude", path, take); !status.ok()) return status;
  return exclusions;
}

Status check_probe_rules(const Options& options) {
  const ProbeOptions& probe = options.probe;
  if (probe.depth == ProbeDepth::kOff) return {};
  if (needs_helo(probe.depth) && probe.helo.empty()) {
    return Status::usage(
        "--probe: ehlo and starttls send this host's name to each server; give it with --helo "
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
