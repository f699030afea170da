#include "output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "output/compressor.h"
#include "output/direct_writer.h"
#include "output/fd_writer.h"
#include "output/temporaries.h"
#include "output/terminal_text.h"

namespace mxbulk::output {
namespace {

// The umask without changing it: umask(2) can only be read by setting it, for all threads.
mode_t current_umask() {
  mode_t mask = 022;
  FILE* status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) return mask;
  char line[256];
  while (std::fgets(line, sizeof line, status) != nullptr) {
    unsigned found = 0;
    if (std::sscanf(line, "Umask: %o", &found) == 1) mask = static_cast<mode_t>(found);
  }
  std::fclose(status);
  return mask;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Buffers and compresses on the way to a descriptor. After an error every call repeats it.
class DescriptorFile : public OutputFile {
 public:
  DescriptorFile(int fd, std::string name, std::unique_ptr<Compressor> compressor)
      : fd_(fd), name_(std::move(name)), compressor_(std::move(compressor)) {}

  Status write(std::string_view bytes) override {
    if (!failure_.ok()) return failure_;
    if (compressor_ != nullptr) {
      failure_ = compressor_->compress(bytes, false, buffer_);
      if (!failure_.ok()) return failure_;
    } else if (buffer_.empty() && bytes.size() >= limits::kOutputBufferBytes) {
      return put(bytes);
    } else {
      buffer_.append(bytes);
    }
    return buffer_.size() < limits::kOutputBufferBytes ? Status() : flush();
  }

  Status flush() override {
    if (!failure_.ok()) return failure_;
    static_cast<void>(put(buffer_));
    buffer_.clear();
    return failure_;
  }

  Status commit() override {
    if (!failure_.ok()) return failure_;
    if (compressor_ != nullptr) failure_ = compressor_->compress({}, true, buffer_);
    return flush();
  }

 protected:
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  Status fail(std::string_view what) { return failure_ = system_error(what, name_, errno); }

  virtual Status put(std::string_view bytes) {
    failure_ = write_all(fd_, bytes, name_);
    behind_ += bytes.size();
    if (failure_.ok() && behind_ >= limits::kWritebackBytes) begin_writeback();
    return failure_;
  }

  // A full disk may show as late as this (NFS, quotas).
  Status close_descriptor() {
    const int fd = std::exchange(fd_, -1);
    if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return fail("close");
    return {};
  }

 private:
  // So that fsync finds little left to do. What no disk stands behind (a pipe) refuses; that is no
  // failure.
  void begin_writeback() {
    behind_ = 0;
    if (::sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE) == 0) return;
    if (errno == EIO || errno == ENOSPC || errno == EDQUOT) static_cast<void>(fail("write to"));
  }

  int fd_;
  size_t behind_ = 0;  // octets since the last begin_writeback()
  std::string name_;
  std::unique_ptr<Compressor> compressor_;
  std::string buffer_;
  Status failure_;
};

// A device or a FIFO: written straight into, for there is nothing to replace.
class SpecialFile final : public DescriptorFile {
 public:
  using DescriptorFile::DescriptorFile;
  ~SpecialFile() override { static_cast<void>(close_descriptor()); }
};

class RegularFile final : public DescriptorFile {
 public:
  RegularFile(int fd, const std::string& path, std::string temporary, mode_t mode,
              std::unique_ptr<Compressor> compressor)
      : DescriptorFile(fd, path, std::move(compressor)),
        temporary_(std::move(temporary)),
        mode_(mode) {
    mark_.emplace(temporary_);
  }
  ~RegularFile() override {
    direct_.reset();
    static_cast<void>(close_descriptor());
    remove_temporary();
  }

  // fsync before the rename: the new name must never point to bytes that a crash can lose.
  Status commit() override {
    if (Status status = DescriptorFile::commit(); !status.ok()) return status;
    if (direct_ != nullptr) {
      if (Status status = checked(direct_->finish()); !status.ok()) return status;
    }
    if (::fchmod(fd(), mode_) != 0) return fail("set the mode of");
    if (::fsync(fd()) != 0) return fail("fsync");
    if (Status status = close_descriptor(); !status.ok()) return status;
    const int folder = ::open(folder_of(name()).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return fail("open the folder of");
    claim_finish();
    Status status = take_name();
    if (status.ok()) status = settle(folder);
    if (!status.ok()) {
      remove_temporary();
      release_finish();
    }
    ::close(folder);
    return status;
  }

 protected:
  // A file that grows big goes past the page cache from then on.
  Status put(std::string_view bytes) override {
    if (direct_ != nullptr) return checked(direct_->write(bytes));
    const uint64_t end = size_ + bytes.size();
    if (end < limits::kDirectFromBytes || !may_be_direct_) {
      size_ = end;
      return DescriptorFile::put(bytes);
    }
    may_be_direct_ = DirectWriter::is_possible(fd());
    if (!may_be_direct_) return put(bytes);
    const size_t up_to_a_block = std::min<size_t>(
        bytes.size(),
        (DirectWriter::kAlignment - size_ % DirectWriter::kAlignment) % DirectWriter::kAlignment);
    if (Status status = DescriptorFile::put(bytes.substr(0, up_to_a_block)); !status.ok()) {
      return status;
    }
    size_ += up_to_a_block;
    if (up_to_a_block == bytes.size()) return {};
    direct_ = std::make_unique<DirectWriter>(fd(), size_);
    return checked(direct_->write(bytes.substr(up_to_a_block)));
  }

 private:
  Status checked(int error) {
    if (error == 0) return {};
    errno = error;
    return fail("write to");
  }

  // How the temporary file came by its name. kForGood: a file system that cannot swap.
  enum class Taken : uint8_t { kBySwap, kWasFree, kForGood };

  // The old file is swapped out rather than replaced: if the folder cannot be synced, it comes
  // back.
  Status take_name() {
    if (rename_with(RENAME_EXCHANGE)) {
      taken_ = Taken::kBySwap;
      return {};
    }
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) return fail("rename to");
    taken_ = errno == ENOENT ? Taken::kWasFree : Taken::kForGood;
    return rename_with(0) ? Status() : fail("rename to");
  }

