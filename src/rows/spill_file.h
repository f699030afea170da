// A file without a name, for what waits outside memory.
//
// Threads: one at a time. Ownership: owns its descriptor; its room on disk is free again when the
// process ends, however it ends.
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

  // Errors: kInternal with what failed and where.
  virtual Status write(uint64_t offset, std::string_view bytes) = 0;
  // Requires: all of it was written.
  virtual Status read(uint64_t offset, std::span<char> to) = 0;
  // Nobody reads from `begin` to `end` again.
  virtual void give_back(uint64_t begin, uint64_t end) = 0;
};

// Readable by its owner alone: it holds addresses. Errors: kInternal.
[[nodiscard]] Result<std::unique_ptr<SpillFile>> open_spill_file(const std::string& folder);

using SpillFileOpener = std::function<Result<std::unique_ptr<SpillFile>>()>;

}  // namespace mxbulk::rows
