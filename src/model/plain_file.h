// A file whose bytes can be read again, so that nobody has to keep them.
//
// Threads: any; reading moves nothing. Ownership: shared by all that may read; the last closes it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "mxbulk/status.h"

namespace mxbulk {

class PlainFile {
 public:
  virtual ~PlainFile() = default;
  // Fills `to` from `offset` on; false if the file has become shorter. Errors: kInput.
  [[nodiscard]] virtual Result<bool> read_at(uint64_t offset, std::span<char> to) const = 0;
  [[nodiscard]] virtual const std::string& name() const = 0;  // in messages
};

}  // namespace mxbulk
