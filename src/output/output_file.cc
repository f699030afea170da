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
#include "output/commit.h"
#include "output/compressor.h"
#include "output/direct_writer.h"
#include "output/fd_writer.h"
#include "output/temporaries.h"
#include "output/terminal_text.h"

namespace mxbulk::output {
namespace {

// The umask, from /proc: umask(2) can only read it by setting it, for all threads.
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

// Buffers, compresses and writes to a descriptor. After an error every call returns it again.
class DescriptorFile : public OutputFile {
 public:
  DescriptorFile(FileSystem& system, int fd, std::string name,
                 std::unique_ptr<Compressor> compressor)
      : system_(system), fd_(fd), name_(std::move(name)), compressor_(std::move(compressor)) {}

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

  Status prepare() final {
    if (is_prepared_ || !failure_.ok()) return failure_;
    if (compressor_ != nullptr) failure_ = compressor_->compress({}, true, buffer_);
    if (Status status = flush(); !status.ok()) return status;
    failure_ = finish_bytes();
    is_prepared_ = failure_.ok();
    return failure_;
  }

 protected:
  [[nodiscard]] FileSystem& system() const { return system_; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  Status fail(std::string_view what) { return failure_ = system_error(what, name_, errno); }

  virtual Status put(std::string_view bytes) {
    failure_ = write_all(fd_, bytes, name_, system_);
    behind_ += bytes.size();
    if (failure_.ok() && behind_ >= limits::kWritebackBytes) begin_writeback();
    return failure_;
  }

  // All bytes were passed to the kernel.
  virtual Status finish_bytes() { return {}; }

  // Some file systems report a full disk only here (NFS, quotas).
  Status close_descriptor() {
    const int fd = std::exchange(fd_, -1);
    if (fd >= 0 && system_.close(fd) != 0 && errno != EINTR) return fail("close");
    return {};
  }

 private:
  // Starts writing to disk, so that fsync finds little left to do. A descriptor without a disk (a
  // pipe) refuses; that is not an error.
  void begin_writeback() {
    behind_ = 0;
    if (::sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE) == 0) return;
    if (errno == EIO || errno == ENOSPC || errno == EDQUOT) static_cast<void>(fail("write to"));
  }

  FileSystem& system_;
  bool is_prepared_ = false;
  int fd_;
  size_t behind_ = 0;  // octets since the last begin_writeback()
  std::string name_;
  std::unique_ptr<Compressor> compressor_;
  std::string buffer_;
  Status failure_;
};

// A device or a FIFO: written directly, since there is no file to replace.
class SpecialFile final : public DescriptorFile {
 public:
  using DescriptorFile::DescriptorFile;
  ~SpecialFile() override { static_cast<void>(close_descriptor()); }
};

class RegularFile final : public DescriptorFile {
 public:
  RegularFile(FileSystem& system, int fd, const std::string& path, std::string temporary,
              mode_t mode, std::unique_ptr<Compressor> compressor)
      : DescriptorFile(system, fd, path, std::move(compressor)),
        temporary_(std::move(temporary)),
        mode_(mode) {
    mark_.emplace(temporary_);
  }
  ~RegularFile() override {
    direct_.reset();
    static_cast<void>(close_descriptor());
    if (folder_ >= 0) system().close(folder_);
    remove_temporary();
  }

  [[nodiscard]] bool has_name() const override { return true; }

  // The old file is exchanged, not replaced, so that it can be restored.
  Status take_name() override {
    if (rename_with(RENAME_EXCHANGE)) {
      taken_ = Taken::kBySwap;
      return {};
    }
    if (errno == ENOENT) {
      if (!rename_with(0)) return fail("rename to");
      taken_ = Taken::kWasFree;
      return {};
    }
    // The file system cannot exchange names (NFS): the old file gets a second name.
    if (errno != EINVAL && errno != ENOSYS) return fail("rename to");
    Taken by = Taken::kByLink;
    if (system().link(name(), kept_name()) != 0) {
      by = errno == ENOENT ? Taken::kWasFree : Taken::kReplaced;
    }
    if (!rename_with(0)) {
      Status status = fail("rename to");
      if (by == Taken::kByLink) system().unlink(kept_name());
      return status;
    }
    taken_ = by;
    return {};
  }

  // EINVAL: this file system cannot sync folders.
  Status settle() override {
    return system().fsync(folder_) == 0 || errno == EINVAL ? Status() : fail("fsync the folder of");
  }

  void give_name_back() override {
    switch (std::exchange(taken_, Taken::kNot)) {
      case Taken::kNot: break;
      case Taken::kBySwap:
        if (!rename_with(RENAME_EXCHANGE)) bring_back(temporary_);
        break;
      case Taken::kByLink:
        if (system().rename(kept_name(), name(), 0) != 0) bring_back(kept_name());
        break;
      case Taken::kWasFree: system().unlink(name()); break;
      case Taken::kReplaced: break;  // the old file is gone: the new one, which is complete, stays
    }
    remove_temporary();
  }

  void drop_old() override {
    switch (std::exchange(taken_, Taken::kNot)) {
      case Taken::kNot: return;
      case Taken::kBySwap: return remove_temporary();
      case Taken::kByLink: system().unlink(kept_name()); break;
      case Taken::kWasFree:
      case Taken::kReplaced: break;
    }
    temporary_.clear();  // that name belongs to another file now
    mark_.reset();
  }

 protected:
  // A file that has grown big is written past the page cache from then on.
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
    direct_ = DirectWriter::start(fd(), size_);
    if (direct_ == nullptr) {  // no memory or no thread for it: go on through the page cache
      may_be_direct_ = false;
      return put(bytes.substr(up_to_a_block));
    }
    return checked(direct_->write(bytes.substr(up_to_a_block)));
  }

