#include "route/route_verdict.h"

#include <algorithm>
#include <cassert>

#include "route/address_policy.h"
#include "route/precedence.h"

namespace mxbulk::route {
namespace {

Usability usability_of(ExchangeState state) {
  switch (state) {
    case ExchangeState::kUsable: return Usability::kUsable;
    case ExchangeState::kTemporary:
    case ExchangeState::kNotAsked:
    case ExchangeState::kAsking: return Usability::kTemporary;
    case ExchangeState::kUnresolvable:
    case ExchangeState::kNonpublic:
    case ExchangeState::kIpLiteral:
    case ExchangeState::kMalformed:
    case ExchangeState::kIgnored: return Usability::kDead;
  }
  return Usability::kTemporary;
}

// Requires: usability_of(state) is kDead.
Reason dead_reason(ExchangeState state) {
  switch (state) {
    case ExchangeState::kNonpublic: return Reason::kMxNonpublic;
    case ExchangeState::kIpLiteral: return Reason::kMxIpLiteral;
    case ExchangeState::kMalformed: return Reason::kMxMalformed;
    case ExchangeState::kUnresolvable: return Reason::kMxUnresolvable;
    case ExchangeState::kIgnored:
    case ExchangeState::kUsable:
    case ExchangeState::kTemporary:
    case ExchangeState::kNotAsked:
    case ExchangeState::kAsking: break;
  }
  assert(false);
  return Reason::kMxAddrTempfail;
}

void add_lints_of(const Exchange& exchange, bool beside_usable, LintSet& lints) {
  if (has_underscore(exchange.name)) lints.add(Lint::kMxUnderscore);
  if (has_hyphen_at_end(exchange.name)) lints.add(Lint::kMxHyphen);
  // Exchanges that no lookup reached have the lints that their names alone give.
  const bool is_not_asked = exchange.state == ExchangeState::kNotAsked;
  switch (is_not_asked ? state_by_name(exchange.name) : exchange.state) {
    case ExchangeState::kNonpublic: lints.add(Lint::kMxNonpublic); break;
    case ExchangeState::kIpLiteral: lints.add(Lint::kMxIpLiteral); break;
    case ExchangeState::kMalformed: lints.add(Lint::kMxMalformed); break;
    case ExchangeState::kIgnored: lints.add(Lint::kNullMxMixed); break;
    case ExchangeState::kUnresolvable:
      if (beside_usable) lints.add(Lint::kMxPartial);
      break;
    case ExchangeState::kNotAsked:
    case ExchangeState::kAsking:
    case ExchangeState::kUsable:
    case ExchangeState::kTemporary: break;
  }
}

Rule decide_mx(MailRoute& route, bool cut, Usability usability) {
  switch (usability) {
    case Usability::kUsable: route.reason = Reason::kMx; return Rule::kUsableExchange;
    case Usability::kTemporary:
      route.reason = Reason::kMxAddrTempfail;
      return cut ? Rule::kTooManyExchanges : Rule::kTemporaryExchange;
    case Usability::kDead: break;
  }
  // If exchanges are dead for different reasons, the best-preferred one gives the reason.
  const auto first_real =
      std::find_if(route.exchanges.begin(), route.exchanges.end(),
                   [](const Exchange& e) { return e.state != ExchangeState::kIgnored; });
  route.reason = dead_reason(first_real->state);
  return Rule::kDeadExchanges;
}

Rule decide_implicit(MailRoute& route, Usability usability) {
  switch (usability) {
    case Usability::kUsable: route.reason = Reason::kImplicitMx; return Rule::kImplicitUsable;
    case Usability::kTemporary:
      route.reason = Reason::kMxAddrTempfail;
      return Rule::kImplicitTemporary;
    case Usability::kDead: break;
  }
  const bool is_nonpublic = route.exchanges.front().state == ExchangeState::kNonpublic;
  route.reason = is_nonpublic ? Reason::kImplicitNonpublic : Reason::kNoAddress;
  return is_nonpublic ? Rule::kImplicitNonpublic : Rule::kImplicitNone;
}

}  // namespace

std::string_view text_of(ExchangeState state) {
  switch (state) {
    case ExchangeState::kNotAsked: return "not asked";
    case ExchangeState::kAsking: return "asking";
    case ExchangeState::kUsable: return "usable";
    case ExchangeState::kTemporary: return "temporary failure";
    case ExchangeState::kUnresolvable: return "no address";
    case ExchangeState::kNonpublic: return "non-public";
    case ExchangeState::kIpLiteral: return "an IP address, not a name";
    case ExchangeState::kMalformed: return "not a host name";
    case ExchangeState::kIgnored: return "ignored";
  }
  return "?";
}

ExchangeState state_by_name(NameView exchange) {
  if (is_root(exchange)) return ExchangeState::kIgnored;
  if (is_ip_literal(exchange)) return ExchangeState::kIpLiteral;
  if (!is_host_name(exchange)) return ExchangeState::kMalformed;
  if (is_localhost(exchange)) return ExchangeState::kNonpublic;
  if (is_special_use(exchange)) return ExchangeState::kUnresolvable;
  return ExchangeState::kNotAsked;
}

ExchangeState state_by_addresses(const HostFacts& facts) {
  switch (usability_of(facts)) {
    case Usability::kUsable: return ExchangeState::kUsable;
    case Usability::kTemporary: return ExchangeState::kTemporary;
    case Usability::kDead: break;
  }
  return facts.has_nonpublic ? ExchangeState::kNonpublic : ExchangeState::kUnresolvable;
}

Reason unknown_reason(LookupStatus status) {
  switch (status) {
    case LookupStatus::kRefused: return Reason::kDnsRefused;
    case LookupStatus::kTimeout: return Reason::kDnsTimeout;
    case LookupStatus::kMalformed: return Reason::kDnsMalformed;
    case LookupStatus::kFiltered: return Reason::kDnsFiltered;
    // A resolver that follows the chain itself answers a loop with SERVFAIL.
    case LookupStatus::kCnameLoop:
    case LookupStatus::kServfail: return Reason::kDnsServfail;
    // No resolver failed: it gave a chain that we do not follow to its end.
    case LookupStatus::kCnameChain: return Reason::kMxAddrTempfail;
    case LookupStatus::kFound:
    case LookupStatus::kNoData:
    case LookupStatus::kNxDomain: break;
  }
  assert(false);
  return Reason::kDnsServfail;
}

Rule decide(MailRoute& route, bool cut) {
  Usability usability = cut ? Usability::kTemporary : Usability::kDead;
  for (size_t i = 0; i < route.exchanges.size(); ++i) {
    const ExchangeState state = route.exchanges[i].state;
    usability = stronger(usability, usability_of(state));
    if (state == ExchangeState::kUsable && route.best < 0) route.best = static_cast<int32_t>(i);
  }
  if (route.is_implicit) return decide_implicit(route, usability);
  for (const Exchange& exchange : route.exchanges) {
    add_lints_of(exchange, usability == Usability::kUsable, route.lints);
  }
  return decide_mx(route, cut, usability);
}

bool is_ttl_odd(uint32_t ttl_s) {
  return ttl_s < limits::kTtlOddLowSeconds || ttl_s > limits::kTtlOddHighSeconds;
}

}  // namespace mxbulk::route
