// Who dials for a run: sockets, or the mail servers of the built-in world, which have none. The one
// place that makes a net::SmtpProber.
//
// Threads: one. Ownership: keeps nothing.
#pragma once

#include <memory>

#include "app/probe_plan.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "net/loop.h"
#include "probing/prober.h"

namespace mxbulk::app {

// Where `lab` is among the resolvers, one that opens no socket: that world's addresses are other
// people's. `plan` is that of `options`; `loop` must outlive the prober. Requires: the depth is not
// kOff. Errors: kInput where the built-in world cannot be read.
[[nodiscard]] Result<std::unique_ptr<probing::DrivenProber>> make_prober(const Options& options,
                                                                         const ProbePlan& plan,
                                                                         net::Loop& loop);

}  // namespace mxbulk::app
