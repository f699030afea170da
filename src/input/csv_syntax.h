// How the cells of a CSV input are separated and quoted. Plain value.
#pragma once

namespace mxbulk::input {

struct CsvSyntax {
  char delimiter = ',';
  // The octet after the escape is taken literally, inside quotes and outside: `\"` as MySQL and
  // PostgreSQL write it. NUL: no escape; only `""` is a quote inside quotes (RFC 4180 §2.7).
  char escape = '\0';
  // Blanks between the delimiter and an opening quote do not belong to the cell: `x, "a, b"`.
  bool skips_blanks = false;

  // The common case, for which the scanner is fast.
  [[nodiscard]] bool is_plain() const { return escape == '\0' && !skips_blanks; }

  friend bool operator==(const CsvSyntax&, const CsvSyntax&) = default;
};

}  // namespace mxbulk::input
