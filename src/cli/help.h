// Help and version texts, made from the list of flags. Threads: pure functions.
#pragma once

#include <string>

#include "cli/invocation.h"

namespace mxbulk::cli {

// All flags of `command`, grouped; for kNone the commands and what is common to them.
[[nodiscard]] std::string help_text(Command command);
// A few lines for `mxbulk` alone.
[[nodiscard]] std::string short_help_text();
[[nodiscard]] std::string version_text();

}  // namespace mxbulk::cli
