// The unread bytes of one source, contiguous, so that whole rows can be cut off the front.
//
// Threads: one reader thread. Ownership: owns its source; what take() gives belongs to the caller.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "input/byte_source.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

class RowBuffer {
 public:
  // `block_bytes`: read from a file in one call.
  RowBuffer(std::unique_ptr<ByteSource> source, size_t block_bytes);

  // Reads until there are `goal` bytes or the input ends. From a stream it reads at least once, and
  // then only while bytes are ready.
  Status fill(size_t goal);

  // The octet after them can be read; its value has no meaning.
  [[nodiscard]] std::string_view bytes() const { return {store_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool at_end() const { return at_end_; }
  // The offset of the first of bytes() in the source.
  [[nodiscard]] uint64_t offset() const { return bytes_read_ - (end_ - begin_); }
  // Drops the first `size` bytes.
  void drop(size_t size) { begin_ += size; }
  // Returns the source, with the bytes that were read from it and not used. The buffer must not be
  // used afterwards.
  struct Released {
    std::string front;
    std::unique_ptr<ByteSource> source;
  };
  Released release();
  // Returns the first `size` bytes; without a copy if they are most of the store.
  std::string take(size_t size);

  [[nodiscard]] const ByteSource& source() const { return *source_; }

 private:
  void make_room(size_t size);

  std::unique_ptr<ByteSource> source_;
  size_t block_bytes_;
  std::string store_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t bytes_read_ = 0;  // from the source
  bool at_end_ = false;
};

}  // namespace mxbulk::input