 private:
  Status checked(int error) {
    if (error == 0) return {};
    errno = error;
    return fail("write to");
  }

  // How the temporary file got its name. kReplaced: over the old file, which is gone.
  enum class Taken : uint8_t { kNot, kBySwap, kByLink, kWasFree, kReplaced };

  // fsync before the rename: the new name must never point to bytes that a crash can lose.
  Status finish_bytes() override {
    if (direct_ != nullptr) {
      if (Status status = checked(direct_->finish()); !status.ok()) return status;
    }
    if (system().set_mode(fd(), mode_) != 0) return fail("set the mode of");
    if (system().fsync(fd()) != 0) return fail("fsync");
    if (Status status = close_descriptor(); !status.ok()) return status;
    folder_ = system().open(folder_of(name()), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder_ < 0 ? fail("open the folder of") : Status();
  }

  // Restores the old file from its other name without rename(2), which has failed. If that fails
  // too, the old file keeps its other name: it must not be removed.
  void bring_back(const std::string& other_name) {
    const bool is_back = system().unlink(name()) == 0 && system().link(other_name, name()) == 0;
    if (is_back) system().unlink(other_name);
    temporary_.clear();
    mark_.reset();
  }

  [[nodiscard]] std::string kept_name() const { return temporary_ + "-old"; }

  // The temporary name is empty if it no longer belongs to a file of ours.
  void remove_temporary() {
    if (!temporary_.empty()) system().unlink(temporary_);
    temporary_.clear();
    mark_.reset();
  }

  [[nodiscard]] bool rename_with(unsigned flags) {
    return system().rename(temporary_, name(), flags) == 0;
  }

  std::string temporary_;  // empty after the file has its own name
  std::optional<TemporaryMark> mark_;
  mode_t mode_;
  uint64_t size_ = 0;  // until `direct_` writes the rest
  bool may_be_direct_ = true;
  std::unique_ptr<DirectWriter> direct_;  // of a big file
  int folder_ = -1;                       // from prepare() on
  Taken taken_ = Taken::kNot;
};

Status refusal(const std::string& path, std::string_view why) {
  return Status::usage("cannot write to \"" + terminal_text(path) + "\": it " + std::string(why));
}

Result<std::unique_ptr<OutputFile>> open_special(FileSystem& system, const std::string& path,
                                                 std::unique_ptr<Compressor> compressor) {
  const int fd = system.open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return system_error("open", path, errno);
  return std::unique_ptr<OutputFile>(
      std::make_unique<SpecialFile>(system, fd, path, std::move(compressor)));
}

Result<std::unique_ptr<OutputFile>> open_regular(FileSystem& system, const std::string& path,
                                                 mode_t mode,
                                                 std::unique_ptr<Compressor> compressor) {
  constexpr size_t kNameKeptMax = 200;  // NAME_MAX is 255: leaves space for what is added
  const size_t slash = path.rfind('/');
  const size_t begin = slash == std::string::npos ? 0 : slash + 1;
  std::string temporary = path.substr(0, begin) + "." + path.substr(begin, kNameKeptMax);
  temporary += ".mxbulk-XXXXXX";
  const int fd = system.create_temporary(temporary);  // O_EXCL, 0600
  if (fd < 0 && errno == ENOENT) {
    return Status::usage("cannot write to \"" + terminal_text(path) + "\": there is no folder " +
                         terminal_text(folder_of(path)) + "; create it");
  }
  if (fd < 0) return system_error("create a temporary file beside", path, errno);
  const TemporaryMark mark(temporary);  // until the file has its own: memory may be out by then
  return std::unique_ptr<OutputFile>(std::make_unique<RegularFile>(
      system, fd, path, std::move(temporary), mode, std::move(compressor)));
}

// Both are symbolic links into /proc, where no file can be created.
std::optional<int> descriptor_named(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path, FileSystem& system,
                                                       Readers readers) {
  auto compressor = Compressor::for_path(path);
  if (!compressor.ok()) return compressor.status();
  if (const auto fd = descriptor_named(path)) {
    const std::string name = *fd == STDOUT_FILENO ? "standard output" : "standard error";
    return std::unique_ptr<OutputFile>(
        std::make_unique<DescriptorFile>(system, *fd, name, std::move(compressor.value())));
  }
  if (path.empty() || path.ends_with('/')) return refusal(path, "is no file; name a file");
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return system_error("look at", path, errno);
    const mode_t mode = readers == Readers::kOwner ? 0600 : 0666 & ~current_umask();
    return open_regular(system, path, mode, std::move(compressor.value()));
  }
  if (S_ISREG(found.st_mode)) {
    return open_regular(system, path, found.st_mode & 07777, std::move(compressor.value()));
  }
  if (S_ISLNK(found.st_mode)) {
    return refusal(path,
                   "is a symbolic link; name the file it points to, or - for standard output");
  }
  if (S_ISDIR(found.st_mode)) return refusal(path, "is a folder; name a file in it");
  if (S_ISSOCK(found.st_mode) || S_ISBLK(found.st_mode)) {
    return refusal(path, "is a socket or a disk; name a file");
  }
  return open_special(system, path, std::move(compressor.value()));
}

Status OutputFile::commit() {
  OutputFile* const self = this;
  return commit_all({&self, 1});
}

Status write_whole_file(const std::string& path, std::string_view text, FileSystem& system) {
  auto file = OutputFile::create(path, system);
  if (!file.ok()) return file.status();
  if (Status status = file.value()->write(text); !status.ok()) return status;
  return file.value()->commit();
}

}  // namespace mxbulk::output
