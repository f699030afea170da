// Starts threads, and returns an error if the system refuses one: a limit of processes (ulimit -u)
// or of memory (ulimit -v) is reached. std::thread throws then, which would end the program while
// another thread runs.
//
// Threads: the caller owns the thread and joins it.
#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "mxbulk/status.h"

namespace mxbulk {

// Starts `work` on a new thread. Error: kInternal if the system refuses it; `thread` is unchanged
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
