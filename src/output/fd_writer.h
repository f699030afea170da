// Bytes to a file descriptor, all of them: short writes, EINTR and EAGAIN are dealt with here.
//
// Threads: one. Ownership: borrows the descriptor.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/status.h"
#include "output/file_system.h"

namespace mxbulk::output {

// `name` is what a message calls the file. Errors: kPipeClosed for EPIPE, else kInternal.
Status write_all(int fd, std::string_view bytes, const std::string& name,
                 FileSystem& system = FileSystem::real());

// kInternal: `cannot WHAT NAME: strerror(error)` and what to do next.
Status system_error(std::string_view what, const std::string& name, int error);

}  // namespace mxbulk::output
