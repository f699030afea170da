// Gives all output files of a run their names: all of them, or none.
//
// Threads: one thread. Ownership: borrows the files during the call.
#pragma once

#include <span>

#include "mxbulk/status.h"
#include "output/output_file.h"

namespace mxbulk::output {

// Prepares each file, then gives them their names, in this order; a crash in between leaves the
// later ones with their old contents. If a name cannot be taken, those taken before are given back:
// each name refers to its old file again. From the first name on, a signal no longer ends the run
// (claim_finish()). Errors: those of the files.
[[nodiscard]] Status commit_all(std::span<OutputFile* const> files);

}  // namespace mxbulk::output
