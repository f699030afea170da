// Cuts CSV of any syntax into rows, octet by octet: for syntaxes that CsvScanner's masks do not
// support, and to follow an oversized row.
//
// Threads: pure functions and plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "input/csv_syntax.h"

namespace mxbulk::input {

struct CsvRow;

// The position within a cell, while a row is read. One object per row.
class CsvCellState {
 public:
  explicit CsvCellState(CsvSyntax syntax) : syntax_(syntax) {}

  enum class Found : uint8_t { kText, kDelimiter, kBreak };

  // Takes the next octet of the row. kBreak: it ends the row.
  Found take(char c);

  [[nodiscard]] bool is_quoted() const { return place_ == Place::kQuoted || is_escaped_quoted(); }
  // A line break was inside quotes or escaped, or a quote was out of place.
  [[nodiscard]] bool is_odd() const { return has_inner_break_ || has_stray_quote_; }
  [[nodiscard]] bool has_inner_break() const { return has_inner_break_; }

 private:
  enum class Place : uint8_t { kStart, kPlain, kQuoted, kAfterQuote, kEscaped, kEscapedQuoted };

  [[nodiscard]] bool is_escaped_quoted() const { return place_ == Place::kEscapedQuoted; }
  [[nodiscard]] bool is_escape(char c) const {
    return syntax_.escape != '\0' && c == syntax_.escape;
  }
  Found take_unquoted(char c);

  CsvSyntax syntax_;
  Place place_ = Place::kStart;
  bool after_escaped_cr_ = false;  // the LF of an escaped CRLF is escaped too
  bool has_inner_break_ = false;
  bool has_stray_quote_ = false;
};

// As CsvScanner::scan.
size_t scan_octets(CsvSyntax syntax, size_t column, std::string_view bytes, bool is_end,
                   size_t rows_max, std::vector<CsvRow>& rows);

}  // namespace mxbulk::input
