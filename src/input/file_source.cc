#include "input/file_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace mxbulk::input {
namespace {

std::string text_of_error(int error) {
  return std::generic_category().message(error);
}

std::string_view advice_for(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return "; check the path";
    case EACCES:
    case EPERM: return "; check its permissions";
    case EMFILE:
    case ENFILE: return "; raise the limit of open files (ulimit -n)";
    default: return "; name another file";
  }
}

Status read_failure(const std::string& name, int error, uint64_t offset) {
  return Status::input(name + ": " + text_of_error(error) + " at byte " + std::to_string(offset));
}

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

Result<bool> OpenFile::read_at(uint64_t offset, std::span<char> to) const {
  while (!to.empty()) {
    const ssize_t size =
        ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(begin_ + offset));
    if (size == 0) return false;
    if (size < 0) {
      if (errno == EINTR) continue;
      return read_failure(name_, errno, offset);
    }
    offset += static_cast<uint64_t>(size);
    to = to.subspan(static_cast<size_t>(size));
  }
  return true;
}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path,
                                                     const StopSignal& stop) {
  const std::string name = source_name(path);
  const bool is_stdin = path == "-";
  const int descriptor = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int error = errno;
    const bool is_ours = error == EMFILE || error == ENFILE;  // not the file's fault
    if (is_ours)
      return Status::internal(name + ": " + text_of_error(error) + std::string(advice_for(error)));
    return Status::input(name + ": " + text_of_error(error) + std::string(advice_for(error)));
  }
  const off_t begin = ::lseek(descriptor, 0, SEEK_CUR);
  auto file = std::make_shared<const OpenFile>(name, descriptor, begin < 0 ? 0 : uint64_t(begin));
  struct stat facts{};
  const bool is_known = ::fstat(descriptor, &facts) == 0;
  const bool is_regular = is_known && S_ISREG(facts.st_mode);
  const uint64_t size = is_regular ? static_cast<uint64_t>(facts.st_size) : 0;
  auto source = std::make_unique<FileSource>(std::move(file), !is_regular, size, stop);
  if (is_known && S_ISDIR(facts.st_mode)) {
    return Status::input(name + ": " + text_of_error(EISDIR) + "; name a file");
  }
  return source;
}

FileSource::FileSource(std::shared_ptr<const OpenFile> file, bool is_stream, uint64_t bytes_total,
                       const StopSignal& stop)
    : file_(std::move(file)), is_stream_(is_stream), bytes_total_(bytes_total), stop_(stop) {}

Result<std::string_view> FileSource::peek(bool (*may_be)(std::string_view front),
                                          size_t octets_max) {
  assert(bytes_read_ == 0);
  std::string room;
  while (peeked_.size() < octets_max && may_be(peeked_)) {
    room.resize(octets_max - peeked_.size());
    const Result<size_t> size = read_descriptor(room);
    if (!size.ok()) return size.status();
    if (size.value() == 0) break;
    peeked_.append(room, 0, size.value());
  }
  return std::string_view(peeked_);
}

Result<size_t> FileSource::read(std::span<char> to) {
  if (peeked_.empty()) return read_descriptor(to);
  const size_t size = std::min(to.size(), peeked_.size());
  std::memcpy(to.data(), peeked_.data(), size);
  peeked_.erase(0, size);
  return size;
}

Result<size_t> FileSource::read_descriptor(std::span<char> to) {
  while (true) {
    if (is_stream_ && !stop_.wait_readable(file_->descriptor())) return size_t{0};
    const ssize_t size = ::read(file_->descriptor(), to.data(), to.size());
    if (size >= 0) {
      bytes_read_ += static_cast<uint64_t>(size);
      return static_cast<size_t>(size);
    }
    // EAGAIN: another process made standard input non-blocking.
    if (errno == EINTR || errno == EAGAIN) continue;
    return read_failure(name(), errno, bytes_read_);
  }
}

bool FileSource::is_ready() {
  if (!is_stream_ || !peeked_.empty()) return true;
  pollfd asked{file_->descriptor(), POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

}  // namespace mxbulk::input
