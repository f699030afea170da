#include "input/address_explanation.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "input/address_cleaning.h"
#include "input/address_parser.h"
#include "input/address_survey.h"
#include "input/char_class.h"
#include "input/code_points.h"
#include "input/domain_syntax.h"
#include "input/idna.h"
#include "input/local_part.h"
#include "model/utf8.h"
#include "mxbulk/address.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string of_at_most(size_t octets, size_t max) {
  return std::to_string(octets) + " octets of at most " + std::to_string(max);
}

// The character at the front: `blank`, `"("`, `U+00A0`, `octet 0xF6`.
std::string name_at_front(std::string_view text) {
  const char c = text.front();
  if (c == ' ') return "blank";
  if (c > ' ' && c <= '~') return quoted(text.substr(0, 1));
  const CodePoint point = first_code_point(text);
  if (point.octets > 0) {
    const std::string name = code_point_name(point.value);
    return is_blank(point.value) ? "blank " + name : name;
  }
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto octet = static_cast<uint8_t>(c);
  return std::string("octet 0x") + kHex[octet >> 4U] + kHex[octet & 0xFU];
}

std::string octet_of(size_t offset, std::string_view whole) {
  return " at octet " + std::to_string(offset + 1) + " of the " + std::string(whole);
}

// --- encoding ------------------------------------------------------------------------------------

// The number of octets at the front that are clean text.
size_t clean_prefix(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t octets = utf8_sequence(text.substr(i));
    if (octets == 0 || !is_clean_text(text.substr(i, octets))) return i;
    i += octets;
  }
  return kNone;
}

std::string explain_encoding(std::string_view cell, std::string_view text) {
  const size_t at = clean_prefix(text);
  if (at == kNone) {
    const auto parts = split_address(text);
    const size_t hidden = parts ? find_invisible(parts->local) : kNone;
    if (hidden == kNone) return "it is not readable text";
    return code_point_name(first_code_point(parts->local.substr(hidden)).value) +
           octet_of(hidden, "local part") +
           ": it cannot be seen and controls only how text is shown; accepted without it";
  }
  const auto offset = static_cast<size_t>(text.data() - cell.data()) + at;
  const std::string place = octet_of(offset, "cell");
  const std::string_view rest = text.substr(at);
  if (rest.starts_with(kReplacement)) {
    return "U+FFFD" + place +
           ": it replaces a character that was lost in a conversion; read the source again with "
           "its encoding";
  }
  if (utf8_sequence(rest) == 0) {
    return name_at_front(rest) + place +
           " is not valid UTF-8 (RFC 3629); convert the list to UTF-8";
  }
  return "control character " + code_point_name(first_code_point(rest).value) + place +
         ": not allowed, not even inside quotes (RFC 5321 §4.1.2)";
}

// --- local part ----------------------------------------------------------------------------------

std::string explain_quoted_local(std::string_view local, size_t at) {
  if (at == local.size()) {
    return "the quote at octet 1 of the local part is not closed before the @ (RFC 5321 "
           "§4.1.2)";
  }
  if (at > 0 && !is_ascii(local[at])) {
    return name_at_front(local.substr(at)) + octet_of(at, "local part") +
           ": a backslash may stand only before printable ASCII (RFC 5321 §4.1.2)";
  }
  return name_at_front(local.substr(at)) + octet_of(at, "local part") +
         ": nothing may stand between the closing quote and the @ (RFC 5321 §4.1.2)";
}

std::string explain_local(std::string_view local, size_t at) {
  if (local.empty()) return "there is nothing before the @ (RFC 5321 §4.1.2)";
  if (local.front() == '"') return explain_quoted_local(local, at);
  if (local[at] == '.') {
    return "the local part has nothing but dots (RFC 5321 §4.1.2)";
  }
  const bool is_at = is_at_sign(first_code_point(local.substr(at)).value);
  const std::string hint = is_at ? "an address has one @, others are only allowed inside quotes"
                                 : "only allowed inside quotes";
  return name_at_front(local.substr(at)) + octet_of(at, "local part") + ": " + hint +
         " (RFC 5321 §4.1.2)";
}

std::string explain_dots(std::string_view local) {
  size_t at = 0;
  if (local.front() != '.') {
    at = local.find("..");
    at = at == kNone ? local.size() - 1 : at + 1;
  }
  return "dot" + octet_of(at, "local part") +
         ": a dot may stand only between two other characters (RFC 5321 §4.1.2); some providers "
         "have such mailboxes all the same";
}

