// Makes rows in the output's format from cells, where the input's own bytes cannot be kept.
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
  // `format`: kCsv, kTsv or kJsonl. `names`: of the columns; keys in JSON, where a name that was
  // there before gets a number.
  RowMaker(Format format, char delimiter, std::vector<std::string> names);

  // Appends one row and its LF. Missing cells are empty; cells beyond the names stand after the
  // others, in JSON as the list `_extra`.
  void append(std::span<const std::string_view> cells, std::string& out) const;
  // Appends `{"_raw":"…"}` and `terminator`: what a line that is no JSON object becomes.
  static void append_raw(std::string_view line, std::string_view terminator, std::string& out);

  // The names as a row, without terminator; CSV only.
  [[nodiscard]] std::string header_row() const;
  // Octets of a row that has no text in any cell.
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
