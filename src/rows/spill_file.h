// A temporary file without a name, for blocks that are deferred.
//
// Threads: one at a time. Ownership: owns its descriptor. Its disk space is freed when the process
// ends, even if it is killed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mxbulk/status.h"

namespace mxbulk::rows {

class SpillFile {
 public:
  virtual ~SpillFile() = default;

  // Errors: kInternal; the message says what failed, and in which folder.
  virtual Status write(uint64_t offset, std::string_view bytes) = 0;
  // Requires: all of it was written.
  virtual Status read(uint64_t offset, std::span<char> to) = 0;
  // The bytes from `begin` to `end` are not needed any more: frees their disk space.
  virtual void give_back(uint64_t begin, uint64_t end) = 0;
};

// Creates the file; only its owner can read it, since it holds addresses. Errors: kInternal.
[[nodiscard]] Result<std::unique_ptr<SpillFile>> open_spill_file(const std::string& folder);

using SpillFileOpener = std::function<Result<std::unique_ptr<SpillFile>>()>;

}  // namespace mxbulk::rows
