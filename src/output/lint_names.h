// The names of a set of lints, in the order of the enum. Threads: pure function.
#pragma once

#include <string_view>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk::output {

[[nodiscard]] inline std::vector<std::string_view> lint_names(LintSet lints) {
  std::vector<std::string_view> names;
  if (lints.empty()) return names;
  for (size_t index = 0; index < kLintCount; ++index) {
    const auto lint = static_cast<Lint>(index);
    if (lints.has(lint)) names.push_back(name_of(lint));
  }
  return names;
}

}  // namespace mxbulk::output
