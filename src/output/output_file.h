// An output file that appears complete or not at all; or standard output.
//
// Threads: one writer thread. Ownership: owns the temporary file, and removes it unless it got its
// name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mxbulk/status.h"
#include "output/file_system.h"

namespace mxbulk::output {

class OutputFile {
 public:
  virtual ~OutputFile() = default;

  // Who may read a file that did not exist before. One that did keeps its permissions.
  enum class Readers : uint8_t { kByUmask, kOwner };

  // "-" is standard output. Other paths: writes to a temporary file (mode 0600) in the same folder;
  // `path` itself does not change until commit(). Refuses a symbolic link and a folder (kUsage).
  // `.gz` and `.zst` compress. `system` outlives the file.
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path,
                                                    FileSystem& system = FileSystem::real(),
                                                    Readers readers = Readers::kByUmask);

  // Buffers; writes at 256 KiB or at flush(). Errors: kInternal, kPipeClosed.
  virtual Status write(std::string_view bytes) = 0;
  virtual Status flush() = 0;

  // Does all that can fail before the file gets its name: flush, mode, fsync, close. No write()
  // follows. A second call does nothing. Standard output is only flushed.
  virtual Status prepare() = 0;

  // False for standard output, a device or a pipe: bytes cannot be taken back there.
  [[nodiscard]] virtual bool has_name() const { return false; }

  // The steps of commit_all(). They do nothing for standard output, a device or a pipe.
  //
  // Gives the new file its name, and keeps the old one under another. Requires: prepare()
  // succeeded.
  virtual Status take_name() { return {}; }
  // Syncs the folder, so that the name survives a crash.
  virtual Status settle() { return {}; }
  // Gives the old file its name again. Does nothing if the name was not taken.
  virtual void give_name_back() {}
  // Removes the old file.
  virtual void drop_old() {}

  // commit_all() for this file alone.
  Status commit();
};

// Writes `text` to `path` in the same way, and commits it.
Status write_whole_file(const std::string& path, std::string_view text,
                        FileSystem& system = FileSystem::real());

}  // namespace mxbulk::output
