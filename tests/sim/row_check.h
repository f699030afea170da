// Rows in = rows out, in order, each with the values of its domain's record. Pure.
#pragma once

#include <string>
#include <vector>

#include "sim/simulation.h"

namespace mxbulk::test {

[[nodiscard]] std::vector<std::string> row_complaints(const Scenario& scenario,
                                                      const RunResult& result);

}  // namespace mxbulk::test
