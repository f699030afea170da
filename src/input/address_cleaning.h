// Takes ordinary dirt off an address cell: what people paste around an address.
//
// Threads: pure functions. Ownership: views into the cell.
#pragma once

#include <string_view>

#include "mxbulk/verdict.h"

namespace mxbulk::input {

struct CleanedCell {
  std::string_view text;  // into the cell
  LintSet lints;          // kTrimmed, kDisplayName
};

// Blank, tab, NBSP, zero-width characters and BOM off both ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

// Blanks, `<…>`, `mailto:…?…` and a display name (`Jo Doe <jo@example.org>`, RFC 5322 §3.4).
[[nodiscard]] CleanedCell clean_cell(std::string_view cell);

}  // namespace mxbulk::input
