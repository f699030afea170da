// Threads that the system may refuse: a limit of processes (ulimit -u) or of memory (ulimit -v) is
// reached. std::thread throws then, which would end the program if another thread were running.
//
// Threads: the caller owns the thread and joins it.
#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "mxbulk/status.h"

namespace mxbulk {

// Starts `work` on a thread of its own. Error: kInternal if there is none; `thread` is unchanged
// then. Requires: !thread.joinable().
template <class Work>
[[nodiscard]] Status start_thread(std::thread& thread, Work work) {
  try {
    thread = std::thread(std::move(work));
    return {};
  } catch (const std::system_error& error) {
    return Status::internal(std::string("the system refused a thread: ") + error.what() +
                            "; raise the limits (ulimit -a) and run again");
  }
}

}  // namespace mxbulk
