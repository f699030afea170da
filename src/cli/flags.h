// From the command line, the environment and the config file to an Invocation: the only file that
// uses CLI11. A flag beats MXBULK_* in the environment, that the config file, that the default.
//
// Threads: any. Pure, except that it reads the config file and checks whether files exist.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

// A variable's value; empty if it is not set.
using Environment = std::function<std::string(const std::string& name)>;
[[nodiscard]] Environment process_environment();
// The names of all variables that are set.
[[nodiscard]] std::vector<std::string> process_variables();

// A warning for each of `names` that begins with MXBULK_ and is no setting.
[[nodiscard]] std::vector<std::string> unknown_variables(const std::vector<std::string>& names);

// `arguments` without the name of the program. Errors: kUsage, one line.
[[nodiscard]] Result<Invocation> parse_command_line(const std::vector<std::string>& arguments,
                                                    const Environment& environment);

// True if the command line asks for --progress json, even if the rest of it is wrong: then an
// error is a JSON object too.
[[nodiscard]] bool wants_json_errors(const std::vector<std::string>& arguments);

// `CLI11 2.1.2`, for --version.
[[nodiscard]] std::string parser_version();

}  // namespace mxbulk::cli
