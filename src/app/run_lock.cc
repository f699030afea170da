#include "app/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "output/terminal_text.h"

namespace mxbulk::app {
namespace {

std::string lock_path_of(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  const std::string name = "." + whole.filename().string() + ".mxbulk-lock";
  if (folder.empty()) return name;
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

bool is_lockable(const std::string& path) {
  if (path == "-") return false;
  struct stat found{};
  return ::stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode);
}

Status system_failure(const std::string& what, const std::string& path) {
  return Status::internal("cannot " + what + " " + output::terminal_text(path) + ": " +
                          std::strerror(errno) + "; check the folder and its permissions");
}

Status held_by_another(int fd, const std::string& path, const std::string& role) {
  std::array<char, 24> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<size_t>(size) : 0);
  pid = pid.substr(0, pid.find('\n'));
  return {StatusCode::kLocked, role + " " + output::terminal_text(path) +
                                   ": another run is writing it" +
                                   (pid.empty() ? "" : " (process " + pid + ")") +
                                   "; wait for its end, or name another file"};
}

// The file may have been removed by its last holder between open and flock: then the lock is on a
// file that no other run finds.
bool is_still_there(int fd, const std::string& lock_path) {
  struct stat by_fd{};
  struct stat by_name{};
  return ::fstat(fd, &by_fd) == 0 && ::stat(lock_path.c_str(), &by_name) == 0 &&
         by_fd.st_dev == by_name.st_dev && by_fd.st_ino == by_name.st_ino;
}

}  // namespace

RunLock::RunLock(int fd, std::string lock_path)
    : fd_(fd), lock_path_(std::move(lock_path)), mark_(lock_path_) {}

Result<std::unique_ptr<RunLock>> RunLock::take(const std::string& path, const std::string& role) {
  std::unique_ptr<RunLock> lock;
  if (!is_lockable(path)) return lock;
  const std::string lock_path = lock_path_of(path);
  while (true) {
    const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ELOOP) return system_failure("lock", path);
    if (fd < 0) return lock;  // the file cannot be made either, and says so better
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      const Status status =
          errno == EWOULDBLOCK ? held_by_another(fd, path, role) : system_failure("lock", path);
      ::close(fd);
      return status;
    }
    if (!is_still_there(fd, lock_path)) {
      ::close(fd);
      continue;
    }
    lock.reset(new RunLock(fd, lock_path));
    const std::string pid = std::to_string(::getpid()) + "\n";
    // For a message alone: a full disk is found by what needs it.
    if (::ftruncate(fd, 0) == 0) static_cast<void>(!::pwrite(fd, pid.data(), pid.size(), 0));
    return lock;
  }
}

RunLock::~RunLock() {
  ::unlink(lock_path_.c_str());  // before another run may lock it
  ::close(fd_);
}

}  // namespace mxbulk::app
