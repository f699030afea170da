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

constexpr uint64_t kFilesPerRun = 32;      // streams, input, output, and those of the loop
constexpr uint64_t kFilesPerResolver = 4;  // TCP connections
constexpr int64_t kDistantUs = 50'000;     // farther than a city
constexpr int64_t kLateUs = 1'000'000;     // half of the default --timeout
constexpr double kBusy = 0.85;             // of one core: the loop is what limits
constexpr double kLossy = 0.05;            // of the queries are retries
constexpr double kNearLimit = 0.9;         // of --qps, or of the largest window

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

uint64_t sockets_per_resolver(const MachineFacts& machine) {
  const uint64_t per_socket = std::max<uint64_t>(1, machine.in_flight_per_socket);
  return std::min<uint64_t>((machine.window_max + per_socket - 1) / per_socket,
                            limits::kUdpChannelsMax);
}

// The findings about one subject.
class Section {
 public:
  Section(std::string subject, std::vector<Finding>& all)
      : subject_(std::move(subject)), all_(all) {}

  void ok(std::string topic, std::string found, std::string advice = "") {
    add(Level::kOk, std::move(topic), std::move(found), std::move(advice));
  }
  void warn(std::string topic, std::string found, std::string advice) {
    add(Level::kWarning, std::move(topic), std::move(found), std::move(advice));
  }
  void fail(std::string topic, std::string found, std::string advice) {
    add(Level::kFailure, std::move(topic), std::move(found), std::move(advice));
  }
  void add(Level level, std::string topic, std::string found, std::string advice) {
    all_.push_back({level, subject_, std::move(topic), std::move(found), std::move(advice)});
  }

 private:
  std::string subject_;
  std::vector<Finding>& all_;
};

// --- the machine -------------------------------------------------------------------------------

void add_files(const DoctorFacts& facts, Section& to) {
  const MachineFacts& machine = facts.machine;
  const uint64_t needed = files_needed(facts);
  const std::string found = output::with_thousands(machine.open_files_soft) + " allowed, at most " +
                            output::with_thousands(needed) + " needed";
  if (machine.open_files_soft >= needed) return to.ok("open files", found);
  const std::string how = machine.open_files_hard >= needed
                              ? "ulimit -n " + std::to_string(needed)
                              : "raise the hard limit (" +
                                    output::with_thousands(machine.open_files_hard) + ") as root";
  to.warn("open files", found, how + ", or give a smaller --concurrency");
}

void add_buffer(const MachineFacts& machine, Section& to) {
  if (!machine.has_socket) {
    return to.fail(
        "receive buffer", "no UDP socket can be opened",
        "raise the limit of open files, or run outside the sandbox that forbids sockets");
  }
  const std::string found = output::with_thousands(machine.receive_buffer_bytes) +
                            " octets: " + output::with_thousands(machine.in_flight_per_socket) +
                            " questions in flight per socket, " +
                            output::with_thousands(sockets_per_resolver(machine)) +
                            " sockets at most";
  const uint64_t wanted = machine.receive_buffer_wanted_bytes;
  if (machine.receive_buffer_bytes >= wanted) return to.ok("receive buffer", found);
  to.warn("receive buffer", found,
          "sysctl -w net.core.rmem_max=" + std::to_string(wanted / 2) +
              ": fewer sockets are needed then, which is faster");
}

void add_batches(const MachineFacts& machine, Section& to) {
  if (!machine.has_sendmmsg) {
    return to.fail("batched UDP", "sendmmsg or recvmmsg is refused",
                   "run outside the sandbox or the emulated kernel that lacks them");
  }
  if (machine.has_udp_segment) return to.ok("batched UDP", "sendmmsg, recvmmsg and UDP_SEGMENT");
  to.warn("batched UDP", "sendmmsg and recvmmsg, no UDP_SEGMENT",
          "Linux has it since 4.18; mxbulk works without it, slower");
}

