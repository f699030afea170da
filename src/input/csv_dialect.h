// Finds the dialect of a CSV input from a sample: its delimiter and quotes, the lines above the
// table, its header if it has one, and the column of addresses.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "input/csv_syntax.h"
#include "input/email_column.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

struct CsvDialect {
  CsvSyntax syntax;
  // The lines above the table: a line `sep=;`, titles, blank lines; with terminators.
  std::string preamble;
  bool has_header = false;
  std::string header_row;  // its own bytes, without terminator; empty without a header
  std::string terminator;  // of the table's first row
  size_t front_bytes = 0;  // octets of preamble and header, their terminators included
  size_t front_lines = 0;  // lines of them
  size_t preamble_lines = 0;
  TextRow names;       // of the columns, unquoted; empty without a header
  size_t columns = 1;  // of the header, else of most rows
  size_t column = 0;   // of the addresses, 0-based; rows may be longer than the header

  // Of the column of addresses; empty if it has none.
  [[nodiscard]] std::string column_name() const {
    return column < names.size() ? names[column] : std::string();
  }
};

// `front`: the first bytes without BOM. `is_end`: they are all. `is_further`: an earlier file
// determines the column of addresses, so another or none (npos) may be found here. Errors: kUsage
// (no such column), kInput (no column of addresses, or several; a quote that is never closed; no
// whole row).
Result<CsvDialect> find_csv_dialect(const InputOptions& options, Format format,
                                    const std::string& source, std::string_view front, bool is_end,
                                    bool is_further = false);

}  // namespace mxbulk::input
