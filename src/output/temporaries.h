// The temporary files that exist right now, so that an interrupt leaves none behind.
//
// Threads: all calls are safe from any thread; remove_temporaries() also from a signal handler.
#pragma once

#include <string>

namespace mxbulk::output {

// Remembers one path until it is destroyed. Where all places are taken (limits::kTemporariesMax)
// it remembers nothing: only an interrupt could tell the difference.
class TemporaryMark {
 public:
  explicit TemporaryMark(const std::string& path);
  ~TemporaryMark();
  TemporaryMark(const TemporaryMark&) = delete;
  TemporaryMark& operator=(const TemporaryMark&) = delete;

 private:
  size_t place_;
};

// Unlinks every remembered path. Async-signal-safe; meant for the last act of a process.
void remove_temporaries() noexcept;

}  // namespace mxbulk::output
