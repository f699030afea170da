// What `doctor` measures of this host as a prober: the DNS records of its name, and connections to
// port 25.
//
// Threads: one; each blocks for some seconds. Ownership: keeps nothing.
#pragma once

#include <string>
#include <vector>

#include "app/probe_plan.h"
#include "model/domain_name.h"
#include "model/endpoint.h"
#include "mxbulk/doctor.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// The addresses of `helo` by forward DNS, and the names of these by reverse DNS (RFC 1912 §2.1).
// Errors: kInternal if the system refuses a loop.
[[nodiscard]] Result<HeloFacts> look_up_helo(const std::vector<Endpoint>& resolvers,
                                             const DnsOptions& options, const DomainName& helo);

// Finds the mail servers of `canary` as `check` does. Of the public addresses of usable exchanges
// at most limits::kCanaryDialsMax are dialled, the best preferred first, each once, as deep as
// `options` say. Requires: that is not kOff. Errors: kInternal.
[[nodiscard]] Result<PortFacts> dial_canary(const Options& options, const ProbePlan& plan,
                                            const std::string& canary);

}  // namespace mxbulk::app
