// The cells of one CSV row, and the text of a cell.
//
// Threads: pure functions. Ownership: views into the row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/csv_syntax.h"

namespace mxbulk::input {

// Appends the raw cells of `row` (quotes included) to `cells`. Requires: no terminator at its end.
void split_cells(std::string_view row, CsvSyntax syntax, std::vector<std::string_view>& cells);

// True if the text of the cell is a part of it as it stands: `view_cell` returns it.
[[nodiscard]] bool is_viewable(std::string_view raw_cell, CsvSyntax syntax);
// Requires: is_viewable(raw_cell, …).
[[nodiscard]] std::string_view view_cell(std::string_view raw_cell);

// Appends the text of the cell: without its quotes, `""` and escapes as what they stand for. Never
// longer than the cell.
void append_unquoted(std::string_view raw_cell, CsvSyntax syntax, std::string& text);
[[nodiscard]] std::string unquoted(std::string_view raw_cell, CsvSyntax syntax);

// What stands in the quotes of one row.
struct QuoteLook {
  size_t inner_breaks = 0;  // line breaks that do not end the row
  // Offset of the quote that opens the last quoted cell; 0 if there is none.
  size_t open_quote = 0;
  // Offset of a quote that opens a cell and was probably never closed, so that the rows after it
  // were read as one cell; npos if there is none.
  size_t unclosed_quote = std::string_view::npos;
  // Offset of a quote after a backslash which closed its cell where it seems to have been escaped;
  // npos if there is none, or if the syntax has an escape.
  size_t escaped_quote = std::string_view::npos;
};

// Looks at a row that has odd quotes. A cell with a line break inside its quotes was probably never
// closed if text follows its closing quote; or if that quote comes right after a delimiter or a line
// break and a line in the cell looks like a row: it has `columns` cells, and `is_address` holds for
// its cell number `column`.
[[nodiscard]] QuoteLook look_at_quotes(std::string_view row, CsvSyntax syntax, size_t columns,
                                       size_t column, bool (*is_address)(std::string_view text));

}  // namespace mxbulk::input
