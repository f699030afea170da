// What `doctor` found about this host as one that dials mail servers. Threads: pure functions.
#pragma once

#include <vector>

#include "mxbulk/doctor.h"

namespace mxbulk::app {

// Behind the findings about the resolvers. Nothing here is a failure: without probes a run needs
// none of it.
[[nodiscard]] std::vector<Finding> judge_probing(const HeloFacts& helo, const PortFacts& port);

}  // namespace mxbulk::app
