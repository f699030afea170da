// A child process of a test: started with its streams in files, waited for with a deadline, ended
// by its own id. It gets SIGKILL when the test ends, so that none remains.
//
// Threads: one. Ownership: owns the process; its destructor ends it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mxbulk::test {

struct ChildSpec {
  std::vector<std::string> command;  // an absolute path, then the arguments
  std::vector<std::pair<std::string, std::string>> environment;  // on top of the test's own
  std::string stdin_path = "/dev/null";
  std::string stdout_path = "/dev/null";
  std::string stderr_path = "/dev/null";
};

class Child {
 public:
  // Aborts if no process can be made.
  explicit Child(const ChildSpec& spec);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Waits at most `deadline_ms`. The exit code, 128 + N if signal N ended it, none while it
  // still runs.
  std::optional<int> wait(int64_t deadline_ms);
  [[nodiscard]] bool is_running() { return !wait(0).has_value(); }
  // To the child and to all that it started.
  void signal(int number);
  // Ends it with SIGKILL and collects it.
  void kill();

 private:
  pid_t pid_ = -1;
  int pid_fd_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace mxbulk::test
