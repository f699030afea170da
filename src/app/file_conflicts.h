// No file is destroyed: nothing that a run writes may be a file that it reads, or another one that
// it writes.
//
// Threads: pure, but for looking at the files.
#pragma once

#include <string>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::app {

struct NamedFile {
  std::string role;  // as a message calls it: `the input`, `--summary-json`
  std::string path;  // "-": standard input or output
};

// Compares files, not names: through symbolic links, hard links and redirected streams. Two outputs
// that do not exist yet are compared by their folder and name. Devices and pipes never conflict.
// Error: kUsage with both roles.
[[nodiscard]] Status check_file_conflicts(const std::vector<NamedFile>& inputs,
                                          const std::vector<NamedFile>& outputs);

}  // namespace mxbulk::app
