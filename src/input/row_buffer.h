// The unread bytes of one source, contiguous, so that whole rows can be cut off their front.
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
  // `block_bytes`: how much a file is read at a time.
  RowBuffer(std::unique_ptr<ByteSource> source, size_t block_bytes);

  // Reads until `goal` bytes are there or the input ends; from a stream, at least once, and then
  // only while something is ready.
  Status fill(size_t goal);

  // The octet after them can be read, though it means nothing.
  [[nodiscard]] std::string_view bytes() const { return {store_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool at_end() const { return at_end_; }
  // Of the first of bytes(), in what the source gives.
  [[nodiscard]] uint64_t offset() const { return bytes_read_ - (end_ - begin_); }
  // Throws the first `size` bytes away.
  void drop(size_t size) { begin_ += size; }
  // Hands the source over, with the bytes that were read from it and not yet used. The buffer is of
  // no use after it.
  struct Released {
    std::string front;
    std::unique_ptr<ByteSource> source;
  };
  Released release();
  // Hands the first `size` bytes over, without a copy where they are most of the store.
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
