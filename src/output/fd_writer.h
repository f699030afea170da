// Writes all bytes to a file descriptor, also after short writes, EINTR and EAGAIN.
//
// Threads: any, one per descriptor. Ownership: borrows the descriptor.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/status.h"
#include "output/file_system.h"

namespace mxbulk::output {

// `name`: of the file in messages. Errors: kPipeClosed for EPIPE, else kInternal.
Status write_all(int fd, std::string_view bytes, const std::string& name,
                 FileSystem& system = FileSystem::real());

// A Status of kInternal: `cannot WHAT NAME: strerror(error)` and what to do next.
Status system_error(std::string_view what, const std::string& name, int error);

}  // namespace mxbulk::output
