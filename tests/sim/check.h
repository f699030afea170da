// Compares a run with the oracle. Pure.
#pragma once

#include <string>
#include <vector>

#include "sim/simulation.h"

namespace mxbulk::test {

// One line for each fault; empty for a good run.
[[nodiscard]] std::vector<std::string> complaints(const Scenario& scenario,
                                                  const RunResult& result);

// Domains that are unknown although the world has an answer: faults may explain each of them; too
// many show an engine that gives up too soon.
struct Missed {
  size_t unknown = 0;
  size_t domains = 0;
};
// Counts only runs over good resolvers that lose at most three tenths of their answers.
[[nodiscard]] Missed missed(const Scenario& scenario, const RunResult& result);
// At most 1 %, and two.
[[nodiscard]] bool is_too_many(const Missed& missed);

}  // namespace mxbulk::test
