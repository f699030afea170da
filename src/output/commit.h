// Gives all output files of a run their names: all of them, or none.
//
// Threads: one thread. Ownership: borrows the files during the call.
#pragma once

#include <functional>
#include <span>

#include "mxbulk/status.h"
#include "output/output_file.h"

namespace mxbulk::output {

// Prepares each file, then gives them their names, in this order; a crash in between leaves the
// later ones with their old contents. If a name cannot be taken, those taken before are given back:
// each name refers to its old file again. From the first name on, a signal no longer ends the run
// (claim_finish()). Errors: those of the files.
//
// `last_step` is done after all have their names, and before the old files are gone; may be empty.
// If it fails, the names are given back too.
[[nodiscard]] Status commit_all(std::span<OutputFile* const> files,
                                const std::function<Status()>& last_step = {});

}  // namespace mxbulk::output
