// Decides the reason and the lints of a route from the states of its exchanges.
#pragma once

#include "model/lookup_outcome.h"
#include "route/host_evaluation.h"
#include "route/mail_route.h"
#include "route/rule.h"

namespace mxbulk::route {

// The state of an exchange that needs no lookup, or kNotAsked.
[[nodiscard]] ExchangeState state_by_name(NameView exchange);
[[nodiscard]] ExchangeState state_by_addresses(const HostFacts& facts);

// The reason why a failed lookup makes a domain `unknown`. Requires: is_temporary(status).
[[nodiscard]] Reason unknown_reason(LookupStatus status);

// Requires: no exchange is kAsking. `cut`: there were more exchanges than may be asked for.
// Sets reason, lints and best.
Rule decide(MailRoute& route, bool cut);

[[nodiscard]] bool is_ttl_odd(uint32_t ttl_s);

}  // namespace mxbulk::route