void add_machine(const DoctorFacts& facts, Section to) {
  add_files(facts, to);
  add_buffer(facts.machine, to);
  add_batches(facts.machine, to);
  to.ok("libraries", joined(facts.machine.libraries));
}

// --- a resolver --------------------------------------------------------------------------------

void add_udp(const Facts& resolver, Section& to) {
  switch (resolver.udp) {
    case Facts::Reach::kAnswers: return to.ok("UDP", "answers");
    case Facts::Reach::kRefuses:
      return to.fail("UDP", "answers " + resolver.udp_rcode + " even for the root",
                     "let it serve this machine, or name another with -r");
    case Facts::Reach::kUnresponsive:
      return to.fail("UDP", "no answer",
                     "check its address and the firewall (UDP port 53), or name another with -r");
    case Facts::Reach::kUnreachable:
      return to.fail("UDP", "cannot be reached",
                     "check the route to it and the local firewall, or name another with -r");
  }
}

void add_tcp(const Facts& resolver, Section& to) {
  const auto warn = [&](std::string found) {
    to.warn("TCP", std::move(found),
            "allow TCP port 53: domains with large answers are unknown without it");
  };
  switch (resolver.tcp) {
    case Facts::Reach::kAnswers: return to.ok("TCP", "answers");
    case Facts::Reach::kRefuses: return warn("answers with an error");
    case Facts::Reach::kUnresponsive: return warn("no answer");
    case Facts::Reach::kUnreachable: return warn("refused or closed");
  }
}

void add_edns(const Facts& resolver, Section& to) {
  if (!resolver.has_edns) {
    return to.warn("EDNS", "no: answers over 512 octets need TCP",
                   "every current resolver has it; look for a firewall that removes it");
  }
  switch (resolver.large_answer) {
    case Facts::LargeAnswer::kUnknown: return to.ok("EDNS", "yes");
    case Facts::LargeAnswer::kWhole:
      return to.ok("EDNS", "yes, an answer of " + std::to_string(resolver.large_answer_bytes) +
                               " octets arrived whole");
    case Facts::LargeAnswer::kTruncated: return to.ok("EDNS", "yes, large answers come over TCP");
    case Facts::LargeAnswer::kLost:
      return to.warn("EDNS", "large answers are lost",
                     "allow UDP over 512 octets in the firewall; lookups wait for a timeout "
                     "without it");
  }
}

void add_letter_case(const Facts& resolver, Section& to) {
  switch (resolver.letter_case) {
    case Facts::LetterCase::kUnknown: return to.warn("letter case", "not known: no answer", "");
    case Facts::LetterCase::kPreserved:
      return to.ok("letter case", "preserved, which makes forged answers harder");
    case Facts::LetterCase::kLowercased:
      return to.warn("letter case", "not preserved: one protection less against forged answers",
                     "it works; current Unbound, BIND and Knot Resolver preserve it");
  }
}

void add_integrity(const Facts& resolver, Section& to) {
  switch (resolver.nxdomain_integrity) {
    case Facts::NxdomainIntegrity::kIntact:
      return to.ok("integrity", "NXDOMAIN for a name that cannot exist");
    case Facts::NxdomainIntegrity::kUnknown:
      return to.warn("integrity", "no answer about a name that cannot exist",
                     "run again; if nothing changes, prefer another resolver");
    case Facts::NxdomainIntegrity::kNodata:
      return to.warn("integrity", "says that a name exists that cannot exist",
                     "domains that do not exist get the reason no_address instead of nxdomain");
    case Facts::NxdomainIntegrity::kRewritten:
      return to.fail("integrity",
                     "has records for a name that cannot exist: dead domains would look good",
                     "turn its search page or wildcard off, or name another with -r");
    case Facts::NxdomainIntegrity::kDeniesRoot:
      return to.fail("integrity", "denies that the root exists: good domains would look dead",
                     "name another resolver with -r");
  }
}

