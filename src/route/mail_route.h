// Where mail for one domain goes, and why. A plain value; its names are views into the host table.
#pragma once

#include <cstdint>
#include <vector>

#include "base/strong_id.h"
#include "model/domain_name.h"
#include "mxbulk/verdict.h"

namespace mxbulk::route {

enum class ExchangeState : uint8_t {
  kNotAsked,  // beyond the caps, or decided without it
  kAsking,
  kUsable,
  kTemporary,
  kUnresolvable,  // no address, or a special-use name other than localhost
  kNonpublic,     // only addresses that the internet cannot reach, or localhost
  kIpLiteral,
  kMalformed,  // not a host name
  kIgnored,    // "." beside real exchanges
};

[[nodiscard]] std::string_view text_of(ExchangeState state);

struct Exchange {
  uint16_t preference = 0;
  HostId host;  // none: the domain itself (implicit MX), not yet known to the host table
  NameView name;
  ExchangeState state = ExchangeState::kNotAsked;
};

struct MailRoute {
  Reason reason = Reason::kNotAttempted;
  LintSet lints;
  std::vector<Exchange> exchanges;  // distinct, in the order (preference, name)
  uint32_t mx_count = 0;            // distinct exchanges in the answer, also beyond the cap
  int32_t best = -1;                // index of the best usable exchange
  uint8_t rcode = 0;                // of the deciding query
  uint32_t ttl_s = 0;               // of the deciding record set
  bool is_implicit = false;         // `exchanges` holds the domain itself
  bool is_cname_chain = false;      // too many CNAMEs lead on from the domain
  bool is_cut = false;  // the answer had more exchanges, or records that are not readable
};

}  // namespace mxbulk::route
