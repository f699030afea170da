#include "sim/oracle.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace mxbulk::test {
namespace {

constexpr size_t kLinksMax = 8;
constexpr size_t kRecordsMax = 512;
constexpr size_t kExchangesMax = 100;
constexpr size_t kAtOnce = 16;

enum class What { kFound, kNothing, kNoSuchName, kFailed };

struct Finding {
  What what = What::kNothing;
  Reason failure = Reason::kDnsServfail;
  const RecordSet* set = nullptr;  // with kFound
  bool is_alias = false;
  bool is_ring = false;  // of CNAMEs
  uint32_t ttl_s = 0xFFFFFFFF;
};

Reason failure_of(Fate fate) {
  if (fate == Fate::kServfail) return Reason::kDnsServfail;
  if (fate == Fate::kUnresponsive) return Reason::kDnsTimeout;
  if (fate == Fate::kGarbage) return Reason::kDnsMalformed;
  if (fate == Fate::kFiltered) return Reason::kDnsFiltered;
  return Reason::kDnsRefused;
}

Finding look_up(const World& world, std::string name, RecordType type) {
  Finding finding;
  std::set<std::string> passed;
  for (size_t links = 0; links <= kLinksMax; ++links) {
    const Node* node = world.find(name);
    if (node == nullptr) {
      finding.what = What::kNoSuchName;
      return finding;
    }
    if (!node->cname.empty()) {
      finding.is_alias = true;
      finding.ttl_s = std::min(finding.ttl_s, node->cname_ttl_s);
      finding.is_ring |= !passed.insert(name).second;
      name = node->cname;
      continue;
    }
    const RecordSet& set = node->set(type);
    finding.ttl_s = std::min(finding.ttl_s, set.ttl_s);
    if (set.fate == Fate::kNoData) return finding;
    if (set.fate == Fate::kNxDomain) {
      finding.what = What::kNoSuchName;
    } else if (set.fate != Fate::kData) {
      finding.what = What::kFailed;
      finding.failure = failure_of(set.fate);
    } else if (set.mx.empty() && set.addresses.empty()) {
      finding.what = What::kFailed;  // only a broken record
      finding.failure = Reason::kDnsMalformed;
    } else {
      finding.what = What::kFound;
      finding.set = &set;
    }
    return finding;
  }
  finding.what = What::kFailed;  // too many links
  if (!finding.is_ring) finding.failure = Reason::kMxAddrTempfail;
  return finding;
}

bool ends_with_label(const std::string& name, const std::string& suffix) {
  return name == suffix || name.ends_with("." + suffix);
}

bool is_special(const std::string& name) {
  for (const char* suffix :
       {"localhost", "invalid", "onion", "local", "internal", "alt", "home.arpa"}) {
    if (ends_with_label(name, suffix)) return true;
  }
  return false;
}

bool is_odd_ttl(uint32_t ttl_s) {
  return ttl_s < 60 || ttl_s > 604'800;
}

enum class Host { kUsable, kFailed, kNowhere, kNonpublic, kLiteral, kMalformed, kDot };

struct HostFinding {
  Host state = Host::kNowhere;
  std::string address;  // the lowest public one
  bool is_alias = false;
  bool maybe_alias = false;  // a lookup failed that could tell
  bool has_nonpublic = false;
  bool lacks_v4 = false;
  uint32_t ttl_s = 0;
};

// What is known without a lookup.
std::optional<Host> host_by_name(const std::string& name) {
  if (name == ".") return Host::kDot;
  if (name.find_first_not_of("0123456789.") == std::string::npos) return Host::kLiteral;
  const std::string letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (name.find_first_not_of(letters) != std::string::npos) return Host::kMalformed;
  if (ends_with_label(name, "localhost")) return Host::kNonpublic;
  if (is_special(name)) return Host::kNowhere;
  return std::nullopt;
}

HostFinding find_host(const World& world, const std::string& name) {
  HostFinding host;
  bool has_public = false;
  bool has_failure = false;
  for (RecordType type : {RecordType::kA, RecordType::kAaaa}) {
    if (has_public) break;  // A is enough
    const Finding found = look_up(world, name, type);
    if (found.what == What::kFailed) {
      has_failure = true;
      host.maybe_alias |= found.is_alias;
      continue;
    }
    host.is_alias |= found.is_alias;
    if (type == RecordType::kA) host.lacks_v4 = found.what != What::kFound;
    if (found.what != What::kFound) continue;
    for (const SimulatedAddress& address : found.set->addresses) {
      (address.is_public ? has_public : host.has_nonpublic) = true;
      const bool is_lower = host.address.empty() || address.octets < host.address;
      if (address.is_public && is_lower) host.address = address.octets;
    }
    host.ttl_s = host.ttl_s == 0 ? found.ttl_s : std::min(host.ttl_s, found.ttl_s);
  }
  if (has_public)
    host.state = Host::kUsable;
  else if (has_failure)
    host.state = Host::kFailed;
  else if (host.has_nonpublic)
    host.state = Host::kNonpublic;
  return host;
}

OracleVerdict implicit_verdict(const World& world, const std::string& domain,
                               OracleVerdict verdict) {
  const HostFinding host = find_host(world, domain);
  if (host.is_alias) verdict.lints.add(Lint::kDomainCname);
  if (host.maybe_alias) verdict.either_way.add(Lint::kDomainCname);
  if (host.state == Host::kUsable) {
    const Node* const wildcard = world.wildcard_of(domain);
    const bool is_wildcards =
        wildcard != nullptr && wildcard->a.addresses.front().octets == host.address;
    verdict.reason = is_wildcards ? Reason::kDnsWildcard : Reason::kImplicitMx;
    if (host.lacks_v4) verdict.lints.add(Lint::kV6Only);
    if (host.has_nonpublic) verdict.lints.add(Lint::kMxNonpublic);
    if (is_odd_ttl(host.ttl_s)) verdict.lints.add(Lint::kTtlOdd);
  } else if (host.state == Host::kFailed) {
    verdict.reason = Reason::kMxAddrTempfail;
  } else {
    const bool is_nonpublic = host.state == Host::kNonpublic;
    verdict.reason = is_nonpublic ? Reason::kImplicitNonpublic : Reason::kNoAddress;
  }
  return verdict;
}

using Exchanges = std::vector<SimulatedMx>;

// Duplicates merged at their best preference, in the order (preference, name).
Exchanges sorted(const Exchanges& records) {
  std::map<std::string, uint16_t> best;
  for (const SimulatedMx& mx : records) {
    const auto [at, is_new] = best.try_emplace(mx.exchange, mx.preference);
    at->second = std::min(at->second, mx.preference);
  }
  Exchanges list;
  for (const auto& [name, preference] : best) list.push_back({preference, name});
  std::stable_sort(list.begin(), list.end(), [](const SimulatedMx& a, const SimulatedMx& b) {
    return a.preference < b.preference;
  });
  return list;
}

void add_lints(const HostFinding& host, OracleVerdict& verdict) {
  if (host.is_alias) verdict.lints.add(Lint::kMxCname);
  if (host.maybe_alias) verdict.either_way.add(Lint::kMxCname);
  const bool is_mixed = host.state == Host::kUsable && host.has_nonpublic;
  if (is_mixed || host.state == Host::kNonpublic) verdict.lints.add(Lint::kMxNonpublic);
  if (host.state == Host::kLiteral) verdict.lints.add(Lint::kMxIpLiteral);
  if (host.state == Host::kMalformed) verdict.lints.add(Lint::kMxMalformed);
  if (host.state == Host::kDot) verdict.lints.add(Lint::kNullMxMixed);
}

// 16 lookups at a time, until one of the hosts is usable. Lints of the names alone are given for
// all.
std::vector<HostFinding> find_hosts(const World& world, const Exchanges& list) {
  std::vector<HostFinding> hosts;
  size_t lookups = 0;
  bool has_usable = false;
  for (const SimulatedMx& mx : list) {
    HostFinding host;
    if (const auto by_name = host_by_name(mx.exchange)) {
      host.state = *by_name;
      hosts.push_back(host);
      continue;
    }
    if (lookups % kAtOnce == 0 && has_usable) continue;
    host = find_host(world, mx.exchange);
    has_usable |= host.state == Host::kUsable;
    ++lookups;
    hosts.push_back(host);
  }
  return hosts;
}

Reason dead_reason(const std::vector<HostFinding>& hosts) {
  for (const HostFinding& host : hosts) {
    if (host.state == Host::kNonpublic) return Reason::kMxNonpublic;
    if (host.state == Host::kLiteral) return Reason::kMxIpLiteral;
    if (host.state == Host::kMalformed) return Reason::kMxMalformed;
    if (host.state == Host::kNowhere) return Reason::kMxUnresolvable;
  }
  return Reason::kNonconforming;
}

OracleVerdict exchange_verdict(const World& world, Exchanges list, bool is_cut,
                               OracleVerdict verdict) {
  if (list.size() > kExchangesMax) {
    list.resize(kExchangesMax);
    is_cut = true;
  }
  const std::vector<HostFinding> hosts = find_hosts(world, list);
  bool has_usable = false;
  bool has_failed = is_cut;
  bool has_nowhere = false;
  bool all_lack_v4 = true;
  for (const HostFinding& host : hosts) {
    add_lints(host, verdict);
    has_failed |= host.state == Host::kFailed;
    has_nowhere |= host.state == Host::kNowhere;
    if (host.state != Host::kUsable) continue;
    has_usable = true;
    all_lack_v4 &= host.lacks_v4;
  }
  for (const SimulatedMx& mx : list) {
    if (mx.exchange.find('_') != std::string::npos) verdict.lints.add(Lint::kMxUnderscore);
  }
  if (has_usable) {
    verdict.reason = Reason::kMx;
    if (has_nowhere) verdict.lints.add(Lint::kMxPartial);
    if (all_lack_v4) verdict.lints.add(Lint::kV6Only);
  } else {
    verdict.reason = has_failed ? Reason::kMxAddrTempfail : dead_reason(hosts);
  }
  return verdict;
}

OracleVerdict mx_verdict(const World& world, const Finding& mx, OracleVerdict verdict) {
  if (mx.set->has_malformed) verdict.lints.add(Lint::kMxMalformed);
  if (is_odd_ttl(mx.ttl_s)) verdict.lints.add(Lint::kTtlOdd);
  Exchanges records = mx.set->mx;
  const bool is_cut = records.size() > kRecordsMax || mx.set->has_malformed;
  if (records.size() > kRecordsMax) records.resize(kRecordsMax);
  const bool all_dots = std::all_of(records.begin(), records.end(),
                                    [](const SimulatedMx& r) { return r.exchange == "."; });
  if (all_dots && mx.set->has_malformed) {
    verdict.reason = Reason::kDnsMalformed;
    return verdict;
  }
  if (all_dots && !is_cut) {
    const bool is_exact = records.size() == 1 && records[0].preference == 0;
    verdict.reason = is_exact ? Reason::kRfc7505 : Reason::kNonconforming;
    return verdict;
  }
  return exchange_verdict(world, sorted(records), is_cut, verdict);
}

}  // namespace

