#include "input/gzip_source.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

namespace mxbulk::input {
namespace {

constexpr size_t kPackedBytes = 128U << 10;
// gzip(1) ignores it with a warning; here it may be what was to be the rest of the list.
constexpr std::string_view kJunk = "other data follow the gzip data";

}  // namespace

struct GzipSource::State {
  inflate_state isal;
};

GzipSource::GzipSource(std::unique_ptr<FileSource> file)
    : file_(std::move(file)), state_(std::make_unique<State>()), packed_(kPackedBytes) {
  isal_inflate_init(&state_->isal);
  state_->isal.crc_flag = ISAL_GZIP;
  state_->isal.avail_in = 0;
}

GzipSource::~GzipSource() = default;

uint64_t GzipSource::bytes_read() const {
  return file_->bytes_read() - state_->isal.avail_in;
}

bool GzipSource::is_ready() {
  return has_more_output_ || state_->isal.avail_in > 0 || at_file_end_ || file_->is_ready();
}

Status GzipSource::damaged(std::string_view what) const {
  return Status::input(file_->name() + ": " + std::string(what) + " at byte " +
                       std::to_string(bytes_read()) + "; get the file again");
}

Status GzipSource::refill() {
  const Result<size_t> size = file_->read(packed_);
  if (!size.ok()) return size.status();
  at_file_end_ = size.value() == 0;
  state_->isal.next_in = reinterpret_cast<uint8_t*>(packed_.data());
  state_->isal.avail_in = static_cast<uint32_t>(size.value());
  return {};
}

bool GzipSource::begin_member() {
  inflate_state& isal = state_->isal;
  // Tapes and block devices pad with zeros.
  while (isal.avail_in > 0 && *isal.next_in == 0) {
    ++isal.next_in;
    --isal.avail_in;
  }
  if (isal.avail_in == 0) return false;
  isal_inflate_reset(&isal);
  isal.crc_flag = ISAL_GZIP;
  is_member_done_ = false;
  return true;
}

Result<size_t> GzipSource::read(std::span<char> to) {
  inflate_state& isal = state_->isal;
  const size_t room = std::min<size_t>(to.size(), std::numeric_limits<uint32_t>::max());
  isal.next_out = reinterpret_cast<uint8_t*>(to.data());
  isal.avail_out = static_cast<uint32_t>(room);
  while (isal.avail_out == room) {
    if (isal.avail_in == 0 && !at_file_end_ && !has_more_output_) {
      Status status = refill();
      if (!status.ok()) return status;
    }
    if (is_member_done_) {
      if (!begin_member()) {
        if (at_file_end_) return size_t{0};
        continue;
      }
      const auto* const front = reinterpret_cast<const char*>(isal.next_in);
      const std::string_view magic(front, std::min<size_t>(isal.avail_in, kGzipMagic.size()));
      if (!kGzipMagic.starts_with(magic)) return damaged(kJunk);
    }
    const int code = isal_inflate(&isal);
    if (code == ISAL_INCORRECT_CHECKSUM) return damaged("the gzip checksum is wrong");
    if (code == ISAL_INVALID_WRAPPER) return damaged(kJunk);
    if (code < 0 || code == ISAL_NEED_DICT) return damaged("damaged gzip data");
    is_member_done_ = isal.block_state == ISAL_BLOCK_FINISH;
    has_more_output_ = isal.avail_out == 0 && !is_member_done_;
    const bool is_stuck = isal.avail_out == room && isal.avail_in == 0 && at_file_end_;
    if (is_stuck && !is_member_done_) return damaged("the gzip data are cut off");
  }
  return room - isal.avail_out;
}

}  // namespace mxbulk::input
