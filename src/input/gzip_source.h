// gzip inflated on the way (RFC 1952), all members of it. The only user of isa-l in this room.
//
// Threads: one reader thread. Memory: a fixed 32 KiB of history and one input buffer.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "input/file_source.h"

namespace mxbulk::input {

inline constexpr std::string_view kGzipMagic = "\x1F\x8B";

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<FileSource> file);
  ~GzipSource() override;

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return file_->is_stream(); }
  [[nodiscard]] std::string_view compression() const override { return "gzip"; }
  [[nodiscard]] uint64_t bytes_read() const override;
  [[nodiscard]] uint64_t bytes_total() const override { return file_->bytes_total(); }

 private:
  struct State;  // isa-l's

  Status refill();
  // At the end of a member: on to the next one. False at the end of the file.
  bool begin_member();
  [[nodiscard]] Status damaged(std::string_view what) const;

  std::unique_ptr<FileSource> file_;
  std::unique_ptr<State> state_;
  std::vector<char> packed_;
  bool at_file_end_ = false;
  bool is_member_done_ = false;
  bool has_more_output_ = false;
};

}  // namespace mxbulk::input
