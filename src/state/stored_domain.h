// What the state keeps of domains and mail hosts, as values. Never an address of a person.
//
// Threads: plain values. Ownership: they own their text, and name hosts by pointers that live as
// long as the DomainReader that found them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/strong_id.h"
#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/probe_outcome.h"
#include "mxbulk/verdict.h"

namespace mxbulk::state {

// The key of a name. Two names may share one: the name beside it is compared on each hit.
[[nodiscard]] inline int64_t key_of(NameView name) {
  return static_cast<int64_t>(hash_bytes(name));
}

// In place of the key of the settings of an answer: it is not used again. No settings have this
// key.
inline constexpr int64_t kNeverUsed = -1;

struct StoredHost {
  DomainName name;
  std::optional<IpAddress> address;  // a public one
  HostId id;                         // in the run's host table; set by the loop thread
};

// The answer of an earlier lookup.
struct StoredAnswer {
  Reason reason = Reason::kNotAttempted;
  LintSet lints;
  uint8_t rcode = 0;
  uint16_t mx_count = 0;
  uint32_t ttl_s = 0;
  uint32_t asked_at_s = 0;  // Unix time
  uint32_t how = 0;         // a key of the settings that it depends on: probes, allowed nets
  uint32_t run = 0;         // in which it was asked
  std::optional<ProbeOutcome> probe;
  uint32_t probe_ms = 0;
  std::vector<StoredHost*> exchanges;  // in the order (preference, name)
  StoredHost* best = nullptr;          // may be nullptr
};

// What earlier runs found of one domain. Times are Unix seconds; 0 = never.
struct DomainHistory {
  bool exists = false;    // the state has the domain
  bool has_base = false;  // a complete run had it
  Reason reason = Reason::kNotAttempted;
  Action action = Action::kRetry;
  Reason base_reason = Reason::kNotAttempted;  // of the last complete run that had it, as the next
  Action base_action = Action::kRetry;
  uint16_t failures = 0;         // of connections to port 25: lookups in a row that found tcp_*
  uint32_t failing_since_s = 0;  // the first of them
  uint32_t asked_at_s = 0;
  uint32_t first_seen_s = 0;
  uint32_t last_good_s = 0;  // when its action was send
  uint32_t since_s = 0;      // it has this verdict
  uint32_t base_since_s = 0;
  uint32_t first_run = 0;
  uint32_t run = 0;  // that asked it last
};

}  // namespace mxbulk::state
