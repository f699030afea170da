#include "input/address_parser.h"

#include "input/address_cleaning.h"
#include "input/char_class.h"
#include "input/domain_syntax.h"
#include "input/local_part.h"
#include "model/utf8.h"

namespace mxbulk::input {
namespace {

ParsedAddress refused(Reason reason, LintSet lints) {
  return {reason, lints, {}, {}};
}

bool is_too_long(std::string_view local, const DomainVerdict& domain) {
  return local.size() > limits::kLocalPartOctetsMax || domain.octets > limits::kDomainOctetsMax ||
         local.size() + 1 + domain.octets > limits::kAddressOctetsMax;
}

// The first reason that applies, in the order of enum Reason.
std::optional<Reason> first_reason(std::string_view local, const DomainVerdict& domain) {
  if (is_too_long(local, domain)) return Reason::kTooLong;
  switch (check_local_part(local).fault) {
    case LocalFault::kBad: return Reason::kBadLocal;
    case LocalFault::kDots: return Reason::kBadLocalDots;
    case LocalFault::kNone: break;
  }
  return domain.reason;
}

}  // namespace

AddressParser::AddressParser() : domains_(std::make_unique<DomainSyntax>()) {}
AddressParser::~AddressParser() = default;

ParsedAddress AddressParser::parse(std::string_view cell) {
  if (const size_t local_size = plain_.parse(cell); local_size > 0) {
    return {std::nullopt, {}, cell.substr(0, local_size), plain_.domain()};
  }
  return parse_cell(cell);
}

ParsedAddress AddressParser::parse_cell(std::string_view cell) {
  const CleanedCell cleaned = clean_cell(cell);
  if (cleaned.reason) return refused(*cleaned.reason, cleaned.lints);
  if (const size_t local_size = plain_.parse(cleaned.text); local_size > 0) {
    return {std::nullopt, cleaned.lints, cleaned.text.substr(0, local_size), plain_.domain()};
  }
  if (!is_clean_text(cleaned.text)) return refused(Reason::kBadEncoding, cleaned.lints);
  const std::optional<AddressParts> parts = split_address(cleaned.text);
  if (!parts) return refused(Reason::kNoAt, cleaned.lints);
  LintSet lints = cleaned.lints;
  if (parts->is_trimmed) lints.add(Lint::kTrimmed);
  if (find_invisible(parts->local) != std::string_view::npos) {
    return refused(Reason::kBadEncoding, lints);
  }

  const DomainVerdict domain = domains_->check(parts->domain);
  ParsedAddress parsed{first_reason(parts->local, domain), lints, parts->local, {}};
  if (!domain.reason) parsed.domain = domain.wire;
  parsed.lints.add(domain.lints);
  if (!parsed.invalid && !is_ascii(parts->local)) {
    parsed.lints.add(Lint::kSmtputf8);  // RFC 6531 §3.3
  }
  return parsed;
}

ParsedAddress AddressParser::parse_domain(std::string_view cell) {
  if (plain_.parse_domain(cell)) return {std::nullopt, {}, {}, plain_.domain()};
  const std::string_view text = clean_domain(cell);
  if (text.empty()) return refused(Reason::kEmpty, {});
  LintSet lints;
  if (text.size() != cell.size()) lints.add(Lint::kTrimmed);
  if (!is_clean_text(text)) return refused(Reason::kBadEncoding, lints);

  const DomainVerdict domain = domains_->check(text);
  lints.add(domain.lints);
  const bool is_too_long = domain.octets > limits::kDomainOctetsMax;
  if (is_too_long) return refused(Reason::kTooLong, lints);
  return {domain.reason, lints, {}, domain.wire};
}

}  // namespace mxbulk::input
