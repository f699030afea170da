#include "input/row_buffer.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>
#include <utility>

namespace mxbulk::input {

RowBuffer::RowBuffer(std::unique_ptr<ByteSource> source, size_t block_bytes)
    : source_(std::move(source)), block_bytes_(block_bytes), store_(block_bytes, '\0') {}

// Makes space for `size` bytes after the unread ones.
void RowBuffer::make_room(size_t size) {
  if (end_ + size <= store_.size()) return;
  if (begin_ > 0) {
    std::memmove(store_.data(), store_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + size > store_.size()) store_.resize(end_ + size);
}

Status RowBuffer::fill(size_t goal) {
  while (!at_end_) {
    const size_t have = end_ - begin_;
    make_room(std::max(goal > have ? goal - have : 0, size_t{1}));
    const size_t room = store_.size() - end_;
    const Result<size_t> size = source_->read(std::span(store_).subspan(end_, room));
    if (!size.ok()) return size.status();
    end_ += size.value();
    bytes_read_ += size.value();
    at_end_ = size.value() == 0;
    if (end_ - begin_ >= goal) break;
    if (source_->is_stream() && !source_->is_ready()) break;
  }
  return {};
}

RowBuffer::Released RowBuffer::release() {
  return {std::string(bytes()), std::move(source_)};
}

std::string RowBuffer::take(size_t size) {
  assert(size <= end_ - begin_);
  const size_t rest = end_ - begin_ - size;
  if (size < store_.size() / 2) {
    // A few rows from a pipe must not keep the memory of a whole block until they are written.
    std::string taken(store_, begin_, size);
    begin_ += size;
    return taken;
  }
  std::string next(std::max(block_bytes_, rest), '\0');
  std::memcpy(next.data(), store_.data() + begin_ + size, rest);
  std::string taken = std::exchange(store_, std::move(next));
  taken.resize(begin_ + size);
  taken.erase(0, begin_);
  begin_ = 0;
  end_ = rest;
  return taken;
}

}  // namespace mxbulk::input
