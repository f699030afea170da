// The temporary files of the process, so that an interrupt can remove them.
//
// Threads: all calls are safe from any thread; noexcept calls also from a signal handler.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "mxbulk/status.h"

namespace mxbulk::output {

// Registers one path until it is destroyed. If limits::kTemporariesMax paths are registered, it
// does nothing: the file would only be left after an interrupt.
class TemporaryMark {
 public:
  explicit TemporaryMark(const std::string& path);
  ~TemporaryMark();
  TemporaryMark(const TemporaryMark&) = delete;
  TemporaryMark& operator=(const TemporaryMark&) = delete;

 private:
  size_t place_;
};

// Unlinks every registered path. Called when the process is about to end.
void remove_temporaries() noexcept;

// How a process ends: early, with its temporary files removed, or by finishing its run. The first
// claim excludes the other: while a file takes its name, a registered path may name the old file.
//
// Claims an early end. False: the run is finishing, or another thread ends the process; then do
// nothing.
[[nodiscard]] bool claim_early_end() noexcept;
// An early end was claimed: the process says its last words and ends.
[[nodiscard]] bool ends_early() noexcept;
// Called before a file takes its name; holds until release_finish(). Does not return after an early
// end was claimed.
void claim_finish() noexcept;
// Called if the file did not get its name: an early end is possible again.
void release_finish() noexcept;

// Work that an early end does before the process ends, on a thread of its own: a signal handler may
// not do it. At most one at a time.
class LastWork {
 public:
  // Errors: kInternal if the system refuses a thread.
  static Result<std::unique_ptr<LastWork>> prepare(std::function<void()> work);
  // If the work has begun, this does not return: the process is about to end.
  ~LastWork();
  LastWork(const LastWork&) = delete;
  LastWork& operator=(const LastWork&) = delete;

 private:
  explicit LastWork(std::function<void()> work) : work_(std::move(work)) {}

  std::function<void()> work_;
  std::thread thread_;
};

// False: there is none. Else it begins, and calls `end(exit_code)` when it is done.
[[nodiscard]] bool begin_last_work(void (*end)(int), int exit_code) noexcept;

}  // namespace mxbulk::output
