#include "cli/console.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli/flag_values.h"
#include "model/json_text.h"
#include "output/fd_writer.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

// Without TERM the abilities of the terminal are not known; most programs then assume none.
bool understands_escapes(const Environment& environment) {
  const std::string terminal = environment("TERM");
  return !terminal.empty() && terminal != "dumb";
}

bool wants_color(ColorChoice choice, bool is_terminal, const Environment& environment) {
  switch (choice) {
    case ColorChoice::kAlways: return true;
    case ColorChoice::kNever: return false;
    case ColorChoice::kAuto: break;
  }
  return is_terminal && environment("NO_COLOR").empty() && understands_escapes(environment);
}

bool is_pipe(int descriptor) {
  struct stat about{};
  return ::fstat(descriptor, &about) == 0 && S_ISFIFO(about.st_mode);
}

size_t columns_from(const std::string& text) {
  constexpr uint64_t kColumnsMax = 10'000;
  const Result<uint64_t> columns = count_from(text, 1, kColumnsMax);
  return columns.ok() ? static_cast<size_t>(columns.value()) : 0;
}

}  // namespace

Console open_console(ColorChoice color, const Environment& environment) {
  Console console;
  console.stdin_is_terminal = ::isatty(STDIN_FILENO) == 1;
  console.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  console.stdout_is_pipe = is_pipe(STDOUT_FILENO);
  console.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  console.moves_cursor = console.stderr_is_terminal && understands_escapes(environment);
  console.color_stdout = wants_color(color, console.stdout_is_terminal, environment);
  console.color_stderr = wants_color(color, console.stderr_is_terminal, environment);
  console.columns_variable = columns_from(environment("COLUMNS"));
  return console;
}

size_t terminal_columns(const Console& console) {
  constexpr size_t kUsual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return console.columns_variable > 0 ? console.columns_variable : kUsual;
}

bool terminal_is_ours() {
  const pid_t owner = ::tcgetpgrp(STDERR_FILENO);
  if (owner >= 0 && owner != ::getpgrp()) return false;
  // A program that reads single keys has turned the editing of lines off.
  termios settings{};
  return ::tcgetattr(STDERR_FILENO, &settings) != 0 || (settings.c_lflag & ICANON) != 0;
}

void say(std::string_view text) {
  static_cast<void>(output::write_all(STDERR_FILENO, text, "standard error"));
}

Status print(std::string_view text) {
  return output::write_all(STDOUT_FILENO, text, "standard output");
}

int report_failure(const Status& status, bool as_json) {
  const int code = static_cast<int>(status.code());
  if (status.code() == StatusCode::kPipeClosed) return code;
  if (as_json) {
    say_event("error", [&](JsonWriter& json) {
      json.key("exit_code").number(static_cast<uint64_t>(code));
      json.key("message").text(status.message());
    });
  } else {
    say("mxbulk: " + output::terminal_text(status.message()) + "\n");
  }
  return code;
}

void warn(const Invocation& invocation, std::string_view text) {
  if (invocation.quiet) return;
  if (invocation.progress != ProgressStyle::kJson) {
    say("mxbulk: warning: " + output::terminal_text(text) + "\n");
    return;
  }
  say_event("warning", [&](JsonWriter& json) { json.key("message").text(text); });
}

}  // namespace mxbulk::cli