// --- domain --------------------------------------------------------------------------------------

std::vector<std::string_view> labels_of(std::string_view domain) {
  std::vector<std::string_view> labels;
  size_t begin = 0;
  for (size_t i = 0; i < domain.size();) {
    const size_t dot = dot_at_front(domain.substr(i));
    if (dot > 0) {
      labels.push_back(domain.substr(begin, i - begin));
      begin = i + dot;
    }
    i += dot > 0 ? dot : 1;
  }
  labels.push_back(domain.substr(begin));
  return labels;
}

// Empty if the label has only letters, digits and hyphens and a valid length, or is not ASCII.
std::string fault_of_label(std::string_view label) {
  if (label.empty()) return "it is empty (RFC 1035 §2.3.4)";
  for (size_t i = 0; i < label.size(); ++i) {
    if (!is_ascii(label[i]) || ldh_lower(label[i]) != 0) continue;
    return name_at_front(label.substr(i)) + octet_of(i, "label") +
           ": only letters, digits and hyphens are allowed (RFC 1123 §2.1)";
  }
  if (label.front() == '-') return "it begins with a hyphen (RFC 1123 §2.1)";
  if (label.back() == '-') return "it ends with a hyphen (RFC 1123 §2.1)";
  if (is_ascii(label) && label.size() > limits::kLabelOctetsMax) {
    return "it has " + of_at_most(label.size(), limits::kLabelOctetsMax) + " (RFC 1035 §2.3.4)";
  }
  return {};
}

std::string explain_bad_domain(std::string_view domain) {
  if (domain.empty()) return "there is nothing after the @; a domain is needed, as in example.org";
  if (domain.front() == '[') {
    return quoted(domain) +
           " is no address literal (RFC 5321 §4.1.3), and a domain cannot hold brackets";
  }
  const std::vector<std::string_view> labels = labels_of(domain);
  for (size_t i = 0; i < labels.size(); ++i) {
    std::string fault = fault_of_label(labels[i]);
    if (fault.empty() && !is_ascii(labels[i])) {
      Idna idna;
      const IdnaAnswer& answer = idna.to_ascii(labels[i]);
      if (!answer.is_refused) fault = fault_of_label(answer.ascii);
      if (!fault.empty()) fault = "it is mapped to " + quoted(answer.ascii) + ", and " + fault;
    }
    if (fault.empty()) continue;
    return "label " + std::to_string(i + 1) + " of the domain, " + quoted(labels[i]) + ": " + fault;
  }
  return "label " + std::to_string(labels.size()) + " of the domain, " + quoted(labels.back()) +
         ": the last label may not be all digits (RFC 3696 §2)";
}

std::string explain_bad_idn(std::string_view domain) {
  const std::vector<std::string_view> labels = labels_of(domain);
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::string fault = idna_fault_of(labels[i]);
    if (fault.empty()) continue;
    return "label " + std::to_string(i + 1) + " of the domain, " + quoted(labels[i]) + ": " + fault;
  }
  return "the domain has no xn-- form (UTS #46)";
}

std::string explain_too_long(const std::optional<std::string_view>& local,
                             std::string_view domain) {
  if (local && local->size() > limits::kLocalPartOctetsMax) {
    return "the local part has " + of_at_most(local->size(), limits::kLocalPartOctetsMax) +
           " (RFC 5321 §4.5.3.1.1)";
  }
  DomainSyntax syntax;
  const size_t octets = syntax.check(domain).octets;
  if (octets > limits::kDomainOctetsMax) {
    return "the domain has " + of_at_most(octets, limits::kDomainOctetsMax) + " (RFC 1035 §2.3.4)";
  }
  return "the address has " +
         of_at_most((local ? local->size() + 1 : 0) + octets, limits::kAddressOctetsMax) +
         " (RFC 5321 §4.5.3.1.3)";
}

// --- the whole -----------------------------------------------------------------------------------

std::string explain_several(std::string_view text) {
  constexpr size_t kShown = 10;
  const std::vector<std::string_view> addresses = list_addresses(text, kShown + 1);
  std::string list;
  for (size_t i = 0; i < addresses.size() && i < kShown; ++i) {
    list += (i > 0 ? ", " : "") + std::string(addresses[i]);
  }
  return "more than one address: " + list + (addresses.size() > kShown ? ", …" : "") +
         "; write one to a cell";
}

