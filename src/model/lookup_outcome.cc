#include "model/lookup_outcome.h"

#include <array>

namespace mxbulk {

std::string_view name_of(LookupStatus status) {
  switch (status) {
    case LookupStatus::kFound: return "NOERROR";
    case LookupStatus::kNoData: return "NODATA";
    case LookupStatus::kNxDomain: return "NXDOMAIN";
    case LookupStatus::kServfail: return "SERVFAIL";
    case LookupStatus::kRefused: return "REFUSED";
    case LookupStatus::kTimeout: return "TIMEOUT";
    case LookupStatus::kMalformed: return "MALFORMED";
    case LookupStatus::kFiltered: return "FILTERED";
    case LookupStatus::kCnameLoop: return "CNAME-LOOP";
    case LookupStatus::kCnameChain: return "CNAME-CHAIN";
  }
  return "?";
}

std::string rcode_name(uint16_t rcode) {
  constexpr std::array<std::string_view, 6> kNames = {"NOERROR",  "FORMERR", "SERVFAIL",
                                                      "NXDOMAIN", "NOTIMP",  "REFUSED"};
  if (rcode < kNames.size()) return std::string(kNames[rcode]);
  return "RCODE" + std::to_string(rcode);  // named as RFC 3597 names unknown types
}

}  // namespace mxbulk
