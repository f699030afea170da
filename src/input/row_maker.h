// Makes rows in the output's format from cells, if the input's own bytes cannot be kept.
//
// Threads: one reader thread. Ownership: copies the names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/block.h"

namespace mxbulk::input {

class RowMaker {
 public:
  // `format`: kCsv, kTsv or kJsonl. `names`: of the columns. In JSON they are keys, and a repeated
  // name gets a number.
  RowMaker(Format format, char delimiter, std::vector<std::string> names);

  // Appends one row and its LF. Missing cells are empty. Cells beyond the names are written after
  // the others; in JSON as the list `_extra`.
  void append(std::span<const std::string_view> cells, std::string& out) const;
  // Appends `{"_raw":"…"}` and `terminator`: the row of a line that is not a JSON object.
  static void append_raw(std::string_view line, std::string_view terminator, std::string& out);

  // The names as a row, without terminator; CSV only.
  [[nodiscard]] std::string header_row() const;
  // The size of a row without text in any cell.
  [[nodiscard]] size_t fixed_bytes() const;

 private:
  void append_json(std::span<const std::string_view> cells, std::string& out) const;
  void append_csv(std::span<const std::string_view> cells, std::string& out) const;

  Format format_;
  char delimiter_;
  std::vector<std::string> names_;
  std::vector<std::string> keys_;  // `"name":` with its quotes
};

}  // namespace mxbulk::input
