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
// Of a skippable frame, after an octet from 0x50 to 0x5F.
inline constexpr std::string_view kSkippableMagic = "\x2A\x4D\x18";

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<FileSource> file);
  ~ZstdSource() override;

  Result<size_t> read(std::span<char> to) override;
  bool is_ready() override;
  [[nodiscard]] bool is_stream() const override { return file_->is_stream(); }
  [[nodiscard]] std::string_view compression() const override { return "zstd"; }
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
  bool is_frame_open_ = true;   // its end has not been read
  bool is_frame_done_ = false;  // the next octet begins another
  bool has_more_output_ = false;
};

}  // namespace mxbulk::input
