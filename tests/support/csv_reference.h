// A simple CSV scanner, one octet at a time, as a reference for input::CsvScanner. It shares no
// code with it.
//
// Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "input/csv_scanner.h"

namespace mxbulk::test {

struct ScannedCsv {
  std::vector<input::CsvRow> rows;
  size_t used = 0;  // octets of whole rows

  friend bool operator==(const ScannedCsv&, const ScannedCsv&) = default;
};

[[nodiscard]] ScannedCsv scan_csv_by_reference(input::CsvSyntax syntax, size_t column,
                                               std::string_view bytes, bool is_end);
// The same by the scanner.
[[nodiscard]] ScannedCsv scan_csv(const input::CsvScanner& scanner, std::string_view bytes,
                                  bool is_end);

}  // namespace mxbulk::test
