#include "output/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace mxbulk::output {

FileSystem& FileSystem::real() {
  static FileSystem system;
  return system;
}

int FileSystem::create_temporary(std::string& path) {
  return ::mkostemp(path.data(), O_CLOEXEC);
}

int FileSystem::open(const std::string& path, int flags) {
  return ::open(path.c_str(), flags);
}

ssize_t FileSystem::write(int fd, const void* bytes, size_t size) {
  return ::write(fd, bytes, size);
}

int FileSystem::set_mode(int fd, mode_t mode) {
  return ::fchmod(fd, mode);
}

int FileSystem::fsync(int fd) {
  return ::fsync(fd);
}

int FileSystem::close(int fd) {
  return ::close(fd);
}

int FileSystem::rename(const std::string& from, const std::string& to, unsigned flags) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags);
}

int FileSystem::link(const std::string& from, const std::string& to) {
  return ::link(from.c_str(), to.c_str());
}

int FileSystem::unlink(const std::string& path) {
  return ::unlink(path.c_str());
}

}  // namespace mxbulk::output
