// Standard output and error as people and cron see them. Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "cli/flags.h"
#include "cli/invocation.h"
#include "model/json_text.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

struct Console {
  bool stdin_is_terminal = false;
  bool stdout_is_terminal = false;
  bool stdout_is_pipe = false;
  bool stderr_is_terminal = false;
  bool moves_cursor = false;  // the terminal of standard error understands escapes (TERM)
  bool color_stdout = false;
  bool color_stderr = false;
  size_t columns_said = 0;  // COLUMNS; for a terminal that does not tell its width; 0 = not set
};

// Looks at descriptors 0 to 2, NO_COLOR, TERM and COLUMNS.
[[nodiscard]] Console open_console(ColorChoice color, const Environment& environment);

// The width of the terminal at this moment: people resize it. 80 if nobody knows.
[[nodiscard]] size_t terminal_columns(const Console& console);
// False while another program has the terminal to itself: a pager that shows our rows, or a shell
// while this program runs in the background. Then nothing may be drawn on it.
[[nodiscard]] bool terminal_is_ours();

// All of `text`, or nothing more once the reader is gone: there is nobody left to tell.
void say(std::string_view text);
// A line of --progress json: `{"event":"NAME",…}`. `write` adds members to the JsonWriter.
template <class Write>
[[nodiscard]] std::string event_json(std::string_view name, Write write) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  json.key("event").text(name);
  write(json);
  json.end_object();
  return line;
}
template <class Write>
void say_event(std::string_view name, Write write) {
  say(event_json(name, write) + "\n");
}
// To standard output. Errors: kPipeClosed, kInternal.
Status print(std::string_view text);
// `mxbulk: …`, or a JSON object with `as_json`; quiet for kPipeClosed. Returns the exit code.
int report_failure(const Status& status, bool as_json);
// `mxbulk: warning: …`, with --progress json an object, with -q nothing: what was asked for has no
// effect, and the run goes on.
void warn(const Invocation& invocation, std::string_view text);

}  // namespace mxbulk::cli
