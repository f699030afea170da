// The temporary files that exist right now, so that an interrupt leaves none behind.
//
// Threads: all calls are safe from any thread; those that are noexcept also from a signal handler.
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

// Unlinks every remembered path; meant for the last act of a process.
void remove_temporaries() noexcept;

// How a process ends: early, with its temporary files removed, or by finishing its run. Whichever
// is claimed first excludes the other: while a file takes its name, the mark may name the old one.
//
// For an early end. False: a run is finishing (or another thread ends the process): let it be.
[[nodiscard]] bool claim_early_end() noexcept;
// Before a file takes its name; holds for good. Does not return once an early end was claimed.
void claim_finish() noexcept;
// The file did not get its name: an early end is possible again.
void release_finish() noexcept;

}  // namespace mxbulk::output
