// Judges a run against the oracle. Pure.
#pragma once

#include <string>
#include <vector>

#include "sim/simulation.h"

namespace mxbulk::test {

// One line for each thing that is wrong; empty for a good run.
[[nodiscard]] std::vector<std::string> complaints(const Scenario& scenario,
                                                  const RunResult& result);

}  // namespace mxbulk::test
