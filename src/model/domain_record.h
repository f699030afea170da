// What the run knows of one domain, in a compact form: a run may have millions. Plain value;
// `exchanges` borrows from the table's arena.
#pragma once

#include <cstdint>

#include "base/strong_id.h"
#include "model/probe_outcome.h"
#include "mxbulk/verdict.h"

namespace mxbulk {

struct DomainRecord {
  const HostId* exchanges = nullptr;  // `exchange_count` ids, in the order (preference, name)
  LintSet lints;
  uint32_t ttl_s = 0;
  uint32_t dns_ms = 0;          // from the first question to the verdict
  uint32_t checked_at_s = 0;    // Unix time; 0 = not asked
  HostId best;                  // best usable exchange, or the domain itself as a host
  uint16_t exchange_count = 0;  // at most limits::kExchangesMax
  uint16_t mx_count = 0;        // distinct exchanges in the answer
  Reason reason = Reason::kNotAttempted;
  uint8_t rcode = 0;
  StoredProbeOutcome probe;  // the best outcome of any connection; none = not probed
  bool from_state = false;   // the answer of an earlier run that was complete
  uint32_t probe_ms = 0;     // of the connection with that outcome
};
static_assert(sizeof(DomainRecord) == 40, "a run holds millions");

}  // namespace mxbulk
