// Refuses to overwrite: a file that a run writes may not be one that it reads, nor another one that
// it writes.
//
// Threads: any. Reads the status of the files, changes nothing.
#pragma once

#include <string>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::app {

struct NamedFile {
  std::string role;  // for messages: `the input`, `--summary-json`
  std::string path;  // "-": standard input or output
};

// Compares files, not names: through symbolic links, hard links and redirected streams. Two outputs
// that do not exist yet are compared by their folder and name. Devices and pipes never conflict.
// Error: kUsage with both roles.
[[nodiscard]] Status check_file_conflicts(const std::vector<NamedFile>& inputs,
                                          const std::vector<NamedFile>& outputs);

}  // namespace mxbulk::app
