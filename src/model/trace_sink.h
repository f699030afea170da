// Receives the steps of lookups and probes, and the result of each connection to a mail server.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/probe_outcome.h"
#include "model/record_type.h"

namespace mxbulk {

// The result of one connection to a mail server.
struct ProbeReport {
  enum class End : uint8_t {
    kOutcome,
    kNoRoom,   // no descriptor, port or memory here: try again with fewer at once
    kNoRoute,  // this machine has no route to it, or may not use it
  };
  uint64_t ticket = 0;
  End end = End::kOutcome;
  ProbeOutcome outcome = ProbeOutcome::kSkipped;  // kOutcome: of this connection alone
  bool has_opened = false;                        // the connection was opened
  uint32_t opened_ms = 0;                         // if has_opened: from dialling until then
  bool has_smtputf8 = false;                      // offered (RFC 6531); known if outcome >= kEhlo
  uint16_t code = 0;                              // of the greeting (RFC 5321 §4.2); 0 = none
  uint32_t elapsed_ms = 0;                        // from dialling to the outcome
  std::string_view
      greeting;  // its first line after the code, cut; any octets; valid during the call
  std::string_view
      remark;  // for `check`: capabilities, TLS version, certificate; valid during the call
};

// Called at each step of lookups and probes; `check` prints the steps. Threads: the loop thread
// only.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void on_query(NameView name, RecordType type, std::string_view resolver, Proto proto) = 0;
  // `answer` is one line for a person: rcode or failure, and the records.
  virtual void on_answer(NameView name, RecordType type, std::string_view answer) = 0;
  // A rule of the route evaluation fired; `text` cites its RFC section.
  virtual void on_rule(NameView domain, std::string_view text) = 0;
  // A connection to a mail server ended; the last one to an address counts.
  virtual void on_probe(const IpAddress& address, const ProbeReport& report) = 0;
};

}  // namespace mxbulk
