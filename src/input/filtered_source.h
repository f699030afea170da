// A source whose bytes are converted: from another encoding, or from a JSON array.
//
// Threads: one reader thread. Ownership: owns its source and its filter.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "input/byte_source.h"

namespace mxbulk::input {

class ByteFilter {
 public:
  virtual ~ByteFilter() = default;
  // Appends the converted `in` to `out`; keeps bytes that need more input. `is_end`: nothing
  // follows. Errors: kInput, without the name of the source.
  virtual Status push(std::string_view in, bool is_end, std::string& out) = 0;
  // Octet sequences of the input that became U+FFFD so far.
  [[nodiscard]] virtual uint64_t replaced() const { return 0; }
};

class FilteredSource final : public ByteSource {
 public:
  // `front`: read from `source` already.
  FilteredSource(std::string name, std::string front, std::unique_ptr<ByteSource> source,
                 std::unique_ptr<ByteFilter> filter);

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return source_->is_stream(); }
  [[nodiscard]] uint64_t bytes_read() const override { return source_->bytes_read(); }
  [[nodiscard]] uint64_t bytes_total() const override { return source_->bytes_total(); }
  [[nodiscard]] std::string_view compression() const override { return source_->compression(); }
  [[nodiscard]] uint64_t replaced() const override {
    return filter_->replaced() + source_->replaced();
  }

 private:
  Status refill();

  std::string name_;   // in messages
  std::string chunk_;  // the bytes of the source
  size_t chunk_size_;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<ByteFilter> filter_;
  std::string pending_;  // filtered
  size_t given_ = 0;     // of those, returned by read()
  bool at_end_ = false;
};

}  // namespace mxbulk::input
