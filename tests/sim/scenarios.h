// Hand-written scenarios, and the expected result of a run without faults.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/simulation.h"

namespace mxbulk::test {

inline constexpr int64_t kForeverUs = int64_t{1} << 60;
inline constexpr int64_t kSecondUs = 1'000'000;

// A random world without faults.
[[nodiscard]] Scenario scenario_with(size_t resolvers, size_t domains = 300, uint64_t seed = 11);
// Domains of one exchange each, and one good resolver.
[[nodiscard]] Scenario healthy_scenario(size_t domains);

void make_bad(Scenario& scenario, size_t resolver, FaultPeriod::Kind kind, int64_t from_us = 0,
              int64_t to_us = kForeverUs);

// Runs it: verdict and reason of every domain are the same as without faults.
void expect_undisturbed(const Scenario& scenario);

}  // namespace mxbulk::test
