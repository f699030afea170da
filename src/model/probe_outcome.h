// Outcomes of probes: of one connection, one address, or all addresses of a domain. Plain values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "mxbulk/verdict.h"

namespace mxbulk {

// Ordered: among the addresses of a domain the greatest outcome wins. Only this order decides.
enum class ProbeOutcome : uint8_t {
  kSmtp521,  // RFC 7504: greets 521, "takes no mail"
  kTcpRefused,
  kTcpUnreachable,
  kTcpTimeout,
  kFiltered,  // of a domain: closed, but its provider or network probably drops our connections
  kNotSmtp,
  kGreetingTimeout,
  kAddressUnknown,  // the address lookup of an exchange failed
  kEgressIntercepted,
  kEgressBlocked,
  kSkipped,  // not tried, or the result proves nothing
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

// The host let the probe go as deep as requested, or as deep as the host allows: no other address
// need be tried.
[[nodiscard]] constexpr bool is_answer(ProbeOutcome outcome) {
  return outcome >= ProbeOutcome::kTcp;
}

// The port did not open. This says something of the host only if others open at the same time: an
// outage of our own way out may fit in between openings before and after.
[[nodiscard]] constexpr bool is_closed(ProbeOutcome outcome) {
  return outcome >= ProbeOutcome::kTcpRefused && outcome <= ProbeOutcome::kTcpTimeout;
}

// A domain is dead if no address has a better outcome; so each address is tried twice.
[[nodiscard]] constexpr bool is_dead(ProbeOutcome outcome) {
  return is_closed(outcome) || outcome == ProbeOutcome::kSmtp521;
}

// A std::optional in one octet: with two, a DomainRecord would be eight octets larger.
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
    case ProbeOutcome::kFiltered: return Reason::kProbeFiltered;
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
