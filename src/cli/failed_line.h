// A command line that cannot be understood ends with code 2 before there is a run. If it names a
// summary, that of an earlier run must not be left for this one's.
//
// Threads: main thread only.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

// Writes a summary with the error, if the line or the environment says where. The line is in doubt,
// so that a file is replaced only if it is a summary, and no other argument names it. An error of
// this is not told.
void write_failed_summary(const std::vector<std::string>& arguments,
                          const Environment& environment, const Status& status);

}  // namespace mxbulk::cli
