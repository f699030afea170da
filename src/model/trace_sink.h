// How the engine explains what it does, and what one connection to a mail server came to.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/probe_outcome.h"
#include "model/record_type.h"

namespace mxbulk {

// What one connection to one mail server came to.
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

}  // namespace mxbulk
