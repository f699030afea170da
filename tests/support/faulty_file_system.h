// The system's files, with calls that a test makes fail.
//
// Threads: one.
#pragma once

#include <cerrno>
#include <cstddef>
#include <string>

#include "output/file_system.h"

namespace mxbulk::test {

class FaultyFileSystem final : public output::FileSystem {
 public:
  static constexpr size_t kNever = static_cast<size_t>(-1);

  size_t fails_at = kNever;  // the number of the call, from 0
  bool fails_on = false;     // and all calls after it
  std::string only;          // of calls of this name alone; empty: of all
  bool cannot_swap = false;  // as NFS: rename with flags is EINVAL
  size_t calls = 0;          // that may fail
  std::string failed;        // the name of the last one that did

  int create_temporary(std::string& path) override {
    return fails("create_temporary") ? -1 : FileSystem::create_temporary(path);
  }
  int open(const std::string& path, int flags) override {
    return fails("open") ? -1 : FileSystem::open(path, flags);
  }
  ssize_t write(int fd, const void* bytes, size_t size) override {
    return fails("write") ? -1 : FileSystem::write(fd, bytes, size);
  }
  int set_mode(int fd, mode_t mode) override {
    return fails("set_mode") ? -1 : FileSystem::set_mode(fd, mode);
  }
  int fsync(int fd) override { return fails("fsync") ? -1 : FileSystem::fsync(fd); }
  int close(int fd) override {
    // As close(2) does: the descriptor is closed, whatever it returns.
    const bool is_told = fails("close");
    const int result = FileSystem::close(fd);
    if (!is_told) return result;
    errno = EIO;
    return -1;
  }
  int rename(const std::string& from, const std::string& to, unsigned flags) override {
    if (fails("rename")) return -1;
    if (cannot_swap && flags != 0) {
      errno = EINVAL;
      return -1;
    }
    return FileSystem::rename(from, to, flags);
  }
  int link(const std::string& from, const std::string& to) override {
    return fails("link") ? -1 : FileSystem::link(from, to);
  }
  int unlink(const std::string& path) override {
    return fails("unlink") ? -1 : FileSystem::unlink(path);
  }

 private:
  bool fails(const std::string& name) {
    if (!only.empty() && name != only) return false;
    const size_t call = calls++;
    const bool is_hit = call == fails_at || (fails_on && call > fails_at && fails_at != kNever);
    if (!is_hit) return false;
    failed = name;
    errno = EIO;
    return true;
  }
};

}  // namespace mxbulk::test
