// Which seeds a simulation runs: those of the environment, or as many as a test run has time for.
#pragma once

#include <cstdint>
#include <optional>

namespace mxbulk::test {

// MXBULK_SIM_SEED: one to be replayed.
[[nodiscard]] std::optional<uint64_t> seed_wanted();
// MXBULK_SIM_SEEDS: so many, from 0 on; else `by_default`. A failure of the test if it is 0:
// what runs nothing would pass.
[[nodiscard]] uint64_t seeds_wanted(uint64_t by_default);

}  // namespace mxbulk::test
