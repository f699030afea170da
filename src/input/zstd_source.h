// zstd inflated on the way (RFC 8878), all frames of it. The only user of libzstd in this room.
//
// Threads: one reader thread. Memory: the frame's window, at most limits::kZstdWindowLogMax.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "input/file_source.h"

namespace mxbulk::input {

inline constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<FileSource> file);
  ~ZstdSource() override;

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return file_->is_stream(); }
  [[nodiscard]] uint64_t bytes_read() const override;
  [[nodiscard]] uint64_t bytes_total() const override { return file_->bytes_total(); }

 private:
  struct State;  // libzstd's

  Status refill();
  [[nodiscard]] Status damaged(std::string_view what) const;

  std::unique_ptr<FileSource> file_;
  std::unique_ptr<State> state_;
  std::vector<char> packed_;
  bool at_file_end_ = false;
  bool is_frame_open_ = true;
  bool has_more_output_ = false;
};

}  // namespace mxbulk::input
