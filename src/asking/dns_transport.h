// The interface between questions and resolvers. src/net implements it with sockets, the simulation
// without any. Retries, truncation, resolver health and windows are the caller's.
//
// Threads: one loop thread. Ownership: names and bytes are borrowed for one call.
#pragma once

#include <cstdint>
#include <span>

#include "model/domain_name.h"
#include "model/record_type.h"

namespace mxbulk::asking {

// The case of a name's letters in a query (draft-vixie-dnsext-dns0x20): an answer must repeat it,
// and a forger that does not see the query cannot.
enum class LetterCase : uint8_t {
  kLower,  // as the name is given
  kMixed,  // random for each query; an answer in another case is dropped as forged
  kTest,   // random too, but an answer in another case is accepted: DnsReply::kept_case tells. For
           // random names, which cannot be guessed
};

// One attempt at one question, to one resolver.
struct DnsQuery {
  uint64_t ticket = 0;  // the caller's; unique among those not yet replied to
  NameView name;        // borrowed for the call
  RecordType type = RecordType::kMx;
  uint8_t upstream = 0;  // index into the list of resolvers
  Proto proto = Proto::kUdp;
  bool edns = true;
  LetterCase letter_case = LetterCase::kLower;  // over TCP always kLower
  int64_t timeout_us = 0;                       // then the reply is kTimeout
};

enum class ReplyKind : uint8_t {
  kBytes,  // a message from that resolver with the ID and the question that were asked
  kTimeout,
  kLocalTrouble,  // no socket, no route, no buffer, connection refused or closed: says nothing
                  // about a domain
};

struct DnsReply {
  uint64_t ticket = 0;
  ReplyKind kind = ReplyKind::kTimeout;
  std::span<const uint8_t> bytes;  // borrowed for the call
  bool kept_case = true;           // kBytes: it repeats the letters as they were sent
};

class DnsReplySink {
 public:
  virtual ~DnsReplySink() = default;
  virtual void on_reply(const DnsReply& reply) = 0;
};

// Each ask() is followed by exactly one on_reply(), never inside ask().
class DnsTransport {
 public:
  virtual ~DnsTransport() = default;
  virtual void ask(const DnsQuery& query) = 0;
};

}  // namespace mxbulk::asking
