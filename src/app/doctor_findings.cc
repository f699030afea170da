#include "app/doctor_findings.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/limits.h"
#include "output/summary_text.h"

namespace mxbulk::app {
namespace {

using Level = Finding::Level;
using Facts = ResolverFacts;

constexpr uint64_t kFilesOfARun = 32;      // streams, input and output, the loop's own
constexpr uint64_t kFilesOfAResolver = 4;  // TCP connections
constexpr int64_t kFarAwayUs = 50'000;     // beyond a city
constexpr int64_t kLateUs = 1'000'000;     // half of the default --timeout
constexpr double kBusy = 0.85;             // of one core: the loop is what there is to wait for
constexpr double kLossy = 0.05;            // of the questions had to be asked again
constexpr double kAtTheLimit = 0.9;        // of --qps, or of the largest window

std::string duration(int64_t us) {
  if (us < 1'000) return std::to_string(us) + " µs";
  const int64_t tenths = (us + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

std::string percent(double share) {
  const auto tenths = std::llround(share * 1'000);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

double retry_share(const Facts& resolver) {
  if (resolver.queries == 0) return 0;
  return static_cast<double>(resolver.retries) / static_cast<double>(resolver.queries);
}

uint64_t sockets_a_resolver(const MachineFacts& machine) {
  const uint64_t a_socket = std::max<uint64_t>(1, machine.in_flight_per_socket);
  return std::min<uint64_t>((machine.window_max + a_socket - 1) / a_socket,
                            limits::kUdpChannelsMax);
}

// --- the machine -------------------------------------------------------------------------------

Finding judge_files(const DoctorFacts& facts) {
  const MachineFacts& machine = facts.machine;
  const uint64_t needed = files_needed(facts);
  Finding finding{Level::kOk, "machine", "open files",
                  output::with_thousands(machine.files_soft) + " allowed, at most " +
                      output::with_thousands(needed) + " needed",
                  ""};
  if (machine.files_soft >= needed) return finding;
  finding.level = Level::kWarning;
  finding.advice = machine.files_hard >= needed
                       ? "ulimit -n " + std::to_string(needed) + ", or a smaller --concurrency"
                       : "have the hard limit raised (" +
                             output::with_thousands(machine.files_hard) +
                             "), or say a smaller --concurrency";
  return finding;
}

Finding judge_buffer(const MachineFacts& machine) {
  Finding finding{Level::kOk, "machine", "receive buffer", "", ""};
  if (!machine.has_socket) {
    finding.level = Level::kFailure;
    finding.found = "no UDP socket can be opened";
    finding.advice = "raise the limit of open files, or leave the sandbox that forbids sockets";
    return finding;
  }
  finding.found = output::with_thousands(machine.receive_buffer_bytes) +
                  " octets: " + output::with_thousands(machine.in_flight_per_socket) +
                  " questions in flight a socket, " +
                  output::with_thousands(sockets_a_resolver(machine)) + " sockets at most";
  if (machine.receive_buffer_bytes >= machine.receive_buffer_wanted_bytes) return finding;
  finding.level = Level::kWarning;
  finding.advice =
      "sysctl -w net.core.rmem_max=" + std::to_string(machine.receive_buffer_wanted_bytes / 2) +
      " makes do with fewer sockets, which is faster";
  return finding;
}

Finding judge_batches(const MachineFacts& machine) {
  if (machine.has_batches && machine.has_segmentation) {
    return {Level::kOk, "machine", "batched UDP", "sendmmsg, recvmmsg and UDP_SEGMENT", ""};
  }
  if (machine.has_batches) {
    return {Level::kWarning, "machine", "batched UDP", "sendmmsg and recvmmsg, no UDP_SEGMENT",
            "a kernel from 4.18 on has it; it works without, slower"};
  }
  return {Level::kFailure, "machine", "batched UDP", "sendmmsg or recvmmsg is refused",
          "leave the sandbox, or the emulated kernel, that lacks them"};
}

Finding judge_libraries(const MachineFacts& machine) {
  return {Level::kOk, "machine", "libraries", joined(machine.libraries), ""};
}

// --- a resolver --------------------------------------------------------------------------------

Finding judge_udp(const Facts& resolver) {
  Finding finding{Level::kFailure, resolver.endpoint, "UDP", "", ""};
  switch (resolver.udp) {
    case Facts::Reach::kAnswers:
      finding.level = Level::kOk;
      finding.found = "answers";
      break;
    case Facts::Reach::kRefuses:
      finding.found = "answers " + resolver.udp_rcode + " even for the root";
      finding.advice = "have it serve this machine, or name another with -r";
      break;
    case Facts::Reach::kSilent:
      finding.found = "no answer";
      finding.advice = "check its address and the firewall (UDP port 53), or name another with -r";
      break;
    case Facts::Reach::kUnreachable:
      finding.found = "cannot be sent to";
      finding.advice = "check the route to it and the local firewall, or name another with -r";
      break;
  }
  return finding;
}

Finding judge_tcp(const Facts& resolver) {
  constexpr std::string_view kWhy =
      "let TCP port 53 through: domains with large answers are unknown without it";
  switch (resolver.tcp) {
    case Facts::Reach::kAnswers: return {Level::kOk, resolver.endpoint, "TCP", "answers", ""};
    case Facts::Reach::kRefuses:
      return {Level::kWarning, resolver.endpoint, "TCP", "answers with an error",
              std::string(kWhy)};
    case Facts::Reach::kSilent:
      return {Level::kWarning, resolver.endpoint, "TCP", "no answer", std::string(kWhy)};
    case Facts::Reach::kUnreachable:
      return {Level::kWarning, resolver.endpoint, "TCP", "refused or closed", std::string(kWhy)};
  }
  return {};
}

Finding judge_edns(const Facts& resolver) {
  Finding finding{Level::kOk, resolver.endpoint, "EDNS", "yes", ""};
  if (!resolver.has_edns) {
    finding.level = Level::kWarning;
    finding.found = "no: answers over 512 octets need TCP";
    finding.advice =
        "a resolver of the last twenty years has it; look for a firewall that strips it";
    return finding;
  }
  const std::string octets = std::to_string(resolver.large_answer_bytes) + " octets";
  switch (resolver.large_answer) {
    case Facts::LargeAnswer::kUnknown: break;
    case Facts::LargeAnswer::kWhole:
      finding.found = "yes, an answer of " + octets + " came whole";
      break;
    case Facts::LargeAnswer::kTruncated: finding.found = "yes, large answers come over TCP"; break;
    case Facts::LargeAnswer::kLost:
      finding.level = Level::kWarning;
      finding.found = "large answers get lost";
      finding.advice = "let UDP over 512 octets through the firewall; lookups wait for a time-out";
      break;
  }
  return finding;
}

Finding judge_case(const Facts& resolver) {
  switch (resolver.letter_case) {
    case Facts::LetterCase::kUnknown: break;
    case Facts::LetterCase::kKept:
      return {Level::kOk, resolver.endpoint, "letters",
              "kept in mixed case, which makes forged answers harder", ""};
    case Facts::LetterCase::kFolded:
      return {Level::kWarning, resolver.endpoint, "letters",
              "changes their case: one guard less against forged answers",
              "it works; a current Unbound, BIND or Knot Resolver keeps them"};
  }
  return {Level::kWarning, resolver.endpoint, "letters", "not known: no answer", ""};
}

Finding judge_integrity(const Facts& resolver) {
  Finding finding{Level::kWarning, resolver.endpoint, "integrity", "", ""};
  switch (resolver.nxdomain_integrity) {
    case Facts::NxdomainIntegrity::kIntact:
      finding.level = Level::kOk;
      finding.found = "NXDOMAIN for a name that cannot exist";
      break;
    case Facts::NxdomainIntegrity::kUnknown:
      finding.found = "no answer about a name that cannot exist";
      finding.advice = "run again; if it stays so, prefer another resolver";
      break;
    case Facts::NxdomainIntegrity::kNodata:
      finding.found = "says that a name exists that cannot";
      finding.advice = "domains that do not exist get the reason no_address in place of nxdomain";
      break;
    case Facts::NxdomainIntegrity::kRewritten:
      finding.level = Level::kFailure;
      finding.found = "has records for a name that cannot exist: it would make dead domains good";
      finding.advice = "turn its search page or wildcard off, or name another with -r";
      break;
    case Facts::NxdomainIntegrity::kDeniesRoot:
      finding.level = Level::kFailure;
      finding.found = "denies the root of all names: it would make good domains dead";
      finding.advice = "name another resolver with -r";
      break;
  }
  return finding;
}

Finding judge_latency(const Facts& resolver) {
  Finding finding{Level::kOk, resolver.endpoint, "latency", "", ""};
  if (resolver.latency_samples == 0) {
    finding.level = Level::kWarning;
    finding.found = "not known: no answer";
    return finding;
  }
  finding.found = "p50 " + duration(resolver.latency_p50_us) + ", p99 " +
                  duration(resolver.latency_p99_us) + " (" +
                  std::to_string(resolver.latency_samples) + " questions, one by one)";
  if (resolver.latency_p50_us > kFarAwayUs) {
    finding.level = Level::kWarning;
    finding.advice =
        "run a resolver on this machine (apt-get install unbound) and say -r 127.0.0.1";
  } else if (resolver.latency_p99_us > kLateUs) {
    finding.level = Level::kWarning;
    finding.advice = "some answers are late or lost on their way; look at the path";
  }
  return finding;
}

std::string_view reason_of(Facts::Bottleneck bottleneck) {
  switch (bottleneck) {
    case Facts::Bottleneck::kNone: return "";
    case Facts::Bottleneck::kQps: return "; held back by the limit of queries a second";
    case Facts::Bottleneck::kLosses: return "; held back by losses";
    case Facts::Bottleneck::kWindow: return "; held back by the questions allowed in flight";
    case Facts::Bottleneck::kProgram: return "; held back by this machine's processor";
    case Facts::Bottleneck::kResolver: return "; more the resolver does not give";
  }
  return "";
}

void advise(const Facts& resolver, Finding& finding) {
  switch (resolver.bottleneck) {
    case Facts::Bottleneck::kNone:
    case Facts::Bottleneck::kProgram: break;
    case Facts::Bottleneck::kQps: finding.advice = "--qps 0 where the resolver is yours"; break;
    case Facts::Bottleneck::kLosses:
      finding.level = Level::kWarning;
      finding.advice =
          "look for a rate limit (NSD: rrl-ratelimit, Unbound: ratelimit) or a full link";
      break;
    case Facts::Bottleneck::kWindow: finding.advice = "more --concurrency may bring more"; break;
    case Facts::Bottleneck::kResolver:
      finding.advice = resolver.is_loopback ? "more threads of the resolver may bring more"
                                            : "one on this machine may bring more";
      break;
  }
}

Finding judge_speed(const Facts& resolver) {
  Finding finding{Level::kOk, resolver.endpoint, "speed", "", ""};
  if (resolver.lookups == 0) {
    finding.level = Level::kWarning;
    finding.found = "not known: no answer";
    return finding;
  }
  finding.found =
      output::with_thousands(static_cast<uint64_t>(std::llround(resolver.lookups_per_s))) +
      " lookups/s, " + percent(retry_share(resolver)) + " asked again, " +
      output::with_thousands(resolver.window) + " in flight" +
      std::string(reason_of(resolver.bottleneck));
  advise(resolver, finding);
  return finding;
}

// --- SMTP probes -------------------------------------------------------------------------------

Finding about_probing(Level level, std::string topic, std::string found, std::string advice) {
  return {level, "probing", std::move(topic), std::move(found), std::move(advice)};
}

// RFC 5321 §2.3.5: the name of EHLO must be one that DNS knows.
Finding judge_forward(const HeloFacts& helo) {
  if (helo.addresses.empty() && helo.is_unknown) {
    return about_probing(Level::kWarning, "name", helo.name + " could not be looked up",
                         "run again; if it stays so, look at its name servers");
  }
  if (helo.addresses.empty()) {
    return about_probing(
        Level::kWarning, "name", helo.name + " has no address",
        "give it the address that connections come from: servers refuse a name that "
        "DNS does not know");
  }
  std::vector<std::string> ips;
  for (const HeloFacts::Address& address : helo.addresses) ips.push_back(address.ip);
  return about_probing(Level::kOk, "name", helo.name + " is " + joined(ips), "");
}

// RFC 1912 §2.1, and what M3AAWG asks of senders: name and address confirm each other.
Finding judge_reverse(const HeloFacts& helo, const HeloFacts::Address& address) {
  if (address.is_confirmed) {
    return about_probing(Level::kOk, "reverse DNS", address.ip + " is " + helo.name, "");
  }
  if (address.is_unknown) {
    return about_probing(Level::kWarning, "reverse DNS", address.ip + " could not be looked up",
                         "run again; if it stays so, ask whoever gave you the address");
  }
  const std::string advice = "have whoever gave you the address set its PTR record to " +
                             helo.name + ": many servers refuse who lacks it";
  if (address.names.empty()) {
    return about_probing(Level::kWarning, "reverse DNS", address.ip + " has no name", advice);
  }
  return about_probing(Level::kWarning, "reverse DNS",
                       address.ip + " is " + joined(address.names) + ", not " + helo.name, advice);
}

void judge_helo(const HeloFacts& helo, std::vector<Finding>& all) {
  if (helo.name.empty()) return;
  all.push_back(judge_forward(helo));
  for (const HeloFacts::Address& address : helo.addresses) {
    all.push_back(judge_reverse(helo, address));
  }
  const bool is_named =
      std::any_of(helo.addresses.begin(), helo.addresses.end(),
                  [&](const HeloFacts::Address& address) { return address.ip == helo.source; });
  if (helo.source.empty() || is_named || helo.addresses.empty()) return;
  all.push_back(about_probing(
      Level::kWarning, "source address",
      "connections come from " + helo.source + ", which " + helo.name + " does not name",
      "give the name that address too, or say another --helo"));
}

std::string dial_text(const PortFacts::Dial& dial) {
  std::string text = dial.ip + " " + dial.outcome + " in " + std::to_string(dial.ms) + " ms";
  if (!dial.greeting.empty()) text += " (" + dial.greeting + ")";
  return text;
}

Finding judge_port(const PortFacts& port) {
  const std::string topic = "port " + std::to_string(port.port);
  if (port.canary.empty()) {
    return about_probing(
        Level::kOk, topic, "not tried",
        "--canary DOMAIN, one whose mail servers are yours or known to you: some of "
        "them are dialled");
  }
  if (port.dials.empty()) {
    return about_probing(Level::kWarning, topic,
                         "not tried: " + port.canary + " has no mail server that may be dialled (" +
                             port.canary_reason + ")",
                         "name a domain that takes mail");
  }
  std::vector<std::string> dials;
  bool is_open = false;
  bool greets = false;
  for (const PortFacts::Dial& dial : port.dials) {
    dials.push_back(dial_text(dial));
    is_open |= dial.has_opened;
    greets |= dial.outcome == name_of(Reason::kSmtp220);
  }
  if (greets) return about_probing(Level::kOk, topic, "open: " + joined(dials), "");
  if (is_open) {
    return about_probing(Level::kWarning, topic, "open, but nobody greets: " + joined(dials),
                         "is " + port.canary +
                             " a domain that takes mail? Else something in between "
                             "answers for its servers");
  }
  return about_probing(Level::kWarning, topic, "closed: " + joined(dials),
                       "many networks and clouds close it: ask the owner of yours, or probe from "
                       "elsewhere; if only these servers are down, name another domain");
}

}  // namespace

uint64_t files_needed(const DoctorFacts& facts) {
  const uint64_t resolvers = std::max<uint64_t>(1, facts.resolvers.size());
  return kFilesOfARun + resolvers * (sockets_a_resolver(facts.machine) + kFilesOfAResolver);
}

bool is_usable(const ResolverFacts& resolver) {
  using Integrity = Facts::NxdomainIntegrity;
  const bool is_intact = resolver.nxdomain_integrity != Integrity::kRewritten &&
                         resolver.nxdomain_integrity != Integrity::kDeniesRoot;
  return resolver.udp == Facts::Reach::kAnswers && is_intact;
}

ResolverFacts::Bottleneck bottleneck_of(const ResolverFacts& resolver, uint64_t window_max) {
  if (resolver.lookups == 0) return Facts::Bottleneck::kNone;
  const auto limit = static_cast<double>(resolver.qps_limit);
  if (limit > 0 && resolver.lookups_per_s >= kAtTheLimit * limit) return Facts::Bottleneck::kQps;
  if (retry_share(resolver) > kLossy) return Facts::Bottleneck::kLosses;
  if (resolver.cpu_share > kBusy) return Facts::Bottleneck::kProgram;
  if (static_cast<double>(resolver.window) >= kAtTheLimit * static_cast<double>(window_max)) {
    return Facts::Bottleneck::kWindow;
  }
  return Facts::Bottleneck::kResolver;
}

std::vector<Finding> findings_of(const DoctorFacts& facts) {
  std::vector<Finding> all = {judge_files(facts), judge_buffer(facts.machine),
                              judge_batches(facts.machine), judge_libraries(facts.machine)};
  for (const ResolverFacts& resolver : facts.resolvers) {
    all.push_back(judge_udp(resolver));
    if (resolver.udp != Facts::Reach::kAnswers) continue;
    all.push_back(judge_tcp(resolver));
    all.push_back(judge_edns(resolver));
    all.push_back(judge_case(resolver));
    all.push_back(judge_integrity(resolver));
    all.push_back(judge_latency(resolver));
    all.push_back(judge_speed(resolver));
  }
  judge_helo(facts.helo, all);
  all.push_back(judge_port(facts.port));
  return all;
}

}  // namespace mxbulk::app
