#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "model/json_text.h"
#include "output/fd_writer.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

bool wants_color(ColorChoice choice, bool is_terminal, const Environment& environment) {
  switch (choice) {
    case ColorChoice::kAlways: return true;
    case ColorChoice::kNever: return false;
    case ColorChoice::kAuto: break;
  }
  return is_terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

size_t terminal_columns() {
  constexpr size_t kUsual = 80;
  constexpr size_t kLeast = 20;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < kLeast) return kUsual;
  return size.ws_col;
}

}  // namespace

Console open_console(ColorChoice color, const Environment& environment) {
  Console console;
  console.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  console.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  console.color_stdout = wants_color(color, console.stdout_is_terminal, environment);
  console.color_stderr = wants_color(color, console.stderr_is_terminal, environment);
  console.columns = terminal_columns();
  return console;
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
    std::string line =
        "{\"event\":\"error\",\"exit_code\":" + std::to_string(code) + ",\"message\":";
    append_json_string(status.message(), line);
    say(line + "}\n");
  } else {
    say("mxbulk: " + output::terminal_text(status.message()) + "\n");
  }
  return code;
}

}  // namespace mxbulk::cli
