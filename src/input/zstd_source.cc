#include "input/zstd_source.h"

#include <zstd.h>
#include <zstd_errors.h>

#include "base/limits.h"

namespace mxbulk::input {
namespace {

constexpr size_t kPackedBytes = 128U << 10;

// By its first octet: a frame, or one to be skipped (RFC 8878 §3.1).
bool may_begin_frame(uint8_t octet) {
  return octet == static_cast<uint8_t>(kZstdMagic[0]) || (octet & 0xF0U) == 0x50;
}

}  // namespace

struct ZstdSource::State {
  State() {
    if (stream == nullptr) return;  // read() says so
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, limits::kZstdWindowLogMax);
  }
  ~State() { ZSTD_freeDStream(stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{nullptr, 0, 0};

  [[nodiscard]] size_t unread() const { return in.size - in.pos; }
  // Requires: unread() > 0.
  [[nodiscard]] uint8_t next() const { return static_cast<const uint8_t*>(in.src)[in.pos]; }
};

ZstdSource::ZstdSource(std::unique_ptr<FileSource> file)
    : file_(std::move(file)), state_(std::make_unique<State>()), packed_(kPackedBytes) {}

ZstdSource::~ZstdSource() = default;

uint64_t ZstdSource::bytes_read() const {
  return file_->bytes_read() - state_->unread();
}

bool ZstdSource::is_ready() {
  return has_more_output_ || state_->unread() > 0 || at_file_end_ || file_->is_ready();
}

Status ZstdSource::damaged(std::string_view what) const {
  return Status::input(file_->name() + ": " + std::string(what) + " at byte " +
                       std::to_string(bytes_read()) + "; get the file again");
}

Status ZstdSource::refill() {
  const Result<size_t> size = file_->read(packed_);
  if (!size.ok()) return size.status();
  at_file_end_ = size.value() == 0;
  state_->in = {packed_.data(), size.value(), 0};
  return {};
}

Result<size_t> ZstdSource::read(std::span<char> to) {
  if (state_->stream == nullptr) return Status::internal(file_->name() + ": no memory for zstd");
  ZSTD_outBuffer out{to.data(), to.size(), 0};
  while (out.pos == 0) {
    if (state_->unread() == 0 && !has_more_output_) {
      if (!at_file_end_) {
        Status status = refill();
        if (!status.ok()) return status;
      }
      if (at_file_end_ && !is_frame_open_) return size_t{0};
      if (at_file_end_) return damaged("the zstd data are cut off");
    }
    if (is_frame_done_ && state_->unread() > 0) {
      if (!may_begin_frame(state_->next())) return damaged("other data follow the zstd data");
      is_frame_done_ = false;
    }
    const size_t hint = ZSTD_decompressStream(state_->stream, &out, &state_->in);
    if (ZSTD_isError(hint) != 0) {
      const bool is_too_wide = ZSTD_getErrorCode(hint) == ZSTD_error_frameParameter_windowTooLarge;
      return damaged(is_too_wide ? "zstd data with a window over 128 MiB (made with --long)"
                                 : "damaged zstd data");
    }
    is_frame_open_ = hint != 0;
    is_frame_done_ = !is_frame_open_;
    has_more_output_ = out.pos == out.size && is_frame_open_;
  }
  return out.pos;
}

}  // namespace mxbulk::input
