// Splits one CSV row into cells, and reads the text of a cell.
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

// True if the text is an unchanged part of the cell: `view_cell` returns it.
[[nodiscard]] bool is_viewable(std::string_view raw_cell, CsvSyntax syntax);
// Requires: is_viewable(raw_cell, …).
[[nodiscard]] std::string_view view_cell(std::string_view raw_cell);

// Appends the text of the cell: without its quotes, with `""` and escapes decoded. Never longer
// than the cell.
void append_unquoted(std::string_view raw_cell, CsvSyntax syntax, std::string& text);
[[nodiscard]] std::string unquoted(std::string_view raw_cell, CsvSyntax syntax);

// What the quotes of one row hold.
struct QuoteLook {
  size_t inner_breaks = 0;  // line breaks that do not end the row
  // The offset of the quote that opens the last quoted cell; 0 if there is none.
  size_t open_quote = 0;
  // The offset of a quote that opens a cell and was probably never closed, so that later rows were
  // read as one cell; npos if there is none.
  size_t unclosed_quote = std::string_view::npos;
  // The offset of a quote after a backslash that closed its cell, but was probably meant as
  // escaped; npos if there is none, or if the syntax has an escape.
  size_t escaped_quote = std::string_view::npos;
};

// Examines a row with odd quotes. A cell with a line break inside its quotes was probably never
// closed if text follows its closing quote; or if that quote comes right after a delimiter or a
// line break and a line in the cell looks like a row: it has `columns` cells, and `is_address`
// holds for its cell number `column`.
[[nodiscard]] QuoteLook look_at_quotes(std::string_view row, CsvSyntax syntax, size_t columns,
                                       size_t column, bool (*is_address)(std::string_view text));

}  // namespace mxbulk::input