void add_latency(const Facts& resolver, Section& to) {
  if (resolver.latency_samples == 0) return to.warn("latency", "not known: no answer", "");
  const std::string found =
      "p50 " + duration(resolver.latency_p50_us) + ", p99 " + duration(resolver.latency_p99_us) +
      " (" + std::to_string(resolver.latency_samples) + " questions, one after another)";
  if (resolver.latency_p50_us > kDistantUs) {
    to.warn("latency", found,
            "run a resolver on this machine (apt-get install unbound) and name it: -r 127.0.0.1");
  } else if (resolver.latency_p99_us > kLateUs) {
    to.warn("latency", found, "some answers are late or lost; check the network path");
  } else {
    to.ok("latency", found);
  }
}

struct Limit {
  std::string_view what;  // ends the sentence about the speed
  std::string_view advice;
};

Limit limit_of(const Facts& resolver) {
  switch (resolver.bottleneck) {
    case Facts::Bottleneck::kNone: return {};
    case Facts::Bottleneck::kQps: return {"; limited by --qps", "--qps 0 if the resolver is yours"};
    case Facts::Bottleneck::kPacketLoss:
      return {"; limited by packet loss",
              "look for a rate limit (NSD: rrl-ratelimit, Unbound: ratelimit) or a full link"};
    case Facts::Bottleneck::kWindow:
      return {"; limited by the window", "a larger --concurrency may be faster"};
    case Facts::Bottleneck::kClient: return {"; limited by the CPU of this machine", ""};
    case Facts::Bottleneck::kResolver:
      return {"; limited by the resolver", resolver.is_loopback
                                               ? "more threads of the resolver may be faster"
                                               : "a resolver on this machine may be faster"};
  }
  return {};
}

void add_speed(const Facts& resolver, Section& to) {
  if (resolver.lookups == 0) return to.warn("speed", "not known: no answer", "");
  const Limit limit = limit_of(resolver);
  const bool is_lossy = resolver.bottleneck == Facts::Bottleneck::kPacketLoss;
  const auto rate = static_cast<uint64_t>(std::llround(resolver.lookups_per_s));
  to.add(is_lossy ? Level::kWarning : Level::kOk, "speed",
         output::with_thousands(rate) + " lookups/s, " + percent(retry_share(resolver)) +
             " retried, " + output::with_thousands(resolver.window) + " in flight" +
             std::string(limit.what),
         std::string(limit.advice));
}

void add_resolver(const Facts& resolver, Section to) {
  add_udp(resolver, to);
  if (resolver.udp != Facts::Reach::kAnswers) return;
  add_tcp(resolver, to);
  add_edns(resolver, to);
  add_letter_case(resolver, to);
  add_integrity(resolver, to);
  add_latency(resolver, to);
  add_speed(resolver, to);
}

// --- SMTP probes -------------------------------------------------------------------------------

// RFC 5321 §2.3.5: the name of EHLO must be one that DNS knows.
void add_forward(const HeloFacts& helo, Section& to) {
  if (!helo.addresses.empty()) {
    std::vector<std::string> ips;
    for (const HeloFacts::Address& address : helo.addresses) ips.push_back(address.ip);
    to.ok("name", helo.name + " is " + joined(ips));
  } else if (helo.has_forward_failed) {
    to.warn("name", helo.name + " could not be looked up",
            "run again; if nothing changes, check its name servers");
  } else {
    to.warn("name", helo.name + " has no address",
            "give it the address that connections come from: servers refuse a name that DNS does "
            "not know");
  }
}

// RFC 1912 §2.1, and what M3AAWG asks of senders: name and address confirm each other.
void add_reverse(const HeloFacts& helo, const HeloFacts::Address& address, Section& to) {
  if (address.is_forward_confirmed) {
    return to.ok("reverse DNS", address.ip + " is " + helo.name);
  }
  if (address.has_reverse_failed) {
    return to.warn("reverse DNS", address.ip + " could not be looked up",
                   "run again; if nothing changes, ask the provider of the address");
  }
  to.warn("reverse DNS",
          address.names.empty()
              ? address.ip + " has no name"
              : address.ip + " is " + joined(address.names) + ", not " + helo.name,
          "ask the provider of the address to set its PTR record to " + helo.name +
              ": many servers refuse clients without it");
}

