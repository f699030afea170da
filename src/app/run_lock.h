// The lock on a file that a run writes, so that a second run of the same job ends at once instead
// of writing over the first.
//
//   Result<std::unique_ptr<RunLock>> lock = RunLock::take("out.csv", "--output");
//
// The lock is flock(2) on a file beside it, `.NAME.mxbulk-lock`, which holds the process id. The
// kernel frees it when the process ends, however it does.
//
// Threads: one. Ownership: owns descriptor and lock file; removes that when it is destroyed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mxbulk/status.h"
#include "output/temporaries.h"

namespace mxbulk::app {

class RunLock {
 public:
  // Errors: kLocked with the process id of the holder, kInternal. nullptr: there is nothing to
  // lock, as standard output, a device or a pipe, or no file can be made there.
  static Result<std::unique_ptr<RunLock>> take(const std::string& path, const std::string& role);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  RunLock(int fd, std::string lock_path);

  int fd_;
  std::string lock_path_;
  output::TemporaryMark mark_;  // an early end removes the file too
};

}  // namespace mxbulk::app
