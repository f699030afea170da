// The cells of one CSV row, and the text of a cell.
//
// Threads: pure functions. Ownership: views into the row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::input {

// Appends the raw cells of `row` (quotes included) to `cells`. Requires: no terminator at its end.
void split_cells(std::string_view row, char delimiter, std::vector<std::string_view>& cells);

// True where the text of the cell is a part of it as it stands: `view_cell` gives it.
[[nodiscard]] bool is_viewable(std::string_view raw_cell);
// Requires: is_viewable(raw_cell).
[[nodiscard]] std::string_view view_cell(std::string_view raw_cell);

// Appends the text of the cell: without its quotes, `""` as one. Never longer than the cell.
void append_unquoted(std::string_view raw_cell, std::string& text);
[[nodiscard]] std::string unquoted(std::string_view raw_cell);

}  // namespace mxbulk::input
