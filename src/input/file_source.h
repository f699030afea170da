// The bytes of a file or a pipe, as they are stored.
//
// Threads: one reader thread. Ownership: shares its descriptor with blocks that read the file
// again.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "input/byte_source.h"

namespace mxbulk::input {

// A descriptor; standard input is never closed.
class OpenFile final : public PlainFile {
 public:
  // `begin`: the offset at which it was opened; a part of standard input may be read already.
  OpenFile(std::string name, int descriptor, uint64_t begin)
      : name_(std::move(name)), descriptor_(descriptor), begin_(begin) {}
  ~OpenFile() override;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Result<bool> read_at(uint64_t offset, std::span<char> to) const override;
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  std::string name_;
  int descriptor_;
  uint64_t begin_;
};

class FileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<FileSource>> open(const std::string& path, const StopSignal& stop);
  FileSource(std::shared_ptr<const OpenFile> file, bool is_stream, uint64_t bytes_total,
             const StopSignal& stop);

  // The first bytes: as many as `may_be` accepts, and at most `octets_max`. read() returns them
  // again. The view holds until the next read(). Requires: nothing was read yet.
  Result<std::string_view> peek(bool (*may_be)(std::string_view front), size_t octets_max);

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return is_stream_; }
  [[nodiscard]] uint64_t bytes_read() const override { return bytes_read_ - peeked_.size(); }
  [[nodiscard]] uint64_t bytes_total() const override { return bytes_total_; }
  [[nodiscard]] std::shared_ptr<const PlainFile> plain_file() const override {
    return is_stream_ ? nullptr : file_;
  }
  [[nodiscard]] const std::string& name() const { return file_->name(); }

 private:
  Result<size_t> read_descriptor(std::span<char> to);

  std::shared_ptr<const OpenFile> file_;
  bool is_stream_;
  uint64_t bytes_total_;
  const StopSignal& stop_;
  uint64_t bytes_read_ = 0;
  std::string peeked_;  // read, but not yet handed out
};

}  // namespace mxbulk::input
