#include "app/doctor_judge.h"

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

double retry_share(const Facts& resolver) {
  if (resolver.queries == 0) return 0;
  return static_cast<double>(resolver.retries) / static_cast<double>(resolver.queries);
}

uint64_t sockets_a_resolver(const MachineFacts& machine) {
  const uint64_t a_socket = std::max<uint64_t>(1, machine.in_flight_per_socket);
  return std::min<uint64_t>((machine.window_max + a_socket - 1) / a_socket, limits::kUdpChannelsMax);
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
  std::string all;
  for (const std::string& library : machine.libraries) {
    all += (all.empty() ? "" : ", ") + library;
  }
  return {Level::kOk, "machine", "libraries", all, ""};
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

std::vector<Finding> judge(const DoctorFacts& facts) {
  std::vector<Finding> all = {judge_files(facts), judge_buffer(facts.machine),
                              judge_batches(facts.machine), judge_libraries(facts.machine)};
  for (const ResolverFacts& resolver : facts.resolvers) {
    all.push_back(judge_udp(resolver));
    if (resolver.udp == Facts::Reach::kAnswers) {
      all.push_back(judge_tcp(resolver));
      all.push_back(judge_edns(resolver));
      all.push_back(judge_case(resolver));
      all.push_back(judge_integrity(resolver));
      all.push_back(judge_latency(resolver));
      all.push_back(judge_speed(resolver));
    }
  }
  return all;
}

}  // namespace mxbulk::app