std::string explain_no_at(std::string_view text) {
  if (text.find('@') != kNone) {
    return "the only @ is inside quotes; one is needed between local part and domain, as in "
           "jo@example.org (RFC 5321 §4.1.2)";
  }
  return "no @; one is needed between local part and domain, as in jo@example.org (RFC 5321 "
         "§4.1.2)";
}

// `text`: the cell, cleaned. `local`: none if it is a bare domain.
std::string explain(Reason reason, std::string_view cell, std::string_view text,
                    const std::optional<std::string_view>& local, std::string_view domain) {
  switch (reason) {
    case Reason::kEmpty:
      return text.empty() ? "it is blank" : "it says that there is no address: " + quoted(text);
    case Reason::kBadEncoding: return explain_encoding(cell, text);
    case Reason::kSeveral: return explain_several(text);
    case Reason::kNoAt: return explain_no_at(text);
    case Reason::kTooLong: return explain_too_long(local, domain);
    case Reason::kBadLocal: return explain_local(*local, check_local_part(*local).at);
    case Reason::kBadLocalDots: return explain_dots(*local);
    case Reason::kAddressLiteral:
      return quoted(domain) +
             " is an address literal: legal (RFC 5321 §4.1.3), but bulk mail is never sent to one; "
             "a "
             "domain is accepted";
    case Reason::kDotless:
      return "the domain " + quoted(domain) +
             " is a single label: at least one dot is needed, as in example.org (RFC 7085)";
    case Reason::kBadIdn: return explain_bad_idn(domain);
    case Reason::kBadDomain: return explain_bad_domain(domain);
    case Reason::kBadRow:
    case Reason::kSpecialUse:
    case Reason::kNxdomain:
    case Reason::kCnameNxdomain:
    case Reason::kNoAddress:
    case Reason::kRfc7505:
    case Reason::kNonconforming:
    case Reason::kMxUnresolvable:
    case Reason::kMxNonpublic:
    case Reason::kMxIpLiteral:
    case Reason::kMxMalformed:
    case Reason::kImplicitNonpublic:
    case Reason::kTcpTimeout:
    case Reason::kTcpUnreachable:
    case Reason::kTcpRefused:
    case Reason::kSmtp521:
    case Reason::kMx:
    case Reason::kImplicitMx:
    case Reason::kProbeSkipped:
    case Reason::kEgressBlocked:
    case Reason::kEgressIntercepted:
    case Reason::kTcp:
    case Reason::kSmtp220:
    case Reason::kEhlo:
    case Reason::kStarttls:
    case Reason::kSmtp4xx:
    case Reason::kSmtp5xx:
    case Reason::kDnsServfail:
    case Reason::kDnsRefused:
    case Reason::kDnsTimeout:
    case Reason::kDnsMalformed:
    case Reason::kDnsFiltered:
    case Reason::kDnsWildcard:
    case Reason::kMxAddrTempfail:
    case Reason::kProbeFiltered:
    case Reason::kGreetingTimeout:
    case Reason::kNotSmtp:
    case Reason::kNotAttempted: break;
  }
  return {};
}

}  // namespace

std::string explain_address(std::string_view cell) {
  AddressParser parser;
  const ParsedAddress parsed = parser.parse(cell);
  if (!parsed.invalid) return {};
  const CleanedCell cleaned = clean_cell(cell);
  const std::optional<AddressParts> parts = split_address(cleaned.text);
  if (!parts) return explain(*parsed.invalid, cell, cleaned.text, std::nullopt, {});
  return explain(*parsed.invalid, cell, cleaned.text, parts->local, parts->domain);
}

std::string explain_domain(std::string_view cell) {
  AddressParser parser;
  const ParsedAddress parsed = parser.parse_domain(cell);
  if (!parsed.invalid) return {};
  const std::string_view text = clean_domain(cell);
  return explain(*parsed.invalid, cell, text, std::nullopt, text);
}

}  // namespace mxbulk::input

namespace mxbulk {

Address parse_address(std::string_view cell) {
  thread_local input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse(cell);
  Address address;
  address.invalid = parsed.invalid;
  address.lints = parsed.lints;
  if (!parsed.invalid) address.local_part = parsed.local_part;
  if (!parsed.domain.empty()) address.domain = to_text(parsed.domain);
  return address;
}

std::string explain_address(std::string_view cell) {
  return input::explain_address(cell);
}

}  // namespace mxbulk
