// Reads the file of `--probe-exclude`. Threads: reads a file, keeps nothing.
#pragma once

#include <string>

#include "mxbulk/status.h"
#include "probing/probe_exclusions.h"

namespace mxbulk::app {

// One entry a line: an IP address, a net, a host's or a domain's name (with all under it). `#`
// begins a comment; blank lines are passed over. Errors: kUsage naming file and line.
[[nodiscard]] Result<probing::ProbeExclusions> read_probe_exclusions(const std::string& path);

}  // namespace mxbulk::app
