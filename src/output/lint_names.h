// Lints as they are written. Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk::output {

// Of a row, from its domain's and its own. What a server lacks for non-ASCII local parts (RFC 6531)
// concerns no other rows.
[[nodiscard]] inline LintSet lints_of_row(LintSet of_domain, LintSet of_row) {
  LintSet lints = of_domain;
  if (!of_row.has(Lint::kSmtputf8)) lints.remove(Lint::kEaiUnsupported);
  lints.add(of_row);
  return lints;
}

// Their names, in the order of the enum.
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
