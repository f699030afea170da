#include "support/run_program.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "support/paths.h"

namespace mxbulk::test {

RunningProgram::RunningProgram(const ProgramCall& call)
    : out_path_(call.stdout_path),
      err_path_(streams_.write("err", "")),
      keeps_out_(call.stdout_path.empty()),
      deadline_ms_(call.deadline_ms),
      began_us_(SteadyClock().now_us()) {
  if (keeps_out_) out_path_ = streams_.write("out", "");
  ChildSpec spec;
  spec.command = call.under;
  spec.command.push_back(program());
  spec.command.insert(spec.command.end(), call.arguments.begin(), call.arguments.end());
  spec.environment = call.environment;
  spec.stdin_path = streams_.write("in", call.stdin_text);
  spec.stdout_path = out_path_;
  spec.stderr_path = err_path_;
  child_ = std::make_unique<Child>(spec);
}

Outcome RunningProgram::finish() {
  const SteadyClock clock;
  Outcome outcome;
  const int64_t left_ms = deadline_ms_ - (clock.now_us() - began_us_) / 1'000;
  std::optional<int> code = child_->wait(left_ms < 0 ? 0 : left_ms);
  if (!code) {
    outcome.timed_out = true;
    child_->kill();
    code = child_->wait(0);
    ADD_FAILURE() << "the program was still running after " << deadline_ms_ << " ms";
  }
  outcome.seconds = static_cast<double>(clock.now_us() - began_us_) / 1e6;
  outcome.exit_code = code.value_or(-1);
  if (keeps_out_) outcome.out = read_text(out_path_);
  outcome.err = read_text(err_path_);
  return outcome;
}

Outcome run_program(const ProgramCall& call) {
  RunningProgram program(call);
  return program.finish();
}

}  // namespace mxbulk::test
