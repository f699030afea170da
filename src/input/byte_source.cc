#include "input/byte_source.h"

#include <isa-l.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "input/file_source.h"

namespace mxbulk::input {
namespace {

constexpr size_t kPackedBytes = 128U << 10;
constexpr size_t kMagicOctets = 4;
constexpr std::string_view kGzipMagic = "\x1F\x8B";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
// The magic of a skippable frame, after an octet from 0x50 to 0x5F.
constexpr std::string_view kSkippableMagic = "\x2A\x4D\x18";

// A source that inflates. Memory: one buffer of input, and what the format needs.
class InflateSource : public ByteSource {
 public:
  explicit InflateSource(std::unique_ptr<FileSource> file)
      : file_(std::move(file)), packed_(kPackedBytes) {}

  bool is_ready() override {
    return has_more_output_ || unread() > 0 || at_file_end_ || file_->is_ready();
  }
  [[nodiscard]] bool is_stream() const override { return file_->is_stream(); }
  [[nodiscard]] uint64_t bytes_read() const override { return file_->bytes_read() - unread(); }
  [[nodiscard]] uint64_t bytes_total() const override { return file_->bytes_total(); }

 protected:
  // The number of octets that were read and not yet inflated.
  [[nodiscard]] virtual size_t unread() const = 0;
  // Reads the next octets of the file. Requires: unread() is 0.
  Result<std::string_view> refill() {
    const Result<size_t> size = file_->read(packed_);
    if (!size.ok()) return size.status();
    at_file_end_ = size.value() == 0;
    return std::string_view(packed_.data(), size.value());
  }
  [[nodiscard]] Status damaged(std::string_view what) const {
    return Status::input(file_->name() + ": " + std::string(what) + " at byte " +
                         std::to_string(bytes_read()) + "; get the file again");
  }
  [[nodiscard]] Status no_memory() const {
    return Status::internal(file_->name() + ": no memory to inflate it");
  }

  bool at_file_end_ = false;
  bool has_more_output_ = false;

 private:
  std::unique_ptr<FileSource> file_;
  std::vector<char> packed_;
};

// gzip (RFC 1952), with all members of the file.
class GzipSource final : public InflateSource {
 public:
  explicit GzipSource(std::unique_ptr<FileSource> file) : InflateSource(std::move(file)) {
    isal_inflate_init(&isal_);
    isal_.crc_flag = ISAL_GZIP;
    isal_.avail_in = 0;
  }

  Result<size_t> read(std::span<char> to) override;
  [[nodiscard]] std::string_view compression() const override { return "gzip"; }

 private:
  [[nodiscard]] size_t unread() const override { return isal_.avail_in; }
  // Called at the end of a member: begins the next one. False at the end of the file.
  bool begin_member();

  inflate_state isal_;  // with 64 KiB of history
  bool is_member_done_ = false;
};

bool GzipSource::begin_member() {
  // Tapes and block devices pad with zeros.
  while (isal_.avail_in > 0 && *isal_.next_in == 0) {
    ++isal_.next_in;
    --isal_.avail_in;
  }
  if (isal_.avail_in == 0) return false;
  isal_inflate_reset(&isal_);
  isal_.crc_flag = ISAL_GZIP;
  is_member_done_ = false;
  return true;
}

Result<size_t> GzipSource::read(std::span<char> to) {
  // gzip(1) ignores other data with a warning; here they may be the rest of the list.
  constexpr std::string_view kJunk = "other data follow the gzip data";
  const size_t room = std::min<size_t>(to.size(), std::numeric_limits<uint32_t>::max());
  isal_.next_out = reinterpret_cast<uint8_t*>(to.data());
  isal_.avail_out = static_cast<uint32_t>(room);
  while (isal_.avail_out == room) {
    if (isal_.avail_in == 0 && !at_file_end_ && !has_more_output_) {
      const Result<std::string_view> packed = refill();
      if (!packed.ok()) return packed.status();
      isal_.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(packed.value().data()));
      isal_.avail_in = static_cast<uint32_t>(packed.value().size());
    }
    if (is_member_done_) {
      if (!begin_member()) {
        if (at_file_end_) return size_t{0};
        continue;
      }
      const auto* const front = reinterpret_cast<const char*>(isal_.next_in);
      const std::string_view magic(front, std::min<size_t>(isal_.avail_in, kGzipMagic.size()));
      if (!kGzipMagic.starts_with(magic)) return damaged(kJunk);
    }
    const int code = isal_inflate(&isal_);
    if (code == ISAL_INCORRECT_CHECKSUM) return damaged("the gzip checksum is wrong");
    if (code == ISAL_INVALID_WRAPPER) return damaged(kJunk);
    if (code < 0 || code == ISAL_NEED_DICT) return damaged("damaged gzip data");
    is_member_done_ = isal_.block_state == ISAL_BLOCK_FINISH;
    has_more_output_ = isal_.avail_out == 0 && !is_member_done_;
    const bool is_stuck = isal_.avail_out == room && isal_.avail_in == 0 && at_file_end_;
    if (is_stuck && !is_member_done_) return damaged("the gzip data are cut off");
  }
  return room - isal_.avail_out;
}

// zstd (RFC 8878), with all frames of the file. Memory: the frame's window, at most
// limits::kZstdWindowLogMax.
class ZstdSource final : public InflateSource {
 public:
  explicit ZstdSource(std::unique_ptr<FileSource> file) : InflateSource(std::move(file)) {
    if (stream_ == nullptr) return;  // read() reports it
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, limits::kZstdWindowLogMax);
  }

