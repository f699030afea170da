// A file that appears whole or not at all; or standard output.
//
// Threads: one writer thread. Ownership: the temporary file is removed unless it got its name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mxbulk/status.h"
#include "output/file_system.h"

namespace mxbulk::output {

class OutputFile {
 public:
  virtual ~OutputFile() = default;

  // "-" is standard output. Else a temporary file (mode 0600) beside `path`, and nothing under
  // `path` itself until commit(). Refuses a symbolic link and a folder (kUsage). `.gz` and `.zst`
  // compress. `system` outlives the file.
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path,
                                                    FileSystem& system = FileSystem::real());

  // Buffers; hands over what it has at 256 KiB or at flush(). Errors: kInternal, kPipeClosed.
  virtual Status write(std::string_view bytes) = 0;
  virtual Status flush() = 0;

  // All that can fail before the file gets its name: flush, mode, fsync, close. Nothing is written
  // after it. A second call does nothing. For standard output: flush.
  virtual Status prepare() = 0;

  // False for standard output, a device or a pipe: what is written there is there at once.
  [[nodiscard]] virtual bool has_name() const { return false; }

  // The steps of commit_all(); a file without a name of its own takes none.
  //
  // The new file stands under its name, the old one is kept. Requires: prepare() went well.
  virtual Status take_name() { return {}; }
  // The name holds after a crash too: fsync of the folder.
  virtual Status settle() { return {}; }
  // The old file stands under its name again. Does nothing if the name was not taken.
  virtual void give_name_back() {}
  // The old file is removed.
  virtual void drop_old() {}

  // commit_all() of this file alone.
  Status commit();
};

// Writes `text` to `path` in the same way, in one call.
Status write_whole_file(const std::string& path, std::string_view text,
                        FileSystem& system = FileSystem::real());

}  // namespace mxbulk::output
