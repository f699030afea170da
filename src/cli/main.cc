// The program: finds the subcommand in a table and runs it.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "cli/console.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "cli/subcommands.h"
#include "output/temporaries.h"

namespace {

using namespace mxbulk;       // NOLINT: main is the only user
using namespace mxbulk::cli;  // NOLINT

struct Subcommand {
  Command command;
  int (*run)(const Invocation& invocation, const Console& console);
};

constexpr Subcommand kSubcommands[] = {
    {Command::kValidate, run_validate}, {Command::kResolve, run_resolve},
    {Command::kExtract, run_extract},   {Command::kCheck, run_check},
    {Command::kDoctor, run_doctor},     {Command::kState, run_state},
};

// Printed by the signal handler; chosen before that is installed.
std::string_view interrupt_text = "mxbulk: interrupted; no new output file was written\n";

// Likewise, if there is a state.
std::string_view state_text =
    "mxbulk: interrupted; no new output file was written; what was found is in the state, run "
    "again "
    "to go on\n";

std::atomic<int> interrupt_code{0};
static_assert(std::atomic<int>::is_always_lock_free, "used by signal handlers");

void say_last_words(std::string_view text) {
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

[[noreturn]] void end_after_last_work(int code) {
  say_last_words(state_text);
  _exit(code);
}

// The state could not be written in time: a disk that hangs.
extern "C" void on_alarm(int) {
  say_last_words(interrupt_text);
  _exit(interrupt_code.load());
}

// Only async-signal-safe calls. If no output file was renamed yet, the temporary ones are unlinked
// and nothing has changed; after that the run is complete, and reports so. A second signal ends the
// process at once.
extern "C" void on_interrupt(int signal) {
  const int code = 128 + signal;
  if (!output::claim_early_end()) {
    if (output::ends_early()) _exit(code);
    return;
  }
  interrupt_code.store(code);
  output::remove_temporaries();
  wipe_bar();
  if (output::begin_last_work(end_after_last_work, code)) {
    ::alarm(limits::kEarlyEndS);
    return;
  }
  say_last_words(interrupt_text);
  _exit(code);
}

bool says_errors_as_json = false;  // set before there is a second thread

// Called instead of std::bad_alloc, on any thread; must not allocate.
[[noreturn]] void on_out_of_memory() {
#define MXBULK_ADVICE \
  "out of memory; lower --memory or --concurrency, or raise the limit (ulimit -v)"
  constexpr std::string_view kText = "mxbulk: " MXBULK_ADVICE "\n";
  constexpr std::string_view kJson =
      "{\"event\":\"error\",\"exit_code\":1,\"message\":\"" MXBULK_ADVICE "\"}\n";
#undef MXBULK_ADVICE
  const std::string_view line = says_errors_as_json ? kJson : kText;
  wipe_bar();
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  if (output::claim_early_end()) {
    output::remove_temporaries();
  } else {
    while (output::ends_early()) ::pause();  // another thread removes files, and ends the process
  }
  _exit(static_cast<int>(StatusCode::kInternal));
}

void install_signals() {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is EPIPE, and exit code 141
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit is EFBIG
  std::signal(SIGALRM, on_alarm);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now{};
    // An ignored signal stays ignored, as nohup requires.
    if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) continue;
    struct sigaction action{};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;  // it may return
    sigaction(signal, &action, nullptr);
  }
}

int print_and_exit(const std::string& text) {
  const Status status = print(text);
  return status.ok() ? 0 : report_failure(status, false);
}

int usage_without_command() {
  say(help_text_without_command());
  return static_cast<int>(StatusCode::kUsage);
}

int run(const std::vector<std::string>& arguments) {
  const Environment environment = process_environment();
  if (arguments.empty()) return usage_without_command();
  if (wants_json_errors(arguments)) {
    interrupt_text =
        "{\"event\":\"error\",\"message\":\"interrupted; no new output file was written\"}\n";
    state_text =
        "{\"event\":\"error\",\"message\":\"interrupted; no new output file was written; what was "
        "found is in the state, run again to go on\"}\n";
  }
  install_signals();
  const auto parsed = parse_command_line(arguments, environment);
  if (!parsed.ok()) {
    write_failed_summary(arguments, environment, parsed.status());
    return report_failure(parsed.status(), wants_json_errors(arguments));
  }
  const Invocation& invocation = parsed.value();
  switch (invocation.request) {
    case Request::kShortHelp: return print_and_exit(short_help_text(invocation.command));
    case Request::kHelp: return print_and_exit(help_text(invocation.command));
    case Request::kVersion: return print_and_exit(version_text());
    case Request::kRun: break;
  }
  const Console console = open_console(invocation.color, environment);
  for (const std::string& text : unknown_variables(process_variables())) warn(invocation, text);
  for (const std::string& text : invocation.warnings) warn(invocation, text);
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.command == invocation.command) return subcommand.run(invocation, console);
  }
  return usage_without_command();
}

}  // namespace

int main(int argc, char** argv) {
  std::set_new_handler(on_out_of_memory);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  says_errors_as_json = wants_json_errors(arguments);
  try {
    return run(arguments);
  } catch (const std::exception& error) {  // for example a thread that the system refuses
    return report_failure(Status::internal(std::string("the system refused: ") + error.what() +
                                           "; raise the limits (ulimit -a) and run again"),
                          says_errors_as_json);
  }
}
