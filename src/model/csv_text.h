// Cells of CSV (RFC 4180): writing, and making safe for spreadsheets. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk {

// True if a spreadsheet runs a cell that begins with `c`.
[[nodiscard]] constexpr bool is_formula_start(char c) {
  return c == '=' || c == '+' || c == '-' || c == '@';
}

// Appends `cell`, quoted if it holds the delimiter, a quote, CR or LF. With `safe` a cell that a
// spreadsheet would run as a formula gets a ' in front.
void append_csv_cell(std::string_view cell, char delimiter, bool safe, std::string& out);

// Appends `row` (no terminator) as it is, but with a ' in front of each cell that begins with = + -
// or @; inside the quotes of a quoted cell.
void append_row_csv_safe(std::string_view row, char delimiter, std::string& out);

// True if a cell of `row` (no terminator) is `text`, with or without quotes.
[[nodiscard]] bool has_csv_cell(std::string_view row, char delimiter, std::string_view text);

// The terminator at the end of `row`: CRLF, LF, CR or none; into `row`.
[[nodiscard]] constexpr std::string_view terminator_of(std::string_view row) {
  if (row.ends_with("\r\n")) return row.substr(row.size() - 2);
  if (row.ends_with('\n') || row.ends_with('\r')) return row.substr(row.size() - 1);
  return row.substr(row.size());
}

}  // namespace mxbulk
