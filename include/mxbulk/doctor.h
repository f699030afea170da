// What this machine and its resolvers can do: measurements, and what they mean for a run.
//
// Threads: plain values. diagnose() blocks for some seconds per resolver.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk {

struct MachineFacts {
  uint64_t files_soft = 0;  // RLIMIT_NOFILE
  uint64_t files_hard = 0;
  uint64_t window_max = 0;  // the most queries in flight that a run may reach, per resolver
  bool has_socket = false;  // a UDP socket can be opened at all
  uint64_t receive_buffer_wanted_bytes = 0;  // octets, as getsockopt(2) reports them
  uint64_t receive_buffer_bytes = 0;         // octets that a socket got
  uint64_t receive_buffer_cap_bytes = 0;     // net.core.rmem_max; 0 = cannot be read
  uint64_t in_flight_per_socket = 0;         // queries whose answers certainly fit its buffer
  bool has_batches = false;                  // sendmmsg(2), recvmmsg(2)
  bool has_segmentation = false;             // UDP_SEGMENT, udp(7)
  std::vector<std::string> libraries;
};

struct ResolverFacts {
  enum class Reach : uint8_t {
    kAnswers,
    kRefuses,  // answers with an error to a question that every resolver can answer
    kSilent,
    kUnreachable,  // no route, or connection refused
  };
  enum class LargeAnswer : uint8_t {
    kUnknown,    // the resolver has no large answer: it does not know the root's keys
    kWhole,      // over 512 octets, complete
    kTruncated,  // must be asked again over TCP
    kLost,       // small answers arrive, this one does not
  };
  enum class LetterCase : uint8_t { kUnknown, kKept, kFolded };
  enum class NxdomainIntegrity : uint8_t {
    kUnknown,
    kIntact,      // NXDOMAIN for a name that cannot exist (RFC 6761 §6.4)
    kNodata,      // says that the name exists, but has no records
    kRewritten,   // gives an address or a mail exchange for it
    kDeniesRoot,  // says that the root does not exist, or has no SOA
  };
  // What limited the lookups per second.
  enum class Bottleneck : uint8_t { kNone, kQps, kLosses, kWindow, kProgram, kResolver };

  std::string endpoint;
  bool is_loopback = false;
  Reach udp = Reach::kSilent;
  std::string udp_rcode;  // empty if it did not answer
  Reach tcp = Reach::kSilent;
  bool has_edns = false;
  LargeAnswer large_answer = LargeAnswer::kUnknown;
  uint64_t large_answer_bytes = 0;
  LetterCase letter_case = LetterCase::kUnknown;
  NxdomainIntegrity nxdomain_integrity = NxdomainIntegrity::kUnknown;
  // One question after the other.
  uint64_t latency_samples = 0;
  int64_t latency_p50_us = 0;
  int64_t latency_p99_us = 0;
  // As many in flight as the resolver can serve, for about two seconds.
  uint64_t lookups = 0;  // that got an answer
  uint64_t queries = 0;
  uint64_t retries = 0;
  double lookups_per_s = 0;
  uint64_t window = 0;     // questions in flight at the end
  uint64_t qps_limit = 0;  // 0 = none
  double cpu_share = 0;    // of one core, by this program
  Bottleneck bottleneck = Bottleneck::kNone;
};

// The name of `--helo`, its addresses, and the names of those by reverse DNS.
struct HeloFacts {
  struct Address {
    std::string ip;
    std::vector<std::string> names;  // by reverse DNS
    bool is_confirmed = false;       // the name is among them (RFC 1912 §2.1)
    bool is_unknown = false;         // reverse DNS failed
  };
  std::string name;         // empty = none was given; then all other members are empty
  bool is_unknown = false;  // A or AAAA failed
  std::vector<Address> addresses;
  std::string source;  // `--source-ip` if it is public; else empty
};

// The port of mail servers, dialled from here.
struct PortFacts {
  struct Dial {
    std::string ip;
    std::string outcome;  // a reason's name, as `smtp_220`; or why it was not dialled
    uint32_t ms = 0;
    bool has_opened = false;
    std::string greeting;  // escaped
  };
  uint16_t port = 25;
  std::string canary;         // empty = none was given, and no host was dialled
  std::string canary_reason;  // of its verdict
  std::vector<Dial> dials;    // none if it has no mail server that may be dialled
};

struct DoctorFacts {
  MachineFacts machine;
  std::vector<ResolverFacts> resolvers;
  HeloFacts helo;
  PortFacts port;
};

// One line for a person.
struct Finding {
  enum class Level : uint8_t { kOk, kWarning, kFailure };
  Level level = Level::kOk;
  std::string subject;  // `machine`, the resolver's endpoint, or `probing`
  std::string topic;    // `open files`, `TCP`, …
  std::string found;
  std::string advice;  // what to do; empty if all is well
};

struct DoctorReport {
  DoctorFacts facts;
  std::vector<Finding> findings;
  bool is_usable =
      false;  // at least one resolver answers, and none of its answers is known to be false
};

// Measures the machine and asks each resolver, at most `options.dns.qps` queries per second. It
// asks for the root and for random names under `invalid.`, which a resolver answers by itself; if
// `options.probe.helo` is set, also for that name and the names of its addresses. If
// `options.dns.canaries` names a domain, some of its mail servers are dialled. No other packet is
// sent. Errors: kUsage, kInternal.
[[nodiscard]] Result<DoctorReport> diagnose(const Options& options);

}  // namespace mxbulk