  Result<size_t> read(std::span<char> to) override;
  [[nodiscard]] std::string_view compression() const override { return "zstd"; }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  [[nodiscard]] size_t unread() const override { return in_.size - in_.pos; }
  // By the next octet: a frame or a skippable frame (RFC 8878 §3.1). Requires: unread() > 0.
  [[nodiscard]] bool may_begin_frame() const {
    const uint8_t octet = static_cast<const uint8_t*>(in_.src)[in_.pos];
    return octet == static_cast<uint8_t>(kZstdMagic[0]) || (octet & 0xF0U) == 0x50;
  }

  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool is_frame_open_ = true;   // the end of the frame was not read yet
  bool is_frame_done_ = false;  // the next octet begins another
};

Result<size_t> ZstdSource::read(std::span<char> to) {
  if (stream_ == nullptr) return no_memory();
  ZSTD_outBuffer out{to.data(), to.size(), 0};
  while (out.pos == 0) {
    if (unread() == 0 && !has_more_output_) {
      if (!at_file_end_) {
        const Result<std::string_view> packed = refill();
        if (!packed.ok()) return packed.status();
        in_ = {packed.value().data(), packed.value().size(), 0};
      }
      if (at_file_end_ && !is_frame_open_) return size_t{0};
      if (at_file_end_) return damaged("the zstd data are cut off");
    }
    if (is_frame_done_ && unread() > 0) {
      if (!may_begin_frame()) return damaged("other data follow the zstd data");
      is_frame_done_ = false;
    }
    const size_t hint = ZSTD_decompressStream(stream_.get(), &out, &in_);
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

// True if the shorter text is a prefix of the other.
bool begins_alike(std::string_view a, std::string_view b) {
  return a.starts_with(b.substr(0, a.size())) || b.starts_with(a);
}

bool may_be_gzip(std::string_view bytes) {
  return begins_alike(bytes, kGzipMagic);
}

// RFC 8878 §3.1.1, and skippable frames (§3.1.2), with which pzstd's files begin.
bool may_be_zstd(std::string_view bytes) {
  if (begins_alike(bytes, kZstdMagic)) return true;
  const bool is_skippable = !bytes.empty() && (static_cast<uint8_t>(bytes[0]) & 0xF0U) == 0x50;
  return is_skippable && begins_alike(bytes.substr(1), kSkippableMagic);
}

}  // namespace

std::string source_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

Result<std::unique_ptr<ByteSource>> open_source(const std::string& path, const StopSignal& stop) {
  Result<std::unique_ptr<FileSource>> opened = FileSource::open(path, stop);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<FileSource> file = std::move(opened.value());
  const Result<std::string_view> front =
      file->peek([](std::string_view bytes) { return may_be_gzip(bytes) || may_be_zstd(bytes); },
                 kMagicOctets);
  if (!front.ok()) return front.status();
  if (front.value().size() >= kGzipMagic.size() && may_be_gzip(front.value())) {
    return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(file)));
  }
  if (front.value().size() == kMagicOctets && may_be_zstd(front.value())) {
    return std::unique_ptr<ByteSource>(std::make_unique<ZstdSource>(std::move(file)));
  }
  return std::unique_ptr<ByteSource>(std::move(file));
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  if (event_ >= 0) ::close(event_);
}

void StopSignal::set() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_, &one, sizeof one);
}

bool StopSignal::wait_readable(int descriptor) const {
  std::array<pollfd, 2> waited = {{{descriptor, POLLIN, 0}, {event_, POLLIN, 0}}};
  while (::poll(waited.data(), waited.size(), -1) < 0) {
  }
  return (waited[1].revents & POLLIN) == 0;
}

std::vector<std::string> inflate_versions() {
  return {"isa-l " + std::to_string(ISAL_MAJOR_VERSION) + "." + std::to_string(ISAL_MINOR_VERSION),
          std::string("zstd ") + ZSTD_versionString()};
}

}  // namespace mxbulk::input
