// Compresses a file while it is written. The only user of isa-l and zstd in this room.
//
// Threads: one writer thread. Ownership: owns the codec's state.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mxbulk/status.h"

namespace mxbulk::output {

class Compressor {
 public:
  virtual ~Compressor() = default;

  // By the extension of `path`, `.gz` or `.zst`; nullptr for others. Errors: kInternal (no memory).
  static Result<std::unique_ptr<Compressor>> for_path(std::string_view path);

  // Compresses `bytes`, and appends what is ready to `out`. `last`: ends the stream; no call
  // follows.
  virtual Status compress(std::string_view bytes, bool last, std::string& out) = 0;
};

}  // namespace mxbulk::output
