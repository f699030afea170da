// Some names looked up at once, with the retries of a run: for `doctor`.
//
// Threads: one; blocks until all is answered or given up. Ownership: keeps nothing.
#pragma once

#include <vector>

#include "model/domain_name.h"
#include "model/endpoint.h"
#include "model/ip_address.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

struct NameQuestion {
  DomainName name;
  RecordType type = RecordType::kA;
};

struct NameAnswer {
  LookupStatus status = LookupStatus::kTimeout;
  std::vector<IpAddress> addresses;  // A, AAAA
  std::vector<DomainName> names;     // PTR
};

// One answer a question, in their order. Errors: kInternal, where no loop can be made.
[[nodiscard]] Result<std::vector<NameAnswer>> look_up(const std::vector<Endpoint>& resolvers,
                                                      const DnsOptions& options,
                                                      const std::vector<NameQuestion>& questions);

}  // namespace mxbulk::app
