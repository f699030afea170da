// The metrics of a run, for Prometheus' textfile collector (text format 0.0.4).
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mxbulk/summary.h"

namespace mxbulk::output {

// `last_success_s`: Unix time; 0 = never.
[[nodiscard]] std::string metrics_text(const Summary& summary, int64_t last_success_s);

// The time of the last success in the metrics of an earlier run; 0 if there is none.
[[nodiscard]] int64_t last_success_of(std::string_view metrics);

}  // namespace mxbulk::output
