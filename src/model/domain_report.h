// All that is written about one domain. Plain value; owns its text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/probe_outcome.h"
#include "mxbulk/verdict.h"

namespace mxbulk {

struct DomainReport {
  std::string domain;  // text, A-labels
  Reason reason = Reason::kNotAttempted;
  LintSet lints;                      // of the domain and its route; row lints come from the RowKey
  std::vector<std::string> mx_hosts;  // in the order (preference, name)
  uint32_t mx_count = 0;              // distinct exchanges in the answer
  std::string mx_host;     // the best usable exchange; the domain itself for an implicit MX
  std::string mx_ip;       // a public address of `mx_host`
  std::string provider;    // slug (`google`), empty if unknown
  std::string suggestion;  // `gmail.com` for `gmial.com`; empty if none
  bool is_disposable = false;
  bool is_free = false;
  bool is_relay = false;  // forwards to a mailbox that it hides: not disposable
  uint8_t dns_rcode = 0;  // of the deciding query
  uint32_t ttl_s = 0;
  uint32_t dns_ms = 0;       // from the first question to the verdict
  int64_t checked_at_s = 0;  // Unix time; 0 = not asked
  // The outcome of the best connection to its mail hosts. It may prove nothing, as if the reason is
  // egress_blocked. None = not probed.
  std::optional<ProbeOutcome> probe;
  uint32_t probe_ms = 0;  // of that connection, from dialling to the outcome
  // By earlier runs; none without --state.
  bool from_state = false;
  std::optional<Verdict> previous_verdict;  // of the last complete run that had the domain
  std::optional<Action> action;             // by their evidence; none: by the reason
};

}  // namespace mxbulk
