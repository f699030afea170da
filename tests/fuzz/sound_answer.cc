#include "fuzz/sound_answer.h"

#include <algorithm>

namespace mxbulk::test {
namespace {

constexpr uint16_t kNoError = 0;
constexpr uint16_t kNxDomain = 3;
constexpr uint32_t kTtlMax = 0x7FFFFFFF;  // RFC 2181 §8

std::string complaint_about_names(const dns::Answer& answer) {
  const char* next = answer.names.data();
  for (size_t i = 0; i < answer.mx_count; ++i) {
    const NameView exchange = answer.mx[i].exchange;
    if (exchange.data() != next) return "an exchange stands outside the answer's own bytes";
    if (!is_canonical(exchange)) return "an exchange is not canonical";
    next += exchange.size();
  }
  if (next != answer.names.data() + answer.names_size) return "names_size is wrong";
  if (answer.chase && !is_canonical(answer.chase->view()))
    return "the name to chase is not canonical";
  return {};
}

// Only records of the question's type are found.
std::string complaint_about_types(const dns::Answer& answer, RecordType type) {
  if (answer.mx_count > 0 && type != RecordType::kMx) return "MX records for another question";
  if (answer.has_spf && type != RecordType::kTxt) return "SPF for another question";
  if (answer.address_count == 0) return {};
  if (type != RecordType::kA && type != RecordType::kAaaa) return "addresses for another question";
  const bool is_right = std::all_of(
      answer.addresses.begin(),
      answer.addresses.begin() + static_cast<ptrdiff_t>(answer.address_count),
      [type](const IpAddress& address) { return address.is_v4() == (type == RecordType::kA); });
  return is_right ? "" : "an address of the other family";
}

bool has_records(const dns::Answer& answer) {
  return answer.mx_count > 0 || answer.address_count > 0 || answer.has_spf;
}

bool counts_records(RecordType type) {
  return type == RecordType::kMx || type == RecordType::kA || type == RecordType::kAaaa;
}

std::string complaint_about_status(const dns::Answer& answer, RecordType type) {
  const bool speaks_of_name = answer.rcode == kNoError || answer.rcode == kNxDomain;
  switch (answer.status) {
    case LookupStatus::kFound:
      if (!speaks_of_name) return "found, in spite of its rcode";
      if (counts_records(type) && !has_records(answer)) return "found, but no record";
      return {};
    case LookupStatus::kNoData:
      if (answer.rcode != kNoError) return "no data, in spite of its rcode";
      return has_records(answer) ? "no data, but records" : "";
    case LookupStatus::kNxDomain:
      if (answer.rcode != kNxDomain) return "NXDOMAIN, in spite of its rcode";
      return has_records(answer) ? "NXDOMAIN, but records" : "";
    case LookupStatus::kServfail: return answer.rcode == 2 ? "" : "SERVFAIL by another rcode";
    case LookupStatus::kCnameLoop:
    case LookupStatus::kCnameChain:
      return answer.cname_links == limits::kCnameLinksMax ? "" : "a loop of too few links";
    case LookupStatus::kRefused:
      if (answer.rcode == kNoError) return has_records(answer) ? "a referral with records" : "";
      return speaks_of_name ? "refused by NXDOMAIN" : "";
    case LookupStatus::kMalformed:
    case LookupStatus::kFiltered: return {};
    case LookupStatus::kTimeout: return "a message is no timeout";
  }
  return "no status at all";
}

bool is_same_list(const dns::Answer& a, const dns::Answer& b) {
  const auto same_mx = [](const dns::MxData& x, const dns::MxData& y) {
    return x.preference == y.preference && x.exchange == y.exchange;
  };
  return a.mx_count == b.mx_count && a.address_count == b.address_count &&
         std::equal(a.mx.begin(), a.mx.begin() + static_cast<ptrdiff_t>(a.mx_count), b.mx.begin(),
                    same_mx) &&
         std::equal(a.addresses.begin(),
                    a.addresses.begin() + static_cast<ptrdiff_t>(a.address_count),
                    b.addresses.begin());
}

}  // namespace

bool is_canonical(NameView name) {
  if (name.size() > limits::kNameWireOctetsMax) return false;
  size_t at = 0;
  while (at < name.size()) {
    const auto length = static_cast<uint8_t>(name[at]);
    if (length == 0) return at + 1 == name.size();
    if (length > limits::kLabelOctetsMax) return false;
    for (const char c : name.substr(at + 1, length)) {
      if (c >= 'A' && c <= 'Z') return false;
    }
    at += 1U + length;
  }
  return false;
}

std::string complaint_about(const dns::Answer& answer, RecordType type) {
  if (answer.mx_count > answer.mx.size()) return "too many MX records";
  if (answer.address_count > answer.addresses.size()) return "too many addresses";
  if (answer.names_size > answer.names.size()) return "too many octets of names";
  if (answer.cname_links > limits::kCnameLinksMax) return "too many links";
  if (answer.via_cname != (answer.cname_links > 0)) return "via_cname without a link";
  if (answer.ttl_s > kTtlMax) return "a TTL beyond its range";
  if (answer.chase && (answer.status != LookupStatus::kNoData || !answer.via_cname)) {
    return "a name to chase behind an answer that is complete";
  }
  if (answer.truncated && (has_records(answer) || !is_temporary(answer.status))) {
    return "a truncated answer is believed";
  }
  for (const std::string& wrong :
       {complaint_about_names(answer), complaint_about_types(answer, type),
        complaint_about_status(answer, type)}) {
    if (!wrong.empty()) return wrong;
  }
  return {};
}

bool is_same(const dns::Answer& a, const dns::Answer& b) {
  const auto chased = [](const dns::Answer& answer) {
    return answer.chase ? answer.chase->text() : std::string();
  };
  return a.status == b.status && a.rcode == b.rcode && a.truncated == b.truncated &&
         a.has_edns == b.has_edns && a.malformed_record == b.malformed_record && a.cut == b.cut &&
         a.has_spf == b.has_spf && a.ttl_s == b.ttl_s && a.cname_links == b.cname_links &&
         chased(a) == chased(b) && is_same_list(a, b);
}

}  // namespace mxbulk::test
