#include "output/direct_writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "base/thread.h"

namespace mxbulk::output {
namespace {

bool set_direct(int fd, bool is_direct) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return false;
  return ::fcntl(fd, F_SETFL, is_direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

}  // namespace

bool DirectWriter::is_possible(int fd) {
  return set_direct(fd, true) && set_direct(fd, false);
}

std::unique_ptr<DirectWriter> DirectWriter::start(int fd, uint64_t offset) {
  assert(offset % kAlignment == 0);
  std::unique_ptr<DirectWriter> writer(new DirectWriter(fd, offset));
  if (!writer->begin()) return nullptr;
  return writer;
}

bool DirectWriter::begin() {
  for (auto& piece : pieces_) {
    piece.reset(static_cast<char*>(std::aligned_alloc(kAlignment, kPieceBytes)));
    if (piece == nullptr) return false;
  }
  if (!set_direct(fd_, true)) return false;
  if (start_thread(thread_, [this] { carry(); }).ok()) return true;
  static_cast<void>(leave_direct());
  return false;
}

DirectWriter::~DirectWriter() {
  stop();
}

int DirectWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (filled_ == kPieceBytes) {
      if (const int error = hand_over(); error != 0) return error;
    }
    const size_t size = std::min(bytes.size(), kPieceBytes - filled_);
    std::memcpy(pieces_[handed_over_ % kPieces].get() + filled_, bytes.data(), size);
    filled_ += size;
    bytes.remove_prefix(size);
  }
  return 0;
}

// Waits until a piece is free to be filled.
int DirectWriter::hand_over() {
  std::unique_lock lock(mutex_);
  ++handed_over_;
  filled_ = 0;
  changed_.notify_all();
  changed_.wait(lock, [this] { return handed_over_ - carried_ < kPieces || error_ != 0; });
  return error_;
}

void DirectWriter::carry() {
  pthread_setname_np(pthread_self(), "mxbulk-disk");  // as top -H and perf show it
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return carried_ < handed_over_ || is_stopping_; });
    if (carried_ == handed_over_ || error_ != 0) return;
    const char* const piece = pieces_[carried_ % kPieces].get();
    lock.unlock();
    const int error = put(piece, kPieceBytes);
    lock.lock();
    ++carried_;
    if (error != 0) error_ = error;
    changed_.notify_all();
  }
}

int DirectWriter::put(const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = ::pwrite(fd_, bytes, size, static_cast<off_t>(offset_));
    if (written < 0 && errno == EINTR) continue;
    // Some file systems accept the flag, but require other multiples, or refuse the write.
    if (written < 0 && errno == EINVAL && is_direct_ && leave_direct()) continue;
    if (written < 0) return errno;
    bytes += written;
    size -= static_cast<size_t>(written);
    offset_ += static_cast<uint64_t>(written);
    // A short write may end between two blocks.
    if (offset_ % kAlignment != 0 && !leave_direct()) return errno;
  }
  return 0;
}

bool DirectWriter::leave_direct() {
  is_direct_ = false;
  return set_direct(fd_, false);
}

void DirectWriter::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

int DirectWriter::finish() {
  stop();
  if (error_ != 0) return error_;
  const char* const last = pieces_[handed_over_ % kPieces].get();
  const size_t whole = filled_ / kAlignment * kAlignment;
  error_ = put(last, whole);
  if (error_ == 0 && !leave_direct()) error_ = errno;
  if (error_ == 0) error_ = put(last + whole, filled_ - whole);
  filled_ = 0;
  return error_;
}

}  // namespace mxbulk::output
