#include "mxbulk/verdict.h"

#include <array>

#include "model/outcome_table.h"
#include "mxbulk/summary.h"

namespace mxbulk {
namespace {

using A = Action;
using L = Lint;
using R = Reason;
using V = Verdict;

constexpr bool kByProbe = true;
constexpr bool kNoProbe = false;

// Actions: review if a person must decide between two readings; retry if hosts that failed twice in
// this run may be up tomorrow.
// clang-format off
constexpr std::array<Outcome, kReasonCount> kOutcomes = {{
    {R::kBadRow, "bad_row", V::kInvalid, A::kSuppress, kNoProbe,
     "the row has no such column, is not a JSON object, or is over the size limit"},
    {R::kEmpty, "empty", V::kInvalid, A::kNone, kNoProbe,
     "the cell holds no address"},
    {R::kBadEncoding, "bad_encoding", V::kInvalid, A::kSuppress, kNoProbe,
     "control characters or invalid UTF-8"},
    {R::kSeveral, "several", V::kInvalid, A::kReview, kNoProbe,
     "more than one address in the cell"},
    {R::kNoAt, "no_at", V::kInvalid, A::kSuppress, kNoProbe,
     "no @ outside a quoted local part"},
    {R::kTooLong, "too_long", V::kInvalid, A::kSuppress, kNoProbe,
     "the local part is over 64 octets, the domain over 253, or the whole over 254"},
    {R::kBadLocal, "bad_local", V::kInvalid, A::kSuppress, kNoProbe,
     "the local part is not valid (RFC 5321 §4.1.2)"},
    {R::kBadLocalDots, "bad_local", V::kInvalid, A::kReview, kNoProbe,
     "the local part has a dot at an end, or two together (RFC 5321 §4.1.2)"},
    {R::kAddressLiteral, "address_literal", V::kInvalid, A::kSuppress, kNoProbe,
     "an IP address in brackets instead of a domain"},
    {R::kDotless, "dotless", V::kInvalid, A::kSuppress, kNoProbe,
     "the domain is a single label (RFC 7085)"},
    {R::kBadIdn, "bad_idn", V::kInvalid, A::kSuppress, kNoProbe,
     "the internationalized domain name is not valid (UTS #46)"},
    {R::kBadDomain, "bad_domain", V::kInvalid, A::kSuppress, kNoProbe,
     "the domain is not a host name (RFC 1123 §2.1)"},
    {R::kSpecialUse, "special_use", V::kNoMx, A::kSuppress, kNoProbe,
     "a special-use name: never queried (RFC 6761)"},
    {R::kNxdomain, "nxdomain", V::kNoMx, A::kSuppress, kNoProbe,
     "the domain does not exist"},
    {R::kCnameNxdomain, "cname_nxdomain", V::kNoMx, A::kSuppress, kNoProbe,
     "the domain is a CNAME to a name that does not exist"},
    {R::kNoAddress, "no_address", V::kNoMx, A::kSuppress, kNoProbe,
     "the domain exists, but has no MX and no address"},
    {R::kRfc7505, "rfc7505", V::kNullMx, A::kSuppress, kNoProbe,
     "the domain accepts no mail: null MX (RFC 7505)"},
    {R::kNonconforming, "nonconforming", V::kNullMx, A::kReview, kNoProbe,
     "every exchange is \".\", but not in the form of RFC 7505"},
    {R::kMxUnresolvable, "mx_unresolvable", V::kDeadMx, A::kSuppress, kNoProbe,
     "no exchange has an address"},
    {R::kMxNonpublic, "mx_nonpublic", V::kDeadMx, A::kSuppress, kNoProbe,
     "the exchanges have no public address"},
    {R::kMxIpLiteral, "mx_ip_literal", V::kDeadMx, A::kReview, kNoProbe,
     "the exchange is an IP address written as a name"},
    {R::kMxMalformed, "mx_malformed", V::kDeadMx, A::kSuppress, kNoProbe,
     "the exchange is not a host name"},
    {R::kImplicitNonpublic, "implicit_nonpublic", V::kDeadMx, A::kSuppress, kNoProbe,
     "no MX, and the domain's own addresses are not public"},
    {R::kTcpTimeout, "tcp_timeout", V::kDeadMx, A::kRetry, kByProbe,
     "connections to every exchange timed out, twice in this run"},
    {R::kTcpUnreachable, "tcp_unreachable", V::kDeadMx, A::kRetry, kByProbe,
     "every exchange was unreachable, twice in this run"},
    {R::kTcpRefused, "tcp_refused", V::kDeadMx, A::kRetry, kByProbe,
     "every exchange refused the connection, twice in this run"},
    {R::kSmtp521, "smtp_521", V::kDeadMx, A::kReview, kByProbe,
     "every exchange greets with 521: the host accepts no mail (RFC 7504)"},
    {R::kMx, "mx", V::kMxOk, A::kSend, kNoProbe,
     "an exchange has a public address"},
    {R::kImplicitMx, "implicit_mx", V::kMxOk, A::kSend, kNoProbe,
     "no MX, but the domain has a public address of its own (RFC 5321 §5.1)"},
    {R::kProbeSkipped, "probe_skipped", V::kMxOk, A::kSend, kByProbe,
     "an exchange has a public address; not probed"},
    {R::kEgressBlocked, "egress_blocked", V::kMxOk, A::kSend, kByProbe,
     "an exchange has a public address; no connection to this port opens from here"},
    {R::kEgressIntercepted, "egress_intercepted", V::kMxOk, A::kSend, kByProbe,
     "an exchange has a public address; something near here answers for it"},
    {R::kTcp, "tcp", V::kReachable, A::kSend, kByProbe,
     "an exchange accepts connections"},
    {R::kSmtp220, "smtp_220", V::kReachable, A::kSend, kByProbe,
     "an exchange greets with 220"},
    {R::kEhlo, "ehlo", V::kReachable, A::kSend, kByProbe,
     "an exchange answers EHLO"},
    {R::kStarttls, "starttls", V::kReachable, A::kSend, kByProbe,
     "an exchange completes a TLS handshake"},
    {R::kSmtp4xx, "smtp_4xx", V::kReachable, A::kSend, kByProbe,
     "an exchange refuses us for now (4xx); this says nothing about the domain"},
    {R::kSmtp5xx, "smtp_5xx", V::kReachable, A::kReview, kByProbe,
     "an exchange refuses us (5xx); this says nothing about the domain"},
    {R::kDnsServfail, "dns_servfail", V::kUnknown, A::kRetry, kNoProbe,
     "the DNS answered SERVFAIL"},
    {R::kDnsRefused, "dns_refused", V::kUnknown, A::kRetry, kNoProbe,
     "the DNS answered REFUSED"},
    {R::kDnsTimeout, "dns_timeout", V::kUnknown, A::kRetry, kNoProbe,
     "the DNS did not answer in time"},
    {R::kDnsMalformed, "dns_malformed", V::kUnknown, A::kRetry, kNoProbe,
     "the DNS answer is malformed"},
    {R::kDnsFiltered, "dns_filtered", V::kUnknown, A::kRetry, kNoProbe,
     "the resolver filters this name (RFC 8914)"},
    {R::kDnsWildcard, "dns_wildcard", V::kUnknown, A::kRetry, kNoProbe,
     "no MX, and names that do not exist get the same address: the domain may not exist"},
    {R::kMxAddrTempfail, "mx_addr_tempfail", V::kUnknown, A::kRetry, kNoProbe,
     "no exchange is usable, and a lookup of one failed temporarily"},
    {R::kProbeFiltered, "probe_filtered", V::kUnknown, A::kRetry, kByProbe,
     "no address of this provider or network opens from here: it probably blocks us"},
    {R::kGreetingTimeout, "greeting_timeout", V::kUnknown, A::kRetry, kByProbe,
     "an exchange accepts connections, but sends no whole greeting in time"},
    {R::kNotSmtp, "not_smtp", V::kUnknown, A::kReview, kByProbe,
     "an exchange accepts connections, but does not speak SMTP"},
    {R::kNotAttempted, "not_attempted", V::kUnknown, A::kRetry, kNoProbe,
     "the run ended before this was looked up"},
}};

constexpr std::array<VerdictText, kVerdictCount> kVerdicts = {{
    {V::kMxOk, "mx_ok", "mx ok"},
    {V::kReachable, "reachable", "reachable"},
    {V::kNoMx, "no_mx", "no MX"},
    {V::kNullMx, "null_mx", "null MX"},
    {V::kDeadMx, "dead_mx", "dead MX"},
    {V::kInvalid, "invalid", "invalid"},
    {V::kUnknown, "unknown", "unknown"},
}};

constexpr std::array<std::string_view, kActionCount> kActions = {"send", "retry", "review",
                                                                 "suppress", "none"};

constexpr std::array<LintText, kLintCount> kLints = {{
    {L::kTrimmed, "trimmed", "blanks, quotes or marks around the address were removed"},
    {L::kDisplayName, "display_name", "a display name before the address was removed"},
    {L::kSmtputf8, "smtputf8", "the local part is not ASCII: the server must support SMTPUTF8"},
    {L::kRagged, "ragged", "the row is longer than its header"},
    {L::kDuplicate, "duplicate", "an earlier row has the same address"},
    {L::kBadAlabel, "bad_alabel", "an xn-- label is not a valid encoding; looked up as it is"},
    {L::kIdna2008, "idna2008", "a symbol that UTS #46 allows and IDNA 2008 does not; looked up"},
    {L::kNullMxMixed, "null_mx_mixed", "a null MX beside real ones: mail servers disagree on it"},
    {L::kMxCname, "mx_cname", "an MX names a CNAME, against RFC 2181 §10.3; it works"},
    {L::kDomainCname, "domain_cname", "the domain is a CNAME; its target's MX were used"},
    {L::kMxIpLiteral, "mx_ip_literal", "an MX is an IP address written as a name"},
    {L::kMxNonpublic, "mx_nonpublic", "an exchange has addresses that are not public"},
    {L::kMxMalformed, "mx_malformed", "an MX record could not be read"},
    {L::kMxUnderscore, "mx_underscore", "an exchange has an underscore in its name"},
    {L::kMxHyphen, "mx_hyphen", "a label of an exchange begins or ends with a hyphen"},
    {L::kMxPartial, "mx_partial", "some exchanges are unusable"},
    {L::kMxLongList, "mx_long_list", "many exchanges of different providers"},
    {L::kV6Only, "v6_only", "only IPv6 addresses: many senders have no route"},
    {L::kNxdomainMismatch, "nxdomain_mismatch", "NXDOMAIN for MX, but the name exists"},
    {L::kResolverDisagree, "resolver_disagree", "resolvers disagree; the positive answer was used"},
    {L::kTtlOdd, "ttl_odd", "a TTL under a minute or over a week"},
    {L::kNullMxSender, "null_mx_sender", "null MX beside SPF: it may send mail and accepts none"},
    {L::kImplicitMx, "implicit_mx", "no MX: the domain's own address was probed"},
    {L::kBackupDead, "backup_dead", "one exchange answers, another is dead on all its addresses"},
    {L::kEaiUnsupported, "eai_unsupported",
     "the server does not offer SMTPUTF8: no non-ASCII local parts"},
}};
// clang-format on

// Each enumerator has one row, in the order of the enum.
template <class Row, size_t kSize, class Enum>
constexpr bool is_in_order(const std::array<Row, kSize>& rows, Enum Row::* member) {
  for (size_t i = 0; i < kSize; ++i) {
    if (static_cast<size_t>(rows[i].*member) != i || rows[i].name.empty()) return false;
  }
  return true;
}
static_assert(is_in_order(kOutcomes, &Outcome::reason));
static_assert(is_in_order(kVerdicts, &VerdictText::verdict));
static_assert(is_in_order(kLints, &LintText::lint));

}  // namespace

std::span<const Outcome, kReasonCount> outcome_table() {
  return kOutcomes;
}

std::span<const VerdictText, kVerdictCount> verdict_table() {
  return kVerdicts;
}

std::span<const LintText, kLintCount> lint_table() {
  return kLints;
}

std::vector<std::string_view> lint_names(LintSet lints) {
  std::vector<std::string_view> names;
  if (lints.empty()) return names;
  for (const LintText& lint : kLints) {
    if (lints.has(lint.lint)) names.push_back(lint.name);
  }
  return names;
}

LintSet lints_of_row(LintSet of_domain, LintSet of_row) {
  LintSet lints = of_domain;
  if (!of_row.has(Lint::kSmtputf8)) lints.remove(Lint::kEaiUnsupported);
  lints.add(of_row);
  return lints;
}

Verdict verdict_of(Reason reason) {
  return outcome_of(reason).verdict;
}

Action action_of(Reason reason, LintSet lints, bool has_suggestion) {
  const Action action = outcome_of(reason).action;
  if (action == Action::kNone) return action;
  return has_suggestion || lints.has(Lint::kNullMxMixed) ? Action::kReview : action;
}

std::string_view name_of(Verdict verdict) {
  return kVerdicts[static_cast<size_t>(verdict)].name;
}

std::string_view name_of(Reason reason) {
  return outcome_of(reason).name;
}

std::string_view name_of(Action action) {
  return kActions[static_cast<size_t>(action)];
}

std::string_view name_of(Lint lint) {
  return kLints[static_cast<size_t>(lint)].name;
}

bool verdict_from_name(std::string_view name, Verdict& verdict) {
  for (const VerdictText& candidate : kVerdicts) {
    if (candidate.name != name) continue;
    verdict = candidate.verdict;
    return true;
  }
  return false;
}

void DnsLatencies::add(uint32_t ms) {
  size_t at = 0;
  while (at < kBoundsMs.size() && ms > kBoundsMs[at]) ++at;
  ++domains[at];
  sum_ms += ms;
}

uint64_t Summary::rows_with(Verdict verdict) const {
  uint64_t sum = 0;
  for (const Outcome& outcome : kOutcomes) {
    if (outcome.verdict == verdict) sum += rows_by_reason[static_cast<size_t>(outcome.reason)];
  }
  return sum;
}

double Summary::unknown_share() const {
  return rows == 0 ? 0.0
                   : static_cast<double>(rows_with(Verdict::kUnknown)) / static_cast<double>(rows);
}

double Summary::invalid_share() const {
  const uint64_t empty = rows_by_reason[static_cast<size_t>(Reason::kEmpty)];
  if (rows == empty) return 0.0;
  return static_cast<double>(rows_with(Verdict::kInvalid) - empty) /
         static_cast<double>(rows - empty);
}

}  // namespace mxbulk
