// Streaming compression on the way into a file: the only room for isa-l and zstd on this side.
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

  // By the extension of `path`: `.gz`, `.zst`, else none. Errors: kInternal (no memory).
  static Result<std::unique_ptr<Compressor>> for_path(std::string_view path);

  // Appends to `out` what is ready. With `last` the stream is ended; no call follows.
  virtual Status compress(std::string_view bytes, bool last, std::string& out) = 0;
};

}  // namespace mxbulk::output
