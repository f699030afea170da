// The end of a run's files: they take their names together or not at all.
//
// Threads: one. Ownership: borrows the files for the call.
#pragma once

#include <span>

#include "mxbulk/status.h"
#include "output/output_file.h"

namespace mxbulk::output {

// Prepares each file, then gives them their names, in this order; a crash in between leaves the
// later ones with their old contents. If a name cannot be taken, those that were taken are given
// back: each name stands for what it stood for before. From the first name on the process finishes
// its run (claim_finish()). Errors: those of the files.
[[nodiscard]] Status commit_all(std::span<OutputFile* const> files);

}  // namespace mxbulk::output
