// Which flags of a command line change nothing beside the others: for a warning.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"

namespace mxbulk::cli {

// A line for each of `given` (names of flags on the command line, without dashes) that changes
// nothing in `invocation`: `--columns has no effect with --mode domains: …`. What only the input
// can tell, as its format if --format does not, is not judged.
[[nodiscard]] std::vector<std::string> flags_without_effect(
    const std::vector<std::string_view>& given, const Invocation& invocation);

// How to say it of one flag, for code that finds it out later.
[[nodiscard]] std::string no_effect(std::string_view flag, std::string_view beside,
                                    std::string_view why);

}  // namespace mxbulk::cli
