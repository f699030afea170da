#include "input/domain_syntax.h"

#include "input/char_class.h"
#include "model/ip_address.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kIpv6Tag = "IPv6:";

bool is_all_digits(std::string_view label) {
  for (char c : label) {
    if (!is_digit(c)) return false;
  }
  return true;
}

// RFC 1123 §2.1, RFC 1035 §2.3.4.
bool is_ldh_label(std::string_view label) {
  if (label.empty() || label.size() > limits::kLabelOctetsMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (char c : label) {
    if (ldh_lower(c) == 0) return false;
  }
  return true;
}

bool has_alabel(std::string_view domain) {
  while (!has_alabel_prefix(domain)) {
    const size_t dot = domain.find('.');
    if (dot == kNone) return false;
    domain.remove_prefix(dot + 1);
  }
  return true;
}

// RFC 5321 §4.1.3.
bool is_address_literal(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  text = text.substr(1, text.size() - 2);
  if (equal_fold(text.substr(0, kIpv6Tag.size()), kIpv6Tag)) {
    const auto address = IpAddress::from_text(text.substr(kIpv6Tag.size()));
    return address && !address->is_v4();
  }
  const size_t colon = text.find(':');
  if (colon == kNone) {
    const auto address = IpAddress::from_text(text);
    return address && address->is_v4();
  }
  if (!is_ldh_label(text.substr(0, colon)) || colon + 1 == text.size()) return false;
  for (char c : text.substr(colon + 1)) {
    const bool is_dcontent = c > ' ' && c <= '~' && c != '[' && c != '\\' && c != ']';
    if (!is_dcontent) return false;
  }
  return true;
}

struct LabelSurvey {
  size_t labels = 0;
  bool all_ldh = true;
  bool last_is_digits = false;
  bool has_odd_octet = false;  // outside letters, digits, hyphen, underscore
};

LabelSurvey survey_labels(std::string_view text) {
  LabelSurvey survey;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    ++survey.labels;
    survey.all_ldh &= is_ldh_label(label);
    survey.last_is_digits = is_all_digits(label);
    for (char c : label) survey.has_odd_octet |= ldh_lower(c) == 0 && c != '_';
    if (dot == kNone) return survey;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

DomainVerdict DomainSyntax::check(std::string_view text) {
  if (text.starts_with('[')) {
    const bool is_literal = is_address_literal(text);
    return {is_literal ? Reason::kAddressLiteral : Reason::kBadDomain, {}, text.size(), {}};
  }
  if (!is_ascii(text)) return check_unicode(text);
  const bool has_trailing_dot = text.ends_with('.');
  if (has_trailing_dot) text.remove_suffix(1);
  DomainVerdict verdict = check_ascii(text, has_trailing_dot);
  if (!verdict.reason && has_alabel(text)) {
    verdict.lints = idna_.to_ascii(text).lints;
  }
  return verdict;
}

DomainVerdict DomainSyntax::check_unicode(std::string_view text) {
  if (text.size() > limits::kIdnaOctetsMax) return {Reason::kTooLong, {}, text.size(), {}};
  const IdnaAnswer& answer = idna_.to_ascii(text);
  if (answer.is_refused) {
    const bool is_single = answer.label_count == 1;
    return {is_single ? Reason::kDotless : Reason::kBadIdn, {}, answer.ascii.size(), {}};
  }
  DomainVerdict verdict = check_ascii(answer.ascii, answer.has_trailing_dot);
  if (!verdict.reason && answer.has_non_ldh) verdict.reason = Reason::kBadDomain;
  if (!verdict.reason) verdict.lints = answer.lints;
  return verdict;
}

// Precedence as in enum Reason, with special_use just before dotless: a name under `localhost` is
// special-use even if it is otherwise ill-formed.
DomainVerdict DomainSyntax::check_ascii(std::string_view text, bool has_trailing_dot) {
  DomainVerdict verdict;
  verdict.octets = text.size();
  if (text.size() > limits::kDomainOctetsMax) {
    verdict.reason = Reason::kTooLong;
    return verdict;
  }
  if (text.empty()) {
    verdict.reason = Reason::kBadDomain;
    return verdict;
  }
  const LabelSurvey survey = survey_labels(text);
  const auto name = survey.has_odd_octet ? std::nullopt : DomainName::from_text(text);
  const bool is_special = name && is_special_use(name->view());
  const bool is_good = survey.all_ldh && !survey.last_is_digits && !has_trailing_dot;
  if (!is_special && survey.labels == 1) {
    verdict.reason = Reason::kDotless;  // RFC 7085
  } else if (!is_special && !is_good) {
    verdict.reason = Reason::kBadDomain;
  } else {
    name->view().copy(wire_.data(), wire_.size());
    verdict.wire = NameView(wire_.data(), name->view().size());
  }
  return verdict;
}

}  // namespace mxbulk::input
