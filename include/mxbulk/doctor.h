// What this machine and its resolvers can do: measurements, and what they mean for a run.
//
//   Options options;
//   options.dns.resolvers = {"127.0.0.1"};
//   const Result<DoctorReport> report = diagnose(options);
//   if (report.ok() && !report.value().is_usable) …
//
// Threads: plain values; diagnose() blocks for some seconds for each resolver.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk {

struct MachineFacts {
  uint64_t open_files_soft = 0;  // RLIMIT_NOFILE
  uint64_t open_files_hard = 0;
  uint64_t window_max = 0;                   // the most questions in flight, for each resolver
  bool has_socket = false;                   // a UDP socket can be opened at all
  uint64_t receive_buffer_wanted_bytes = 0;  // as getsockopt(2) gives them
  uint64_t receive_buffer_bytes = 0;         // what a socket got
  uint64_t receive_buffer_cap_bytes = 0;     // net.core.rmem_max; 0 = cannot be read
  uint64_t in_flight_per_socket = 0;         // questions whose answers its buffer certainly holds
  bool has_sendmmsg = false;                 // sendmmsg(2), recvmmsg(2)
  bool has_udp_segment = false;              // UDP_SEGMENT, udp(7)
  std::vector<std::string> libraries;
};

struct ResolverFacts {
  enum class Reach : uint8_t {
    kAnswers,
    kRefuses,       // it answers, but with an error to a question that any resolver can answer
    kUnresponsive,  // no answer in time
    kUnreachable,   // no route, or connection refused
  };
  enum class LargeAnswer : uint8_t {
    kUnknown,    // it has none: it does not know the keys of the root
    kWhole,      // over 512 octets, and whole
    kTruncated,  // the question has to be repeated over TCP
    kLost,       // small answers arrive, this one does not
  };
  // What it does with the case of letters in the question that an answer repeats.
  enum class LetterCase : uint8_t { kUnknown, kPreserved, kLowercased };
  enum class NxdomainIntegrity : uint8_t {
    kUnknown,
    kIntact,      // NXDOMAIN for a name that cannot exist (RFC 6761 §6.4)
    kNodata,      // says that it exists, with nothing there
    kRewritten,   // has an address or a mail exchange for it
    kDeniesRoot,  // says that the root does not exist, or has no SOA
  };
  // What limited the lookups per second.
  enum class Bottleneck : uint8_t { kNone, kQps, kPacketLoss, kWindow, kClient, kResolver };

  std::string endpoint;
  bool is_loopback = false;
  Reach udp = Reach::kUnresponsive;
  std::string udp_rcode;  // empty: no answer
  Reach tcp = Reach::kUnresponsive;
  bool has_edns = false;
  LargeAnswer large_answer = LargeAnswer::kUnknown;
  uint64_t large_answer_bytes = 0;
  LetterCase letter_case = LetterCase::kUnknown;
  NxdomainIntegrity nxdomain_integrity = NxdomainIntegrity::kUnknown;
  // One question after the other.
  uint64_t latency_samples = 0;
  int64_t latency_p50_us = 0;
  int64_t latency_p99_us = 0;
  // As many at once as it can take, for some two seconds.
  uint64_t lookups = 0;  // answered
  uint64_t queries = 0;
  uint64_t retries = 0;
  double lookups_per_s = 0;
  uint64_t window = 0;          // questions in flight at the end
  uint64_t qps_limit = 0;       // 0 = none
  double client_cpu_share = 0;  // of one core, by this program
  Bottleneck bottleneck = Bottleneck::kNone;
};

// The name of `--helo` in DNS, forward and reverse.
struct HeloFacts {
  struct Address {
    std::string ip;
    std::vector<std::string> names;     // by reverse DNS
    bool is_forward_confirmed = false;  // the name is among them (RFC 1912 §2.1)
    bool has_reverse_failed = false;    // reverse DNS gave no answer
  };
  std::string name;                 // empty: none was given; the rest is empty then too
  bool has_forward_failed = false;  // A or AAAA gave no answer
  std::vector<Address> addresses;
  std::string source;  // `--source-ip`, if it is public; else empty
};

// The port of mail servers, as it is seen from here.
struct PortFacts {
  struct Dial {
    std::string ip;
    std::string outcome;  // the name of a reason, as `smtp_220`, or why no connection was made
    uint32_t ms = 0;
    bool has_opened = false;
    std::string greeting;  // escaped
  };
  uint16_t port = 25;
  std::string canary;         // empty: none was given, and nothing was dialled
  std::string canary_reason;  // the reason of its verdict
  std::vector<Dial> dials;    // empty: it has no mail server that may be dialled
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
  std::string advice;  // what to do; empty: nothing
};

struct DoctorReport {
  DoctorFacts facts;
  std::vector<Finding> findings;
  bool is_usable = false;  // at least one resolver answers, and gives no false answers
};

// Examines the machine and each resolver of `options.dns`, within its `qps`. The questions are for
// the root and for random names under `invalid.`, which a resolver answers by itself; with
// `options.probe.helo` also for that name and its addresses. With `options.dns.canaries` some mail
// servers of the first one are dialled; else nothing but the resolvers is sent a packet. Errors:
// kUsage, kInternal.
[[nodiscard]] Result<DoctorReport> diagnose(const Options& options);

}  // namespace mxbulk
