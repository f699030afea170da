// Finds the ends of lines: LF, CR and CRLF, mixed as they come.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace mxbulk::input {

struct LineEnd {
  size_t text_end;  // before the terminator
  size_t end;       // behind it
  bool is_whole;    // false: the line may go on behind `bytes`
};

// The end of the line that begins at `from`. `is_end`: nothing comes behind `bytes`.
[[nodiscard]] LineEnd find_line_end(std::string_view bytes, size_t from, bool is_end);

// The terminator at the end of `row`: LF, CR, CRLF or nothing.
[[nodiscard]] std::string_view terminator_of(std::string_view row);

// Nothing but blanks and tabs.
[[nodiscard]] bool is_blank_line(std::string_view text);

}  // namespace mxbulk::input
