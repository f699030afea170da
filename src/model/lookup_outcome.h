// The outcome of one question after all its attempts. A plain value, never a Status.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/strong_id.h"
#include "model/domain_name.h"
#include "model/ip_address.h"

namespace mxbulk {

enum class LookupStatus : uint8_t {
  // answers
  kFound,
  kNoData,
  kNxDomain,
  // temporary: nothing is known
  kServfail,
  kRefused,     // REFUSED or NOTIMP
  kTimeout,     // no answer to any attempt, or a lasting failure on this machine
  kMalformed,   // FORMERR, an unknown rcode, or bytes that are no DNS message
  kFiltered,    // RFC 8914 extended error 4 or 15-18: a policy, not the zone's data
  kCnameLoop,   // the CNAMEs of one answer lead back to each other
  kCnameChain,  // more than limits::kCnameLinksMax of them
};

[[nodiscard]] constexpr bool is_temporary(LookupStatus status) {
  return status >= LookupStatus::kServfail;
}
[[nodiscard]] std::string_view name_of(LookupStatus status);

// RFC 6895 §2.3: `SERVFAIL`, `RCODE11`.
[[nodiscard]] std::string rcode_name(uint16_t rcode);

struct MxRecord {
  uint16_t preference = 0;
  HostId host;
  NameView exchange;  // into the host table's arena: lives as long as the run
};

struct LookupOutcome {
  LookupStatus status = LookupStatus::kTimeout;
  uint8_t rcode = 0;                // RFC 1035 §4.1.1, of the last answer; 0 if none came
  bool via_cname = false;           // at least one CNAME led from the question to the answer
  bool malformed_record = false;    // a record among valid ones could not be read
  bool has_spf = false;             // TXT: an SPF policy is among the records
  bool cut = false;                 // more records than the caps allow
  bool resolvers_disagree = false;  // another said that the name, or the record, does not exist
  uint32_t ttl_s = 0;               // smallest of the answer; for a negative one by RFC 2308 §5
  // Valid during the call that delivers the outcome. Also the names of PTR, with preference 0.
  std::span<const MxRecord> mx = {};
  std::span<const IpAddress> addresses = {};  // likewise
};

}  // namespace mxbulk
