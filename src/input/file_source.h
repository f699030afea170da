// The bytes of a file or a pipe as they are.
//
// Threads: one reader thread. Ownership: owns its descriptor, but never closes standard input.
#pragma once

#include <initializer_list>
#include <string_view>

#include "input/byte_source.h"

namespace mxbulk::input {

class FileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<FileSource>> open(const std::string& path, const StopSignal& stop);
  FileSource(std::string name, int descriptor, bool is_stream, uint64_t bytes_total,
             const StopSignal& stop);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  // The first bytes, as many as are needed to tell whether one of `magics` is there; read() gives
  // them again. The view holds until the next read().
  // Requires: nothing was read yet; magics of at most 4 octets.
  Result<std::string_view> peek(std::initializer_list<std::string_view> magics);

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return is_stream_; }
  [[nodiscard]] uint64_t bytes_read() const override { return bytes_read_ - peeked_.size(); }
  [[nodiscard]] uint64_t bytes_total() const override { return bytes_total_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Result<size_t> read_descriptor(std::span<char> to);

  std::string name_;
  int descriptor_;
  bool is_stream_;
  uint64_t bytes_total_;
  const StopSignal& stop_;
  uint64_t bytes_read_ = 0;
  std::string peeked_;  // read, but not yet handed out
};

}  // namespace mxbulk::input
