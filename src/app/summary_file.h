// The run's summary as a file, where one is wanted (`--summary-json`). Threads: pure but for the
// file.
#pragma once

#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"

namespace mxbulk::app {

// Writes the summary of a run that went well and gives it back. Errors: the run's own; kInternal
// where the file cannot be written.
Result<Summary> keep_summary(Result<Summary> summary, const OutputOptions& options);

}  // namespace mxbulk::app