OracleVerdict oracle_verdict(const World& world, const std::string& domain) {
  OracleVerdict verdict;
  if (is_special(domain)) {
    verdict.reason = Reason::kSpecialUse;
    return verdict;
  }
  const Finding mx = look_up(world, domain, RecordType::kMx);
  const bool has_failed = mx.what == What::kFailed;
  if (mx.is_alias) (has_failed ? verdict.either_way : verdict.lints).add(Lint::kDomainCname);
  if (has_failed) {
    verdict.reason = mx.failure;
    verdict.is_ring = mx.is_ring;
    return verdict;
  }
  if (mx.what == What::kFound) return mx_verdict(world, mx, verdict);
  if (mx.what == What::kNothing) return implicit_verdict(world, domain, verdict);
  const Finding a = look_up(world, domain, RecordType::kA);
  if (a.what == What::kFailed) {
    verdict.reason = a.failure;
  } else if (a.what == What::kNoSuchName) {
    const bool is_alias = mx.is_alias || a.is_alias;
    verdict.reason = is_alias ? Reason::kCnameNxdomain : Reason::kNxdomain;
  } else {
    verdict.lints.add(Lint::kNxdomainMismatch);
    return implicit_verdict(world, domain, verdict);
  }
  return verdict;
}

Action oracle_action(Reason reason, LintSet lints) {
  if (reason == Reason::kEmpty) return Action::kNone;
  const bool is_doubtful = reason == Reason::kMxIpLiteral || reason == Reason::kNonconforming ||
                           reason == Reason::kBadLocalDots;
  if (is_doubtful || lints.has(Lint::kNullMxMixed)) return Action::kReview;
  const Verdict verdict = verdict_of(reason);
  if (verdict == Verdict::kUnknown) return Action::kRetry;
  return verdict == Verdict::kMxOk ? Action::kSend : Action::kSuppress;
}

}  // namespace mxbulk::test
