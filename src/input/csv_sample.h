// Reads the first rows of a CSV input in one syntax, and finds the syntax that fits them best.
//
// Threads: pure functions. Ownership: a sample borrows the bytes that it was taken from.
#pragma once

#include <string_view>
#include <vector>

#include "input/csv_scanner.h"
#include "input/csv_syntax.h"
#include "input/email_column.h"
#include "mxbulk/options.h"

namespace mxbulk::input {

struct CsvSample {
  CsvSyntax syntax;
  std::string_view bytes;
  std::vector<CsvRow> rows;
  std::vector<TextRow> texts;  // of each row
  size_t width = 0;            // the number of cells that most rows with an address have
  size_t agreeing_rows = 0;    // with that number
  size_t address_rows = 0;     // of those, with a cell that is an address
  size_t odd_rows = 0;         // whose quotes do not fit this syntax

  [[nodiscard]] std::string_view row(size_t index) const {  // without terminator
    const size_t begin = index == 0 ? 0 : rows[index - 1].end;
    return bytes.substr(begin, rows[index].text_end - begin);
  }
};

[[nodiscard]] CsvSample take_sample(CsvSyntax syntax, std::string_view bytes, bool is_end);

// The sample in the best of the syntaxes that `options` and `format` allow.
[[nodiscard]] CsvSample best_sample(const InputOptions& options, Format format,
                                    std::string_view bytes, bool is_end);

// A row without any text.
[[nodiscard]] bool is_blank_row(const TextRow& row);

}  // namespace mxbulk::input
