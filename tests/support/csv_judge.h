// CSV cut one octet after the other, nothing clever: what input::CsvScanner is compared with.
// Shares no code with it.
//
// Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "input/csv_scanner.h"

namespace mxbulk::test {

struct JudgedCsv {
  std::vector<input::CsvRow> rows;
  size_t used = 0;  // octets of whole rows

  friend bool operator==(const JudgedCsv&, const JudgedCsv&) = default;
};

[[nodiscard]] JudgedCsv judge_csv(input::CsvSyntax syntax, size_t column, std::string_view bytes,
                                  bool is_end);
// The same by the scanner.
[[nodiscard]] JudgedCsv scan_csv(const input::CsvScanner& scanner, std::string_view bytes,
                                 bool is_end);

}  // namespace mxbulk::test
