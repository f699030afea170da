#include "app/resolvers.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/limits.h"
#include "input/address_parser.h"
#include "lab/zone.h"

namespace mxbulk::app {
namespace {

constexpr std::string_view kLab = "lab";
constexpr size_t kResolversMax = 32;
// What a resolver that is not ours can bear: some 30 of them serve a city.
constexpr uint32_t kQpsOfOthers = 1'000;

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

Status bad_resolver(std::string_view word) {
  return Status::usage("\"" + std::string(word) +
                       "\" is not a resolver; write IP, IP:PORT, [IPv6]:PORT, @FILE (resolv.conf) "
                       "or lab");
}

Status of_flag(const Status& status) {
  return {status.code(), "--resolver: " + status.message()};
}

// `fe80::1%eth0`: a link-local server by its interface, as routers announce them.
bool is_zoned(std::string_view address) {
  const size_t percent = address.find('%');
  return percent != address.npos && IpAddress::from_text(address.substr(0, percent));
}

// The address in a line of resolv.conf(5), or a bare address; nothing for other lines.
std::string address_in(const std::string& line) {
  std::istringstream words(line.substr(0, line.find_first_of("#;")));
  std::string word;
  std::string address;
  words >> word;
  if (word == "nameserver") {
    words >> address;
    return address;
  }
  const bool is_other =
      word == "search" || word == "domain" || word == "options" || word == "sortlist";
  return is_other ? std::string() : word;
}

// Zoned addresses are passed over: the other servers of the file answer the same.
Status read_resolv_conf(const std::string& path, std::vector<Endpoint>& found) {
  std::ifstream file(path);
  if (!file) {
    return Status::usage("--resolver: cannot read " + path + "; name a resolver with -r IP");
  }
  const size_t before = found.size();
  bool has_zoned = false;
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    const std::string address = address_in(line);
    if (address.empty()) continue;
    if (is_zoned(address)) {
      has_zoned = true;
      continue;
    }
    Result<Endpoint> resolver = parse_resolver(address);
    if (!resolver.ok()) {
      return Status::usage(path + ":" + std::to_string(number) + ": \"" + address +
                           "\" is not an IP address; fix the line or name a resolver with -r IP");
    }
    found.push_back(resolver.value());
  }
  if (found.size() > before) return {};
  const std::string_view what = has_zoned
                                    ? " names only resolvers with a zone (%), which cannot be asked"
                                    : " names no resolver";
  return Status::usage(path + std::string(what) + "; name one with -r IP");
}

Result<std::unique_ptr<lab::DnsServer>> start_lab() {
  Result<lab::Zone> zone = lab::Zone::parse(lab::builtin_zone_text());
  if (!zone.ok()) return zone.status();
  return lab::DnsServer::start(std::move(zone.value()));
}

uint32_t default_qps(const std::vector<Endpoint>& resolvers) {
  const bool all_local = std::all_of(resolvers.begin(), resolvers.end(),
                                     [](const Endpoint& r) { return is_loopback(r.address); });
  return all_local ? 0 : kQpsOfOthers;
}

}  // namespace

Result<Endpoint> parse_resolver(std::string_view word) {
  const bool is_bracketed = word.starts_with('[');
  std::string_view host = word;
  std::string_view port;  // with its colon
  if (is_bracketed) {
    const size_t close = word.find(']');
    if (close == word.npos) return bad_resolver(word);
    host = word.substr(1, close - 1);
    port = word.substr(close + 1);
  } else if (const size_t colon = word.find(':'); colon == word.rfind(':') && colon != word.npos) {
    host = word.substr(0, colon);
    port = word.substr(colon);
  }
  const std::optional<IpAddress> address = IpAddress::from_text(host);
  if (!address || (is_bracketed && address->is_v4())) return bad_resolver(word);
  Endpoint resolver;
  resolver.address = *address;
  if (port.empty()) return resolver;
  if (!port.starts_with(':')) return bad_resolver(word);
  const std::optional<uint16_t> number = parse_port(port.substr(1));
  if (!number) {
    return Status::usage("\"" + std::string(word) + "\" has no valid port; ports are 1 to 65535");
  }
  resolver.port = *number;
  return resolver;
}

Status check_resolver(std::string_view word) {
  if (word == kLab || (word.starts_with('@') && word.size() > 1)) return {};
  return parse_resolver(word).status();
}

Result<std::vector<Endpoint>> resolver_list(const std::vector<std::string>& words) {
  std::vector<Endpoint> found;
  if (words.empty()) {
    Status status = read_resolv_conf("/etc/resolv.conf", found);
    if (!status.ok()) return status;
  }
  for (const std::string& word : words) {
    if (word.starts_with('@')) {
      Status status = read_resolv_conf(word.substr(1), found);
      if (!status.ok()) return status;
      continue;
    }
    Result<Endpoint> resolver = parse_resolver(word);
    if (!resolver.ok()) return of_flag(resolver.status());
    found.push_back(resolver.value());
  }
  if (found.size() > kResolversMax) {
    return Status::usage("--resolver: at most " + std::to_string(kResolversMax) + " resolvers");
  }
  return found;
}

bool has_lab(const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), kLab) != words.end();
}

bool is_loopback(const IpAddress& address) {
  if (address.is_v4()) return address.octets()[0] == 127;
  return address == *IpAddress::from_text("::1");
}

Result<OpenResolvers> open_resolvers(const std::vector<std::string>& words) {
  OpenResolvers open;
  const bool asks_lab = has_lab(words);
  if (asks_lab) {
    if (words.size() > 1) {
      return Status::usage(
          "--resolver: lab is never asked beside others; name it alone, or leave it out");
    }
    Result<std::unique_ptr<lab::DnsServer>> lab = start_lab();
    if (!lab.ok()) return lab.status();
    open.lab = std::move(lab.value());
  }
  Result<std::vector<Endpoint>> endpoints =
      asks_lab ? resolver_list({"127.0.0.1:" + std::to_string(open.lab->port())})
               : resolver_list(words);
  if (!endpoints.ok()) return endpoints.status();
  open.endpoints = std::move(endpoints.value());
  return open;
}

Result<DomainName> parse_canary(std::string_view word) {
  input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse_domain(word);
  if (parsed.invalid || is_special_use(parsed.domain)) {
    return Status::usage("\"" + std::string(word) +
                         "\" is not a domain that can have MX; name one that takes mail, best "
                         "your own");
  }
  return DomainName::from_view(parsed.domain);
}

Result<std::vector<DomainName>> canary_list(const std::vector<std::string>& words) {
  std::vector<DomainName> names;
  for (const std::string& word : words) {
    Result<DomainName> name = parse_canary(word);
    if (!name.ok()) return Status::usage("--canary: " + name.status().message());
    names.push_back(name.value());
  }
  if (names.size() > limits::kCanariesGivenMax) {
    return Status::usage("--canary: at most " + std::to_string(limits::kCanariesGivenMax) +
                         " of them");
  }
  return names;
}

asking::LookupSettings lookup_settings(const DnsOptions& options,
                                       const std::vector<Endpoint>& resolvers) {
  asking::LookupSettings settings;
  for (const Endpoint& resolver : resolvers) settings.upstream_names.push_back(resolver.text());
  settings.concurrency = options.concurrency;
  settings.qps = options.qps >= 0 ? static_cast<uint32_t>(options.qps) : default_qps(resolvers);
  settings.policy.tries = options.tries;
  settings.policy.timeout_us = options.timeout_ms * 1'000;
  return settings;
}

}  // namespace mxbulk::app
