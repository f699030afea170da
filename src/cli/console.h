// Standard output and error as people and cron see them. Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "cli/flags.h"
#include "cli/invocation.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

struct Console {
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  bool color_stdout = false;
  bool color_stderr = false;
  size_t columns = 80;  // of the terminal behind standard error
};

// Looks at descriptors 1 and 2, NO_COLOR and TERM.
[[nodiscard]] Console open_console(ColorChoice color, const Environment& environment);

// All of `text`, or nothing more once the reader is gone: there is nobody left to tell.
void say(std::string_view text);
// To standard output. Errors: kPipeClosed, kInternal.
Status print(std::string_view text);
// `mxbulk: …`, or a JSON object with `as_json`; quiet for kPipeClosed. Returns the exit code.
int report_failure(const Status& status, bool as_json);

}  // namespace mxbulk::cli
