// The wall clock of a run. Only dates are made of it; timers run on the steady clock, so that a
// change of the wall clock moves none.
//
// Threads: any.
#pragma once

#include <chrono>
#include <cstdint>

#include "mxbulk/options.h"

namespace mxbulk::app {

// Unix time, by the system or as the options say.
[[nodiscard]] inline int64_t unix_now_ms(const Options& options) {
  if (options.unix_now_ms != 0) return options.unix_now_ms;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}
[[nodiscard]] inline int64_t unix_now_s(const Options& options) {
  return unix_now_ms(options) / 1'000;
}

}  // namespace mxbulk::app
