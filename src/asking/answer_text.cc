#include "asking/answer_text.h"

#include "base/limits.h"

namespace mxbulk::asking {
namespace {

std::string status_text(const dns::Answer& answer) {
  if (answer.truncated) return "truncated: asking again over TCP";
  if (answer.status == LookupStatus::kCnameChain) {
    return "more than " + std::to_string(limits::kCnameLinksMax) + " CNAMEs, one after another";
  }
  if (answer.status == LookupStatus::kCnameLoop) return "a loop of CNAMEs";
  const bool rcode_says_it = answer.rcode != 0 && answer.status != LookupStatus::kFiltered;
  return rcode_says_it ? rcode_name(answer.rcode) : std::string(name_of(answer.status));
}

}  // namespace

std::string text_of(const dns::Answer& answer) {
  std::string text = status_text(answer);
  if (answer.truncated || is_temporary(answer.status)) return text;
  text += ", TTL " + std::to_string(answer.ttl_s);
  std::string separator = ": ";
  const auto add = [&](const std::string& record) {
    text += separator + record;
    separator = ", ";
  };
  for (size_t i = 0; i < answer.mx_count; ++i) {
    add(std::to_string(answer.mx[i].preference) + " " + to_text(answer.mx[i].exchange));
  }
  for (size_t i = 0; i < answer.address_count; ++i) add(answer.addresses[i].text());
  if (answer.via_cname) text += " (by CNAME)";
  if (answer.chase) text += "; the target " + to_text(answer.chase->view()) + " is asked for";
  return text;
}

}  // namespace mxbulk::asking
