// The system calls that create and name files, as an interface, so that a test can make any of them
// fail. Each does what the system call of its name does; after a negative result errno says why.
//
// Threads: all calls are safe from any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace mxbulk::output {

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The real system calls.
  static FileSystem& real();

  // mkostemp(3): the XXXXXX at the end of `path` are replaced; 0600.
  virtual int create_temporary(std::string& path);
  virtual int open(const std::string& path, int flags);
  virtual ssize_t write(int fd, const void* bytes, size_t size);
  virtual int set_mode(int fd, mode_t mode);
  virtual int fsync(int fd);
  virtual int close(int fd);
  // renameat2(2).
  virtual int rename(const std::string& from, const std::string& to, unsigned flags);
  virtual int link(const std::string& from, const std::string& to);
  virtual int unlink(const std::string& path);
};

}  // namespace mxbulk::output