  Status settle(int folder) {
    // EINVAL: a file system whose folders cannot be synced has nothing more to give.
    if (::fsync(folder) == 0 || errno == EINVAL) {
      if (taken_ != Taken::kBySwap) temporary_.clear();
      remove_temporary();
      return {};
    }
    Status status = fail("fsync the folder of");
    switch (taken_) {
      case Taken::kBySwap:  // what is then removed is ours again
        static_cast<void>(rename_with(RENAME_EXCHANGE));
        break;
      case Taken::kWasFree: ::unlink(name().c_str()); break;
      case Taken::kForGood: break;  // the old file is gone: the new one, whole, is better than none
    }
    return status;
  }

  // Of a temporary name that no longer is ours nothing is removed: it is empty then.
  void remove_temporary() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
    mark_.reset();
  }

  [[nodiscard]] bool rename_with(unsigned flags) const {
    return ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, name().c_str(), flags) == 0;
  }

  std::string temporary_;  // empty once it bears its own name
  std::optional<TemporaryMark> mark_;
  mode_t mode_;
  uint64_t size_ = 0;  // until `direct_` has taken over
  bool may_be_direct_ = true;
  std::unique_ptr<DirectWriter> direct_;  // of a big file
  Taken taken_ = Taken::kForGood;
};

Status refusal(const std::string& path, std::string_view why) {
  return Status::usage("cannot write to \"" + terminal_text(path) + "\": it " + std::string(why));
}

Result<std::unique_ptr<OutputFile>> open_special(const std::string& path,
                                                 std::unique_ptr<Compressor> compressor) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return system_error("open", path, errno);
  return std::unique_ptr<OutputFile>(
      std::make_unique<SpecialFile>(fd, path, std::move(compressor)));
}

Result<std::unique_ptr<OutputFile>> open_regular(const std::string& path, mode_t mode,
                                                 std::unique_ptr<Compressor> compressor) {
  constexpr size_t kNameKeptMax = 200;  // of NAME_MAX 255: leaves room for what is added
  const size_t slash = path.rfind('/');
  const size_t begin = slash == std::string::npos ? 0 : slash + 1;
  std::string temporary = path.substr(0, begin) + "." + path.substr(begin, kNameKeptMax);
  temporary += ".mxbulk-XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // O_EXCL, 0600
  if (fd < 0) return system_error("create a temporary file beside", path, errno);
  return std::unique_ptr<OutputFile>(
      std::make_unique<RegularFile>(fd, path, std::move(temporary), mode, std::move(compressor)));
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path) {
  auto compressor = Compressor::for_path(path);
  if (!compressor.ok()) return compressor.status();
  if (path == "-") {
    return std::unique_ptr<OutputFile>(std::make_unique<DescriptorFile>(
        STDOUT_FILENO, "standard output", std::move(compressor.value())));
  }
  if (path.empty() || path.ends_with('/')) return refusal(path, "is no file; name a file");
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return system_error("look at", path, errno);
    return open_regular(path, 0666 & ~current_umask(), std::move(compressor.value()));
  }
  if (S_ISREG(found.st_mode)) {
    return open_regular(path, found.st_mode & 07777, std::move(compressor.value()));
  }
  if (S_ISLNK(found.st_mode)) {
    return refusal(path,
                   "is a symbolic link; name the file it points to, or - for standard output");
  }
  if (S_ISDIR(found.st_mode)) return refusal(path, "is a folder; name a file in it");
  if (S_ISSOCK(found.st_mode) || S_ISBLK(found.st_mode)) {
    return refusal(path, "is a socket or a disk; name a file");
  }
  return open_special(path, std::move(compressor.value()));
}

Status write_whole_file(const std::string& path, std::string_view text) {
  auto file = OutputFile::create(path);
  if (!file.ok()) return file.status();
  if (Status status = file.value()->write(text); !status.ok()) return status;
  return file.value()->commit();
}

}  // namespace mxbulk::output
