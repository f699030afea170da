#include "model/lookup_outcome.h"

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
  }
  return "?";
}

}  // namespace mxbulk
