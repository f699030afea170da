// The seeds that a simulation runs: those of the environment, or as many as a test run has time
// for.
#pragma once

#include <cstdint>
#include <optional>

namespace mxbulk::test {

// MXBULK_SIM_SEED: one to be replayed.
[[nodiscard]] std::optional<uint64_t> seed_wanted();
// MXBULK_SIM_SEEDS: their number, from 0 on; `by_default` if it is not set. The test fails if it is
// 0: without a seed it would pass.
[[nodiscard]] uint64_t seeds_wanted(uint64_t by_default);

}  // namespace mxbulk::test
