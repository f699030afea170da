// The gates of --fail-if: which of them trip. Pure.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/summary.h"
#include "mxbulk/verdict.h"

namespace mxbulk::app {

// Rows or domains by what was found of them.
struct OutcomeCounts {
  uint64_t all = 0;
  std::array<uint64_t, kReasonCount> by_reason{};
  std::array<uint64_t, kActionCount> by_action{};
};

[[nodiscard]] std::vector<TrippedGate> tripped_gates(std::span<const FailGate> gates,
                                                     const OutcomeCounts& rows,
                                                     const OutcomeCounts& domains);

}  // namespace mxbulk::app
