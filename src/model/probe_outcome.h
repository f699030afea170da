// What probing came to: of one connection, one address, or all addresses of a domain. Plain values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "mxbulk/verdict.h"

namespace mxbulk {

// Ordered: of all addresses of a domain the greatest outcome wins. This is the one place that says
// so.
enum class ProbeOutcome : uint8_t {
  kSmtp521,  // RFC 7504: greets 521, "takes no mail"
  kTcpRefused,
  kTcpUnreachable,
  kTcpTimeout,
  kNotSmtp,
  kGreetingTimeout,
  kAddressUnknown,  // the address of an exchange could not be found out
  kEgressIntercepted,
  kEgressBlocked,
  kSkipped,  // not tried, or what came of it proves nothing
  kSmtp5xx,
  kSmtp4xx,
  kTcp,
  kSmtp220,
  kEhlo,
  kStarttls,
};

[[nodiscard]] constexpr ProbeOutcome stronger(ProbeOutcome a, ProbeOutcome b) {
  return std::max(a, b);
}

// The host takes us in as far as was asked, or as it goes: no other address need be tried.
[[nodiscard]] constexpr bool is_answer(ProbeOutcome outcome) {
  return outcome >= ProbeOutcome::kTcp;
}

// The port did not open: true of the host only where others open before and after.
[[nodiscard]] constexpr bool is_closed(ProbeOutcome outcome) {
  return outcome >= ProbeOutcome::kTcpRefused && outcome <= ProbeOutcome::kTcpTimeout;
}

// Nothing better of all its addresses makes a domain dead: so each is tried twice.
[[nodiscard]] constexpr bool is_dead(ProbeOutcome outcome) {
  return is_closed(outcome) || outcome == ProbeOutcome::kSmtp521;
}

// A std::optional in one octet: with two a record of a domain would grow by eight.
class StoredProbeOutcome {
 public:
  constexpr StoredProbeOutcome() = default;
  constexpr StoredProbeOutcome(std::optional<ProbeOutcome> outcome)  // NOLINT
      : octet_(outcome ? static_cast<uint8_t>(*outcome) : kNone) {}
  constexpr StoredProbeOutcome(ProbeOutcome outcome)  // NOLINT
      : octet_(static_cast<uint8_t>(outcome)) {}
  constexpr operator std::optional<ProbeOutcome>() const {  // NOLINT
    if (octet_ == kNone) return std::nullopt;
    return static_cast<ProbeOutcome>(octet_);
  }

 private:
  static constexpr uint8_t kNone = 0xFF;  // no outcome is that high

  uint8_t octet_ = kNone;
};

[[nodiscard]] constexpr Reason reason_of(ProbeOutcome outcome) {
  switch (outcome) {
    case ProbeOutcome::kSmtp521: return Reason::kSmtp521;
    case ProbeOutcome::kTcpRefused: return Reason::kTcpRefused;
    case ProbeOutcome::kTcpUnreachable: return Reason::kTcpUnreachable;
    case ProbeOutcome::kTcpTimeout: return Reason::kTcpTimeout;
    case ProbeOutcome::kNotSmtp: return Reason::kNotSmtp;
    case ProbeOutcome::kGreetingTimeout: return Reason::kGreetingTimeout;
    case ProbeOutcome::kAddressUnknown: return Reason::kMxAddrTempfail;
    case ProbeOutcome::kEgressIntercepted: return Reason::kEgressIntercepted;
    case ProbeOutcome::kEgressBlocked: return Reason::kEgressBlocked;
    case ProbeOutcome::kSkipped: return Reason::kProbeSkipped;
    case ProbeOutcome::kSmtp5xx: return Reason::kSmtp5xx;
    case ProbeOutcome::kSmtp4xx: return Reason::kSmtp4xx;
    case ProbeOutcome::kTcp: return Reason::kTcp;
    case ProbeOutcome::kSmtp220: return Reason::kSmtp220;
    case ProbeOutcome::kEhlo: return Reason::kEhlo;
    case ProbeOutcome::kStarttls: return Reason::kStarttls;
  }
  return Reason::kProbeSkipped;
}

}  // namespace mxbulk
