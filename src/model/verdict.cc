#include "mxbulk/verdict.h"

#include <array>

#include "mxbulk/summary.h"

namespace mxbulk {
namespace {

// A person should look at it.
bool is_doubtful(Reason reason) {
  return reason == Reason::kSeveral || reason == Reason::kBadLocalDots ||
         reason == Reason::kMxIpLiteral || reason == Reason::kNonconforming ||
         reason == Reason::kSmtp521 || reason == Reason::kSmtp5xx || reason == Reason::kNotSmtp;
}

bool is_dead_by_probe(Reason reason) {
  return reason == Reason::kTcpTimeout || reason == Reason::kTcpUnreachable ||
         reason == Reason::kTcpRefused;
}

}  // namespace

Verdict verdict_of(Reason reason) {
  switch (reason) {
    case Reason::kBadRow:
    case Reason::kEmpty:
    case Reason::kBadEncoding:
    case Reason::kSeveral:
    case Reason::kNoAt:
    case Reason::kTooLong:
    case Reason::kBadLocal:
    case Reason::kBadLocalDots:
    case Reason::kAddressLiteral:
    case Reason::kDotless:
    case Reason::kBadIdn:
    case Reason::kBadDomain: return Verdict::kInvalid;
    case Reason::kSpecialUse:
    case Reason::kNxdomain:
    case Reason::kCnameNxdomain:
    case Reason::kNoAddress: return Verdict::kNoMx;
    case Reason::kRfc7505:
    case Reason::kNonconforming: return Verdict::kNullMx;
    case Reason::kMxUnresolvable:
    case Reason::kMxNonpublic:
    case Reason::kMxIpLiteral:
    case Reason::kMxMalformed:
    case Reason::kImplicitNonpublic:
    case Reason::kTcpTimeout:
    case Reason::kTcpUnreachable:
    case Reason::kTcpRefused:
    case Reason::kSmtp521: return Verdict::kDeadMx;
    case Reason::kMx:
    case Reason::kImplicitMx:
    case Reason::kProbeSkipped:
    case Reason::kEgressBlocked:
    case Reason::kEgressIntercepted: return Verdict::kMxOk;
    case Reason::kTcp:
    case Reason::kSmtp220:
    case Reason::kEhlo:
    case Reason::kStarttls:
    case Reason::kSmtp4xx:
    case Reason::kSmtp5xx: return Verdict::kReachable;
    case Reason::kDnsServfail:
    case Reason::kDnsRefused:
    case Reason::kDnsTimeout:
    case Reason::kDnsMalformed:
    case Reason::kDnsFiltered:
    case Reason::kMxAddrTempfail:
    case Reason::kGreetingTimeout:
    case Reason::kNotSmtp:
    case Reason::kNotAttempted: return Verdict::kUnknown;
  }
  return Verdict::kUnknown;
}

Action action_of(Reason reason, LintSet lints, bool has_suggestion) {
  if (reason == Reason::kEmpty) return Action::kNone;
  if (is_doubtful(reason) || has_suggestion || lints.has(Lint::kNullMxMixed)) return Action::kReview;
  // Hosts that were down twice in one run may be up tomorrow.
  if (is_dead_by_probe(reason)) return Action::kRetry;
  switch (verdict_of(reason)) {
    case Verdict::kInvalid:
    case Verdict::kNoMx:
    case Verdict::kNullMx:
    case Verdict::kDeadMx: return Action::kSuppress;
    case Verdict::kUnknown: return Action::kRetry;
    case Verdict::kMxOk:
    case Verdict::kReachable: return Action::kSend;
  }
  return Action::kRetry;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMxOk: return "mx_ok";
    case Verdict::kReachable: return "reachable";
    case Verdict::kNoMx: return "no_mx";
    case Verdict::kNullMx: return "null_mx";
    case Verdict::kDeadMx: return "dead_mx";
    case Verdict::kInvalid: return "invalid";
    case Verdict::kUnknown: return "unknown";
  }
  return "?";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::kBadRow: return "bad_row";
    case Reason::kEmpty: return "empty";
    case Reason::kBadEncoding: return "bad_encoding";
    case Reason::kSeveral: return "several";
    case Reason::kNoAt: return "no_at";
    case Reason::kTooLong: return "too_long";
    case Reason::kBadLocal: return "bad_local";
    case Reason::kBadLocalDots: return "bad_local";
    case Reason::kAddressLiteral: return "address_literal";
    case Reason::kDotless: return "dotless";
    case Reason::kBadIdn: return "bad_idn";
    case Reason::kBadDomain: return "bad_domain";
    case Reason::kSpecialUse: return "special_use";
    case Reason::kNxdomain: return "nxdomain";
    case Reason::kCnameNxdomain: return "cname_nxdomain";
    case Reason::kNoAddress: return "no_address";
    case Reason::kRfc7505: return "rfc7505";
    case Reason::kNonconforming: return "nonconforming";
    case Reason::kMxUnresolvable: return "mx_unresolvable";
    case Reason::kMxNonpublic: return "mx_nonpublic";
    case Reason::kMxIpLiteral: return "mx_ip_literal";
    case Reason::kMxMalformed: return "mx_malformed";
    case Reason::kImplicitNonpublic: return "implicit_nonpublic";
    case Reason::kTcpTimeout: return "tcp_timeout";
    case Reason::kTcpUnreachable: return "tcp_unreachable";
    case Reason::kTcpRefused: return "tcp_refused";
    case Reason::kSmtp521: return "smtp_521";
    case Reason::kMx: return "mx";
    case Reason::kImplicitMx: return "implicit_mx";
    case Reason::kProbeSkipped: return "probe_skipped";
    case Reason::kEgressBlocked: return "egress_blocked";
    case Reason::kEgressIntercepted: return "egress_intercepted";
    case Reason::kTcp: return "tcp";
    case Reason::kSmtp220: return "smtp_220";
    case Reason::kEhlo: return "ehlo";
    case Reason::kStarttls: return "starttls";
    case Reason::kSmtp4xx: return "smtp_4xx";
    case Reason::kSmtp5xx: return "smtp_5xx";
    case Reason::kDnsServfail: return "dns_servfail";
    case Reason::kDnsRefused: return "dns_refused";
    case Reason::kDnsTimeout: return "dns_timeout";
    case Reason::kDnsMalformed: return "dns_malformed";
    case Reason::kDnsFiltered: return "dns_filtered";
    case Reason::kMxAddrTempfail: return "mx_addr_tempfail";
    case Reason::kGreetingTimeout: return "greeting_timeout";
    case Reason::kNotSmtp: return "not_smtp";
    case Reason::kNotAttempted: return "not_attempted";
  }
  return "?";
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::kSend: return "send";
    case Action::kRetry: return "retry";
    case Action::kReview: return "review";
    case Action::kSuppress: return "suppress";
    case Action::kNone: return "none";
  }
  return "?";
}

