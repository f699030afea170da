// The properties of the standard streams: terminal or not, color, width. Threads: one at a time.
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
  size_t columns_variable = 0;  // COLUMNS, for a terminal that does not give its width; 0 = not set
};

// Looks at descriptors 0 to 2, NO_COLOR, TERM and COLUMNS.
[[nodiscard]] Console open_console(ColorChoice color, const Environment& environment);

// The width of the terminal now: it may be resized. 80 if it is not known.
[[nodiscard]] size_t terminal_columns(const Console& console);
// False while another program has the terminal: a pager that shows the rows, or a shell while this
// program runs in the background. Then nothing may be drawn on it.
[[nodiscard]] bool terminal_is_ours();

// To standard error. An error is ignored: there is nowhere to report it.
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
// `mxbulk: …`, or a JSON object with `as_json`; nothing for kPipeClosed. Returns the exit code.
int report_failure(const Status& status, bool as_json);
// `mxbulk: warning: …`, with --progress json an object, with -q nothing. The run continues.
void warn(const Invocation& invocation, std::string_view text);

}  // namespace mxbulk::cli
