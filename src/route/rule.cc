#include "route/rule.h"

namespace mxbulk::route {

std::string_view text_of(Rule rule) {
  switch (rule) {
    case Rule::kSpecialUse: return "a special-use name is never looked up (RFC 6761 §5)";
    case Rule::kAskMx: return "MX records come first (RFC 5321 §5.1)";
    case Rule::kMxFailed:
      return "the MX lookup failed: nothing is known, and A is not used instead (RFC 5321 §5.1)";
    case Rule::kCnameChain:
      return "the domain leads to more than 8 CNAMEs, one after another: the chain is not followed "
             "to its end (RFC 1034 §3.6.2)";
    case Rule::kNxdomainToConfirm:
      return "NXDOMAIN is accepted only if an A query confirms it (RFC 8020 §2)";
    case Rule::kNxdomainConfirmed:
      return "NXDOMAIN, confirmed by A: the domain does not exist (RFC 1035 §4.1.1)";
    case Rule::kNxdomainNotConfirmed:
      return "the A query found the name: NXDOMAIN for MX was wrong, MX is asked for again";
    case Rule::kNxdomainForType:
      return "NXDOMAIN for MX again, of a name that exists: it has no MX, the address counts";
    case Rule::kNxdomainConfirmFailed: return "the confirming A query failed: nothing is known";
    case Rule::kNoMx:
      return "no MX: the domain's own addresses are its implicit MX (RFC 5321 §5.1)";
    case Rule::kNullMx:
      return "a lone \".\" of preference 0: the domain accepts no mail (RFC 7505 §3)";
    case Rule::kNullMxSends:
      return "an SPF policy beside the null MX: the domain may send mail, but accepts no replies "
             "(RFC "
             "7208 §4.5)";
    case Rule::kNullMxSendsNothing: return "no SPF policy beside the null MX";
    case Rule::kNullMxNonconforming:
      return "every exchange is \".\", but not in the form of RFC 7505 §3";
    case Rule::kAskExchanges:
      return "MX exist: the addresses of the exchanges decide, never the domain's own (RFC 5321 "
             "§5.1)";
    case Rule::kAskMoreExchanges:
      return "no exchange so far is usable: the next ones are looked up";
    case Rule::kWaitForExchanges: return "lookups of other exchanges are not finished";
    case Rule::kUsableExchange:
      return "an exchange has a public address: mail can be sent (RFC 5321 §5.1)";
    case Rule::kTemporaryExchange:
      return "no exchange is usable and a lookup of one failed: try again later (RFC 5321 §5.1)";
    case Rule::kTooManyExchanges:
      return "more exchanges than are asked for or could be read, none of those asked usable: "
             "nothing is "
             "known";
    case Rule::kDeadExchanges:
      return "no exchange has a public address, and no lookup failed (RFC 5321 §5.1)";
    case Rule::kImplicitUsable:
      return "the domain has a public address of its own: implicit MX (RFC 5321 §5.1)";
    case Rule::kImplicitTemporary:
      return "no MX, and an address lookup of the domain failed: try again later";
    case Rule::kImplicitNonpublic:
      return "no MX, and every address of the domain is non-public (RFC 6890)";
    case Rule::kWildcard:
      return "a random name beside it gets the same address (RFC 4592, or a resolver that replaces "
             "NXDOMAIN): the domain may not exist";
    case Rule::kNoWildcard: return "a random name beside it does not get this address";
    case Rule::kImplicitNone: return "no MX, no A, no AAAA: nowhere to send mail (RFC 5321 §5.1)";
  }
  return "?";
}

}  // namespace mxbulk::route
