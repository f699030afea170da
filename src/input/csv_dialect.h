// How a CSV input is written: its delimiter, whether it has a header, where the addresses are.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "input/email_column.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

struct CsvDialect {
  char delimiter = ',';
  bool has_header = false;
  std::string header_row;  // its own bytes, without terminator; empty without a header
  std::string terminator;  // of the first row
  size_t header_size = 0;  // octets that the header takes, its terminator included
  TextRow names;           // of the columns, unquoted; empty without a header
  size_t columns = 1;      // of the first row
  size_t column = 0;       // of the addresses, 0-based
};

// `front`: the first bytes without BOM, at least one whole row. `is_end`: they are all.
// Errors: as find_email_column.
Result<CsvDialect> find_csv_dialect(const InputOptions& options, Format format,
                                    const std::string& source, std::string_view front, bool is_end);

}  // namespace mxbulk::input
