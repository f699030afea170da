// Is the port of mail servers open from here? Dials those of one domain that the operator named:
// for `doctor`.
//
// Threads: one; blocks for some seconds. Ownership: keeps nothing.
#pragma once

#include "app/probe_plan.h"
#include "mxbulk/doctor.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// The route of `canary` is walked as `check` does it; of the usable exchanges' public addresses at
// most limits::kCanaryDialsMax are dialled, the best preferred first, each once, as deep as
// `options` say. Requires: that is not kOff. Errors: kInternal.
[[nodiscard]] Result<PortFacts> dial_canary(const Options& options, const ProbePlan& plan,
                                            const std::string& canary);

}  // namespace mxbulk::app
