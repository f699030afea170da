// A file whose bytes can be read again, so that they need not be kept in memory.
//
// Threads: any; a read changes no state. Ownership: shared by all readers; the last one closes it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "mxbulk/status.h"

namespace mxbulk {

class PlainFile {
 public:
  virtual ~PlainFile() = default;
  // Fills `to` with the bytes from `offset` on. False if the file has become shorter. Errors:
  // kInput.
  [[nodiscard]] virtual Result<bool> read_at(uint64_t offset, std::span<char> to) const = 0;
  [[nodiscard]] virtual const std::string& name() const = 0;  // in messages
};

}  // namespace mxbulk
