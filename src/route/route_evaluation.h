// Finds the mail hosts of one domain (RFC 5321 §5.1, RFC 7505), as a state machine:
//
//   ask_mx ──► (confirm NXDOMAIN) ──► (ask_mx again) ──► ask_hosts, at most 16 at a time ──► done
//                                                            └─ implicit MX ─► ask_wildcard ──┘
//
// Pure: outcomes in; the next questions and the rule that fired out. No clock, no socket, no table.
// Threads: a plain value of one loop thread. Ownership: names are views into the host table.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/limits.h"
#include "model/lookup_outcome.h"
#include "route/host_evaluation.h"
#include "route/mail_route.h"
#include "route/rule.h"

namespace mxbulk::route {

struct Ask {
  enum class Kind : uint8_t {
    kMx,        // MX of the domain
    kConfirm,   // A of the domain; at another resolver if there are several
    kMxAgain,   // MX of a name that exists after all; not at the resolver that denied it, if
                // possible
    kHost,      // the addresses of exchanges()[exchange]
    kSpf,       // TXT of a domain that refuses mail: may it send any?
    kWildcard,  // do names that do not exist get the domain's address too?
  };
  Kind kind = Kind::kMx;
  uint16_t exchange = 0;
};

class RouteEvaluation {
 public:
  struct Step {
    Rule rule = Rule::kAskMx;
    uint8_t ask_count = 0;
    std::array<Ask, limits::kExchangesAtOnce> asks{};
    [[nodiscard]] std::span<const Ask> all() const { return {asks.data(), ask_count}; }
  };

  struct Scope {
    bool all_exchanges = false;  // do not stop after one that is usable (`check`, probing)
    bool spf = false;            // ask for the SPF policy of a domain that refuses mail (`check`)
    bool wildcards = false;      // an implicit MX counts only if names that do not exist have none
  };
  // Starts with `domain`, and drops what was known of an earlier one. `domain` outlives the
  // evaluation.
  Step start(NameView domain, Scope scope);
  // The outcome of the MX question, then that of the confirming A question, if it was asked, and of
  // the second MX question, if NXDOMAIN was not confirmed.
  Step on_mx(const LookupOutcome& outcome);
  Step on_confirm(const LookupOutcome& outcome);
  // The outcome of the TXT question. It does not change the verdict.
  Step on_spf(const LookupOutcome& outcome);
  // The answer to kWildcard.
  Step on_wildcard(bool is_wildcard);
  // The addresses of exchange `index` are known. Requires: they were asked for. If `may_ask_more`
  // is false, no further exchanges are asked for; the route is then a temporary failure unless one
  // is usable.
  Step on_host(uint16_t index, const HostFacts& facts, bool may_ask_more = true);

  [[nodiscard]] bool done() const { return state_ == State::kDone; }
  [[nodiscard]] MailRoute& route() { return route_; }
  [[nodiscard]] const MailRoute& route() const { return route_; }

 private:
  enum class State : uint8_t { kAskMx, kConfirm, kAskHosts, kAskSpf, kAskWildcard, kDone };

  Step finish(Rule rule, Reason reason);
  Step finish_null(Rule rule, Reason reason);
  Step ask_one(Rule rule, Ask ask);
  Step ask_implicit(Rule rule);
  Step ask_next_exchanges(Rule rule);
  Step finish_or_ask_more(bool may_ask_more);
  void take_exchanges(std::span<const MxRecord> records);
  [[nodiscard]] bool has_usable() const;
  void note_host(uint16_t index, const HostFacts& facts);

  MailRoute route_;
  NameView domain_;
  State state_ = State::kAskMx;
  uint16_t waiting_ = 0;  // hosts asked for, addresses not yet known
  uint16_t next_ = 0;     // index of the first exchange that was not asked for
  Scope scope_;
  bool mx_via_cname_ = false;
  bool is_nxdomain_refuted_ = false;  // the A question found the name
  bool usable_with_v4_ = false;       // a usable exchange has, or may have, an A record
};

}  // namespace mxbulk::route
