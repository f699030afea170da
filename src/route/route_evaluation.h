// The way from a domain to its mail hosts (RFC 5321 §5.1, RFC 7505), as a state machine:
//
//   ask_mx ──► (confirm NXDOMAIN) ──► ask_hosts, at most 16 at a time ──► done
//
// Pure: events in; asks, and the rule that fired, out. No clock, no socket, no table.
// Threads: a plain value of one loop thread. Views of names borrow from the host table.
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
    kMx,       // MX of the domain
    kConfirm,  // A of the domain, at another resolver where there are several
    kHost,     // the addresses of exchanges()[exchange]
    kSpf,      // TXT of a domain that refuses mail: does it send any?
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
    bool all_exchanges = false;  // not only until one is usable (`check`, probing)
    bool spf = false;            // does a domain that refuses mail send any? (`check`)
  };
  // Begins anew with `domain`, which outlives the walk.
  Step start(NameView domain, Scope scope);
  // What MX came to, or the confirming A; in that order.
  Step on_mx(const LookupOutcome& outcome);
  Step on_confirm(const LookupOutcome& outcome);
  // What TXT came to; it changes no verdict.
  Step on_spf(const LookupOutcome& outcome);
  // The host of exchange `index`, which was asked for, is known. Without `may_ask_more` no further
  // ones are asked for: with none usable among those asked, nothing is known.
  Step on_host(uint16_t index, const HostFacts& facts, bool may_ask_more = true);

  [[nodiscard]] bool done() const { return state_ == State::kDone; }
  [[nodiscard]] MailRoute& route() { return route_; }
  [[nodiscard]] const MailRoute& route() const { return route_; }

 private:
  enum class State : uint8_t { kAskMx, kConfirm, kAskHosts, kAskSpf, kDone };

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
  uint16_t waiting_ = 0;  // hosts asked for and not yet known
  uint16_t next_ = 0;     // first exchange not yet looked at
  Scope scope_;
  bool mx_via_cname_ = false;
  bool usable_with_v4_ = false;  // or whose A records are not known
};

}  // namespace mxbulk::route
