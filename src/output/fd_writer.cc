#include "output/fd_writer.h"

#include <poll.h>

#include <cerrno>
#include <system_error>

#include "output/terminal_text.h"

namespace mxbulk::output {
namespace {

std::string_view advice_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return "free some space and run again";
    case EACCES:
    case EPERM:
    case EROFS: return "check the permissions of the folder";
    case ENOENT:
    case ENOTDIR: return "check the path";
    default: return "no output of this run was kept there";
  }
}

}  // namespace

Status system_error(std::string_view what, const std::string& name, int error) {
  std::string message = "cannot ";
  message.append(what).append(" ").append(terminal_text(name)).append(": ");
  message.append(std::generic_category().message(error)).append("; ").append(advice_for(error));
  return Status::internal(std::move(message));
}

Status write_all(int fd, std::string_view bytes, const std::string& name, FileSystem& system) {
  while (!bytes.empty()) {
    const ssize_t written = system.write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {  // another process made the shared pipe non-blocking
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    if (errno == EPIPE) {
      return {StatusCode::kPipeClosed, "the reader of " + terminal_text(name) + " went away"};
    }
    return system_error("write to", name, errno);
  }
  return {};
}

}  // namespace mxbulk::output
