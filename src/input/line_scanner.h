// Finds the ends of lines: LF, CR and CRLF, in any mixture.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mxbulk::input {

struct LineEnd {
  size_t text_end;  // before the terminator
  size_t end;       // after it
  bool is_whole;    // false: the line may go on after `bytes`
};

// The end of the line that begins at `from`. `is_end`: nothing comes after `bytes`.
[[nodiscard]] LineEnd find_line_end(std::string_view bytes, size_t from, bool is_end);

// One whole line; offsets into the bytes that were cut.
struct LineSpan {
  uint32_t begin;
  uint32_t text_end;  // before the terminator
  uint32_t end;       // after it
};

// Puts the whole lines at the front of `bytes` into `lines`, `lines_max` at most. Returns how many
// octets they take. Requires: bytes.size() < 4 GiB.
size_t cut_lines(std::string_view bytes, bool is_end, uint64_t lines_max,
                 std::vector<LineSpan>& lines);

// CRLF counts once.
[[nodiscard]] size_t count_line_breaks(std::string_view text);

// True if the text has only blanks and tabs.
[[nodiscard]] bool is_blank_line(std::string_view text);

}  // namespace mxbulk::input
