// A file that appears whole or not at all; or standard output.
//
// Threads: one writer thread. Ownership: the temporary file is removed unless commit() succeeded.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mxbulk/status.h"

namespace mxbulk::output {

class OutputFile {
 public:
  virtual ~OutputFile() = default;

  // "-" is standard output. Else a temporary file (mode 0600) beside `path`, and nothing under
  // `path` itself until commit(). Refuses a symbolic link and a folder (kUsage). `.gz` and `.zst`
  // compress.
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path);

  // Buffers; hands over what it has at 256 KiB or at flush(). Errors: kInternal, kPipeClosed.
  virtual Status write(std::string_view bytes) = 0;
  virtual Status flush() = 0;
  // fsync, rename, fsync of the folder. For standard output: flush. From the rename on the process
  // finishes its run: see claim_finish().
  virtual Status commit() = 0;
};

// Writes `text` to `path` in the same way, in one call.
Status write_whole_file(const std::string& path, std::string_view text);

}  // namespace mxbulk::output