std::string_view name_of(Lint lint) {
  switch (lint) {
    case Lint::kTrimmed: return "trimmed";
    case Lint::kDisplayName: return "display_name";
    case Lint::kSmtputf8: return "smtputf8";
    case Lint::kRagged: return "ragged";
    case Lint::kDuplicate: return "duplicate";
    case Lint::kBadAlabel: return "bad_alabel";
    case Lint::kIdna2008: return "idna2008";
    case Lint::kNullMxMixed: return "null_mx_mixed";
    case Lint::kMxCname: return "mx_cname";
    case Lint::kDomainCname: return "domain_cname";
    case Lint::kMxIpLiteral: return "mx_ip_literal";
    case Lint::kMxNonpublic: return "mx_nonpublic";
    case Lint::kMxMalformed: return "mx_malformed";
    case Lint::kMxUnderscore: return "mx_underscore";
    case Lint::kMxPartial: return "mx_partial";
    case Lint::kMxLongList: return "mx_long_list";
    case Lint::kV6Only: return "v6_only";
    case Lint::kNxdomainMismatch: return "nxdomain_mismatch";
    case Lint::kResolverDisagree: return "resolver_disagree";
    case Lint::kTtlOdd: return "ttl_odd";
    case Lint::kNullMxSender: return "null_mx_sender";
    case Lint::kImplicitMx: return "implicit_mx";
    case Lint::kBackupDead: return "backup_dead";
    case Lint::kEaiUnsupported: return "eai_unsupported";
  }
  return "?";
}

bool verdict_from_name(std::string_view name, Verdict& verdict) {
  for (size_t index = 0; index < kVerdictCount; ++index) {
    const auto candidate = static_cast<Verdict>(index);
    if (name_of(candidate) != name) continue;
    verdict = candidate;
    return true;
  }
  return false;
}

uint64_t Summary::rows_with(Verdict verdict) const {
  uint64_t sum = 0;
  for (size_t index = 0; index < kReasonCount; ++index) {
    if (verdict_of(static_cast<Reason>(index)) == verdict) sum += rows_by_reason[index];
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