void add_helo(const HeloFacts& helo, Section& to) {
  if (helo.name.empty()) return;
  add_forward(helo, to);
  for (const HeloFacts::Address& address : helo.addresses) add_reverse(helo, address, to);
  const bool is_named =
      std::any_of(helo.addresses.begin(), helo.addresses.end(),
                  [&](const HeloFacts::Address& address) { return address.ip == helo.source; });
  if (helo.source.empty() || is_named || helo.addresses.empty()) return;
  to.warn("source address",
          "connections come from " + helo.source + ", which is not an address of " + helo.name,
          "add that address to the name, or give another --helo");
}

std::string dial_text(const PortFacts::Dial& dial) {
  std::string text = dial.ip + " " + dial.outcome + " in " + std::to_string(dial.ms) + " ms";
  if (!dial.greeting.empty()) text += " (" + dial.greeting + ")";
  return text;
}

// Requires: some servers were dialled.
void add_dials(const std::string& topic, const PortFacts& port, Section& to) {
  std::vector<std::string> dials;
  bool is_open = false;
  bool greets = false;
  for (const PortFacts::Dial& dial : port.dials) {
    dials.push_back(dial_text(dial));
    is_open |= dial.has_opened;
    greets |= dial.outcome == name_of(Reason::kSmtp220);
  }
  if (greets) return to.ok(topic, "open: " + joined(dials));
  if (is_open) {
    return to.warn(
        topic, "open, but no server greets: " + joined(dials),
        "if " + port.canary + " takes mail, something between answers instead of its servers");
  }
  to.warn(topic, "closed: " + joined(dials),
          "many networks and cloud providers block it: ask yours, or probe from elsewhere; if only "
          "these servers are down, name another domain");
}

void add_port(const PortFacts& port, Section& to) {
  const std::string topic = "port " + std::to_string(port.port);
  if (!port.dials.empty()) return add_dials(topic, port, to);
  if (port.canary.empty()) {
    return to.ok(topic, "not tried",
                 "--canary DOMAIN, best your own: some of its mail servers are dialled");
  }
  to.warn(topic,
          "not tried: " + port.canary + " has no mail server that may be dialled (" +
              port.canary_reason + ")",
          "name a domain that takes mail");
}

// Nothing here is a failure: a run without probes needs none of it.
void add_probing(const DoctorFacts& facts, Section to) {
  add_helo(facts.helo, to);
  add_port(facts.port, to);
}

}  // namespace

uint64_t files_needed(const DoctorFacts& facts) {
  const uint64_t resolvers = std::max<uint64_t>(1, facts.resolvers.size());
  return kFilesPerRun + resolvers * (sockets_per_resolver(facts.machine) + kFilesPerResolver);
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
  if (limit > 0 && resolver.lookups_per_s >= kNearLimit * limit) return Facts::Bottleneck::kQps;
  if (retry_share(resolver) > kLossy) return Facts::Bottleneck::kPacketLoss;
  if (resolver.client_cpu_share > kBusy) return Facts::Bottleneck::kClient;
  if (static_cast<double>(resolver.window) >= kNearLimit * static_cast<double>(window_max)) {
    return Facts::Bottleneck::kWindow;
  }
  return Facts::Bottleneck::kResolver;
}

std::vector<Finding> findings_of(const DoctorFacts& facts) {
  std::vector<Finding> all;
  add_machine(facts, Section("machine", all));
  for (const Facts& resolver : facts.resolvers) {
    add_resolver(resolver, Section(resolver.endpoint, all));
  }
  add_probing(facts, Section("probing", all));
  return all;
}

}  // namespace mxbulk::app
