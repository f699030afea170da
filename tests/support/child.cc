#include "support/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/clock.h"

namespace mxbulk::test {
namespace {

void put_file_at(int fd, const std::string& path, int flags) {
  const int file = open(path.c_str(), flags, 0600);
  if (file < 0 || dup2(file, fd) < 0) {
    std::perror(path.c_str());
    _exit(127);
  }
  if (file != fd) close(file);
}

// The words as execve(2) wants them, made before the fork: after it only calls that are safe in a
// handler may run, for the lab's thread may hold any lock.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_of(const ChildSpec& spec) {
  std::vector<std::string> all;
  for (const auto& [name, value] : spec.environment) all.push_back(name + "=" + value);
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

[[noreturn]] void become(const ChildSpec& spec, char* const* arguments, char* const* environment) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_DFL);
  put_file_at(STDIN_FILENO, spec.stdin_path, O_RDONLY);
  put_file_at(STDOUT_FILENO, spec.stdout_path, O_WRONLY | O_CREAT | O_APPEND);
  put_file_at(STDERR_FILENO, spec.stderr_path, O_WRONLY | O_CREAT | O_APPEND);
  execve(arguments[0], arguments, environment);
  std::perror(arguments[0]);
  _exit(127);
}

}  // namespace

Child::Child(const ChildSpec& spec) {
  std::vector<std::string> command = spec.command;
  std::vector<std::string> environment = environment_of(spec);
  const std::vector<char*> arguments = pointers_to(command);
  const std::vector<char*> variables = pointers_to(environment);
  pid_ = fork();
  if (pid_ == 0) become(spec, arguments.data(), variables.data());
  if (pid_ > 0) {
    setpgid(pid_, pid_);  // the child does the same: whichever is first
    pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  }
  if (pid_ < 0 || pid_fd_ < 0) {
    std::perror("cannot start a child");
    std::abort();
  }
}

Child::~Child() {
  kill();
  close(pid_fd_);
}

std::optional<int> Child::wait(int64_t deadline_ms) {
  if (exit_code_) return exit_code_;
  const SteadyClock clock;
  const int64_t until_us = clock.now_us() + deadline_ms * 1'000;
  pollfd ended{pid_fd_, POLLIN, 0};
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) != pid_) {
    const int64_t left_us = until_us - clock.now_us();
    if (left_us <= 0) return std::nullopt;
    poll(&ended, 1, static_cast<int>(left_us / 1'000 + 1));
  }
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return exit_code_;
}

void Child::signal(int number) {
  if (!exit_code_) ::kill(-pid_, number);
}

void Child::kill() {
  if (exit_code_) return;
  signal(SIGKILL);
  wait(10'000);
}

}  // namespace mxbulk::test
