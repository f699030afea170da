#include "input/filtered_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace mxbulk::input {

FilteredSource::FilteredSource(std::string name, std::string front,
                               std::unique_ptr<ByteSource> source,
                               std::unique_ptr<ByteFilter> filter)
    : name_(std::move(name)),
      chunk_(std::move(front)),
      chunk_size_(chunk_.size()),
      source_(std::move(source)),
      filter_(std::move(filter)) {}

Status FilteredSource::refill() {
  if (chunk_size_ == 0) {
    chunk_.resize(limits::kFilterBytes);
    const Result<size_t> size = source_->read(chunk_);
    if (!size.ok()) return size.status();
    chunk_size_ = size.value();
    at_end_ = chunk_size_ == 0;
  }
  pending_.clear();
  given_ = 0;
  const std::string_view in(chunk_.data(), std::exchange(chunk_size_, 0));
  Status status = filter_->push(in, at_end_, pending_);
  if (status.ok()) return status;
  return {status.code(), name_ + ": " + status.message()};
}

Result<size_t> FilteredSource::read(std::span<char> to) {
  while (given_ == pending_.size() && !at_end_) {
    if (Status status = refill(); !status.ok()) return status;
  }
  const size_t size = std::min(to.size(), pending_.size() - given_);
  std::memcpy(to.data(), pending_.data() + given_, size);
  given_ += size;
  return size;
}

bool FilteredSource::is_ready() {
  return given_ < pending_.size() || chunk_size_ > 0 || at_end_ || source_->is_ready();
}

}  // namespace mxbulk::input
