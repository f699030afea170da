// Help and version texts, made from the list of flags. Threads: pure functions.
#pragma once

#include <string>

#include "cli/invocation.h"

namespace mxbulk::cli {

// `--help`: all flags of `command`, grouped, with their defaults, then exit codes and examples; for
// kNone the commands and what is common to them.
[[nodiscard]] std::string help_text(Command command);
// `-h`: the same flags, a line each.
[[nodiscard]] std::string short_help_text(Command command);
// A few lines for `mxbulk` alone.
[[nodiscard]] std::string help_text_without_command();
[[nodiscard]] std::string version_text();

}  // namespace mxbulk::cli
