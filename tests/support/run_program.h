// Runs the program under test as a user does, and keeps all that it wrote.
//
//   const Outcome run = run_program({.arguments = {"validate", list, "-r", "lab"}});
//   EXPECT_EQ(run.exit_code, 0) << run.err;
//
// Threads: one. Ownership: a RunningProgram owns its process and the files of its streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"

namespace mxbulk::test {

struct ProgramCall {
  std::vector<std::string> arguments;
  std::string stdin_text{};
  std::vector<std::pair<std::string, std::string>> environment{};
  std::string stdout_path{};     // empty: kept in Outcome::out
  int64_t deadline_ms = 60'000;  // then the program is killed
  // What runs the program, with its own arguments: `/usr/bin/prlimit --nofile=64`.
  std::vector<std::string> under{};
};

struct Outcome {
  int exit_code = -1;      // 128 + N: ended by signal N
  bool timed_out = false;  // killed at the deadline
  double seconds = 0;
  std::string out;
  std::string err;
};

// A run under way.
class RunningProgram {
 public:
  explicit RunningProgram(const ProgramCall& call);

  [[nodiscard]] Child& child() { return *child_; }
  // What it has written to standard error so far.
  [[nodiscard]] std::string err_so_far() const { return read_text(err_path_); }
  // Waits for its end, at most until the deadline, which counts from its start.
  Outcome finish();

 private:
  TempDir streams_;
  std::string out_path_;
  std::string err_path_;
  bool keeps_out_;
  int64_t deadline_ms_;
  int64_t began_us_;
  std::unique_ptr<Child> child_;
};

[[nodiscard]] Outcome run_program(const ProgramCall& call);

}  // namespace mxbulk::test
