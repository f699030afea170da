// The summary of a run as JSON, for programs. Threads: pure functions.
#pragma once

#include <string>

#include "mxbulk/summary.h"

namespace mxbulk::output {

// One JSON object and LF. Members: version, exit_code, error, started, ended (UTC), settings,
// inputs, outputs, counts of rows, by verdict and by reason (zeros too), domains, seconds, DNS,
// probes. docs/json.md lists them.
[[nodiscard]] std::string summary_json(const Summary& summary);

}  // namespace mxbulk::output
