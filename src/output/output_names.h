// One output or several: `{verdict}` and `{action}` in the name of an output.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mxbulk/status.h"
#include "mxbulk/verdict.h"

namespace mxbulk::output {

struct OutputName {
  std::string path;
  std::optional<Verdict> verdict;  // of its rows; none: any
  std::optional<Action> action;
};

[[nodiscard]] bool has_placeholder(const std::string& path);

// One name for each value, whether a row has it or not: a loader finds all files of a run, and none
// of an earlier one. `only`: the verdicts that are written at all; empty: all. A path without
// placeholders is one name. Error: kUsage for another placeholder; it lists those there are.
[[nodiscard]] Result<std::vector<OutputName>> output_names(const std::string& path,
                                                           const std::vector<Verdict>& only);

}  // namespace mxbulk::output
