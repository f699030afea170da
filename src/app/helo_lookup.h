// Does this host's name name its addresses, and do they name it (RFC 1912 §2.1)? For `doctor`.
//
// Threads: one; blocks. Ownership: keeps nothing.
#pragma once

#include <vector>

#include "model/domain_name.h"
#include "model/endpoint.h"
#include "mxbulk/doctor.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// Errors: kInternal, where no loop can be made.
[[nodiscard]] Result<HeloFacts> look_up_helo(const std::vector<Endpoint>& resolvers,
                                             const DnsOptions& options, const DomainName& helo);

}  // namespace mxbulk::app
