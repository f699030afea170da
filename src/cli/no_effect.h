// Finds the flags of a command line that have no effect because of others, for a warning.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"

namespace mxbulk::cli {

// One line for each of `given` (names of flags on the command line, without dashes) that has no
// effect: `--columns has no effect with --mode domains: …`. What depends on the input, as its
// format without --format, is not considered.
[[nodiscard]] std::vector<std::string> flags_without_effect(
    const std::vector<std::string_view>& given, const Invocation& invocation);

// That line for one flag, for code that finds it out later.
[[nodiscard]] std::string no_effect(std::string_view flag, std::string_view beside,
                                    std::string_view why);

}  // namespace mxbulk::cli
