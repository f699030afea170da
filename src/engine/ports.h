// What the engine needs of the world. Implemented by net/ over sockets, by the simulation over
// nothing: retries, truncation, health and the window all happen on this side of the seam.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/probe_outcome.h"
#include "model/record_type.h"

namespace mxbulk::engine {

// How the letters of a question's name are written (draft-vixie-dnsext-dns0x20): an answer must
// repeat them, which a forger cannot see.
enum class LetterCase : uint8_t {
  kLower,  // as the name is given
  kMixed,  // drawn anew for each query; an answer in another case is dropped as forged
  kProbe,  // drawn too, but an answer in another case is taken: DnsReply::kept_case tells. For
           // names that nobody can guess
};

// One try of one question at one resolver.
struct DnsQuery {
  uint64_t ticket = 0;  // the caller's; unique among those not yet replied to
  NameView name;        // borrowed for the call
  RecordType type = RecordType::kMx;
  uint8_t upstream = 0;  // index into the list of resolvers
  Proto proto = Proto::kUdp;
  bool edns = true;
  LetterCase letter_case = LetterCase::kLower;  // over TCP always kLower
  int64_t timeout_us = 0;                       // after it the reply is kTimeout
};

enum class ReplyKind : uint8_t {
  kBytes,  // a message from that resolver with the ID and the question that were asked
  kTimeout,
  kLocalTrouble,  // no socket, no route, no buffer, connection refused or closed: never a fact
                  // about a domain
};

struct DnsReply {
  uint64_t ticket = 0;
  ReplyKind kind = ReplyKind::kTimeout;
  std::span<const uint8_t> bytes;  // borrowed for the call
  bool kept_case = true;           // kBytes: the question came back letter by letter
};

class DnsReplySink {
 public:
  virtual ~DnsReplySink() = default;
  virtual void on_reply(const DnsReply& reply) = 0;
};

// One loop thread only. Each ask() is followed by exactly one on_reply(), never inside ask().
class DnsTransport {
 public:
  virtual ~DnsTransport() = default;
  virtual void ask(const DnsQuery& query) = 0;
};

// One connection to one mail server.
struct ProbeDial {
  uint64_t ticket = 0;    // the caller's; unique among those not yet reported
  IpAddress address;      // vetted: it is dialled as it stands
  std::string_view host;  // a name it goes by (text form): for SNI; borrowed for the call
};

struct ProbeReport {
  enum class End : uint8_t {
    kOutcome,
    kNoRoom,   // no descriptor, port or memory here: to be tried again with fewer at once
    kNoRoute,  // this machine has no route there, or may not use it
  };
  uint64_t ticket = 0;
  End end = End::kOutcome;
  ProbeOutcome outcome = ProbeOutcome::kSkipped;  // kOutcome: what this one connection says
  bool has_opened = false;                        // the port took the connection
  uint32_t opened_ms = 0;                         // where it has: from dialling until then
  bool has_smtputf8 = false;  // offered (RFC 6531); known where outcome >= kEhlo
  uint16_t code = 0;          // of the greeting (RFC 5321 §4.2); 0 = none
  uint32_t elapsed_ms = 0;    // from dialling to the outcome
  std::string_view greeting;  // its first line behind the code, cut; any octets; for the call
  std::string_view remark;    // for `check`: capabilities, TLS version, certificate; for the call
};

class ProbeSink {
 public:
  virtual ~ProbeSink() = default;
  virtual void on_probe(const ProbeReport& report) = 0;
};

// One loop thread only. Each dial() is followed by exactly one on_probe(), never inside dial(). How
// deep, from where and how long is the implementation's own, the same for all.
class Prober {
 public:
  virtual ~Prober() = default;
  virtual void dial(const ProbeDial& dial) = 0;
};

// A Prober that a loop drives. What is dialled counts its time from the last deliver().
class DrivenProber : public Prober {
 public:
  // Reports what has ended by `now_us`. Once a turn of the loop.
  virtual void deliver(ProbeSink& sink, int64_t now_us) = 0;
  // On the clock of `now_us`; the largest number where nothing is out.
  [[nodiscard]] virtual int64_t next_wake_us() const = 0;
};

// Listens to the engine explain itself; `check` prints what it hears. One loop thread only.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void on_query(NameView name, RecordType type, std::string_view resolver, Proto proto) = 0;
  // `answer` is one line for a person: rcode or trouble, and the records.
  virtual void on_answer(NameView name, RecordType type, std::string_view answer) = 0;
  // A rule fired; `text` cites its RFC section.
  virtual void on_rule(NameView domain, std::string_view text) = 0;
  // A connection to a mail server ended; the last one to an address counts.
  virtual void on_probe(const IpAddress& address, const ProbeReport& report) = 0;
};

}  // namespace mxbulk::engine
