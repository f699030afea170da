// What mxbulk says about an address: verdict, reason, action, lints.
//
// The names (`name_of`) are public and stable: warehouses filter on them. New reasons may be
// added; none is renamed. Threads: pure functions over enums, callable from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace mxbulk {

enum class Verdict : uint8_t { kMxOk, kReachable, kNoMx, kNullMx, kDeadMx, kInvalid, kUnknown };
inline constexpr size_t kVerdictCount = 7;

// Why a verdict was given. Each reason belongs to exactly one verdict (`verdict_of`).
enum class Reason : uint8_t {
  // invalid: decided without a lookup. In order of precedence.
  kBadRow,
  kEmpty,
  kBadEncoding,
  kSeveral,  // more than one address in the cell
  kNoAt,
  kTooLong,         // RFC 5321 §4.5.3.1.1, §4.5.3.1.2
  kBadLocal,        // neither Dot-string nor Quoted-string, RFC 5321 §4.1.2, RFC 6531 §3.3
  kBadLocalDots,    // its name is bad_local too: only its dots are wrong (`a..b@`); such mailboxes
                    // exist
  kAddressLiteral,  // RFC 5321 §4.1.3: legal, refused by policy
  kDotless,         // RFC 7085
  kBadIdn,          // UTS #46, nontransitional
  kBadDomain,       // RFC 1123 §2.1, RFC 1035 §2.3.4
  // no_mx
  kSpecialUse,  // RFC 6761 and its registry: never queried
  kNxdomain,
  kCnameNxdomain,
  kNoAddress,
  // null_mx
  kRfc7505,
  kNonconforming,
  // dead_mx
  kMxUnresolvable,
  kMxNonpublic,
  kMxIpLiteral,
  kMxMalformed,
  kImplicitNonpublic,
  // dead_mx, probed: every address of every exchange failed twice in this way, while other hosts
  // opened
  kTcpTimeout,
  kTcpUnreachable,
  kTcpRefused,
  kSmtp521,  // RFC 7504: every address greeted 521, without an enhanced code 5.7.x
  // mx_ok
  kMx,
  kImplicitMx,         // RFC 5321 §5.1: no MX, the domain's own address
  kProbeSkipped,       // probes were requested, but an address was not tried
  kEgressBlocked,      // no address opened on the probed port from this machine
  kEgressIntercepted,  // unrelated providers gave the same greeting
  // reachable: how far the probe of the best host went
  kTcp,
  kSmtp220,
  kEhlo,
  kStarttls,
  kSmtp4xx,  // a mail server refused us: the domain may work for others
  kSmtp5xx,
  // unknown
  kDnsServfail,
  kDnsRefused,
  kDnsTimeout,
  kDnsMalformed,
  kDnsFiltered,  // RFC 8914 extended error 4 or 15-18
  kDnsWildcard,  // no MX, and names that do not exist get the domain's address too
  kMxAddrTempfail,
  kProbeFiltered,    // no address of the provider or network opens: a block of us is likelier than
                     // its death
  kGreetingTimeout,  // the port opens, but no whole greeting arrives in time
  kNotSmtp,          // the port opens, but the bytes are not SMTP, or it closes first
  kNotAttempted,
};
inline constexpr size_t kReasonCount = static_cast<size_t>(Reason::kNotAttempted) + 1;

// What to do with the address. kNone: there is no address, so there is nothing to send to or to
// remove.
enum class Action : uint8_t { kSend, kRetry, kReview, kSuppress, kNone };
inline constexpr size_t kActionCount = 5;

// Remarks. They describe; they never change a verdict.
enum class Lint : uint8_t {
  // of the row
  kTrimmed,
  kDisplayName,
  kSmtputf8,
  kRagged,     // the row is longer than its header
  kDuplicate,  // an earlier row of the run has the same cleaned address
  // of the domain's name
  kBadAlabel,
  kIdna2008,  // UTS #46 allows it, IDNA 2008 (RFC 5892) does not: symbols, emoji
  // of the route
  kNullMxMixed,
  kMxCname,
  kDomainCname,
  kMxIpLiteral,
  kMxNonpublic,
  kMxMalformed,
  kMxUnderscore,
  kMxHyphen,  // RFC 1123 §2.1: a label of an exchange begins or ends with one
  kMxPartial,
  kMxLongList,
  kV6Only,
  kNxdomainMismatch,
  kResolverDisagree,
  kTtlOdd,
  kNullMxSender,  // `check` only: null MX beside SPF
  // of probes
  kImplicitMx,      // the domain's own address was probed: it has no MX
  kBackupDead,      // one exchange answers, all addresses of another are dead
  kEaiUnsupported,  // RFC 6531: the server that answered does not offer SMTPUTF8
};
inline constexpr size_t kLintCount = static_cast<size_t>(Lint::kEaiUnsupported) + 1;

// A set of lints.
class LintSet {
 public:
  constexpr LintSet() = default;
  constexpr LintSet(std::initializer_list<Lint> lints) {
    for (Lint lint : lints) add(lint);
  }
  static constexpr LintSet from_bits(uint32_t bits) {
    LintSet set;
    set.bits_ = bits;
    return set;
  }
  constexpr void add(Lint lint) { bits_ |= 1U << static_cast<unsigned>(lint); }
  constexpr void add(LintSet other) { bits_ |= other.bits_; }
  constexpr void remove(Lint lint) { bits_ &= ~(1U << static_cast<unsigned>(lint)); }
  [[nodiscard]] constexpr bool has(Lint lint) const {
    return (bits_ >> static_cast<unsigned>(lint) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr uint32_t bits() const { return bits_; }
  friend constexpr bool operator==(LintSet, LintSet) = default;

 private:
  uint32_t bits_ = 0;
};

[[nodiscard]] Verdict verdict_of(Reason reason);
// The first action that applies, in the order none, review, suppress, retry, send.
// `has_suggestion`: another domain was probably meant; a person should decide.
[[nodiscard]] Action action_of(Reason reason, LintSet lints, bool has_suggestion = false);

[[nodiscard]] std::string_view name_of(Verdict verdict);
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::string_view name_of(Lint lint);
// The verdict with that name; false if there is none.
[[nodiscard]] bool verdict_from_name(std::string_view name, Verdict& verdict);

}  // namespace mxbulk
