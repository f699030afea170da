// The names of the outputs: `{verdict}` and `{action}` in a path stand for several files.
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
  std::optional<Verdict> verdict;  // of its rows; none = any
  std::optional<Action> action;
};

[[nodiscard]] bool has_placeholder(const std::string& path);

// One name for each value, even if no row has it: so a loader never finds a file of an earlier run.
// `only`: the verdicts that are written; empty = all. A path without placeholders gives one name.
// Error: kUsage for another placeholder; it lists those there are.
[[nodiscard]] Result<std::vector<OutputName>> output_names(const std::string& path,
                                                           const std::vector<Verdict>& only);

}  // namespace mxbulk::output
