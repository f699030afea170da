#include "input/csv_octets.h"

#include "input/csv_scanner.h"

namespace mxbulk::input {

CsvCellState::Found CsvCellState::take(char c) {
  const bool is_lf_of_pair = after_escaped_cr_ && c == '\n';
  after_escaped_cr_ = false;
  if (is_lf_of_pair) return Found::kText;
  switch (place_) {
    case Place::kEscaped:
    case Place::kEscapedQuoted:
      place_ = is_escaped_quoted() ? Place::kQuoted : Place::kPlain;
      has_inner_break_ |= c == '\n' || c == '\r';
      after_escaped_cr_ = c == '\r';
      return Found::kText;
    case Place::kQuoted:
      if (is_escape(c)) {
        place_ = Place::kEscapedQuoted;
      } else if (c == '"') {
        place_ = Place::kAfterQuote;
      } else {
        has_inner_break_ |= c == '\n' || c == '\r';
      }
      return Found::kText;
    case Place::kStart:
    case Place::kAfterQuote:
      if (c == '"') {  // the first octet of a cell, or the second of `""`
        place_ = Place::kQuoted;
        return Found::kText;
      }
      break;
    case Place::kPlain: has_stray_quote_ |= c == '"'; break;
  }
  return take_unquoted(c);
}

CsvCellState::Found CsvCellState::take_unquoted(char c) {
  if (c == '\n' || c == '\r') return Found::kBreak;
  if (c == syntax_.delimiter) {
    place_ = Place::kStart;
    return Found::kDelimiter;
  }
  if (is_escape(c)) {
    place_ = Place::kEscaped;
    return Found::kText;
  }
  const bool may_be_skipped = syntax_.skips_blanks && (c == ' ' || c == '\t');
  const bool stays_at_start = place_ == Place::kStart && may_be_skipped;
  if (!stays_at_start) place_ = Place::kPlain;
  return Found::kText;
}

size_t scan_octets(CsvSyntax syntax, size_t column, std::string_view bytes, bool is_end,
                   size_t rows_max, std::vector<CsvRow>& rows) {
  size_t row_begin = 0;
  while (row_begin < bytes.size() && rows_max > 0) {
    CsvCellState state(syntax);
    CsvRow row;
    size_t cell = 0;
    size_t at = row_begin;
    if (column == 0) row.cell_begin = static_cast<uint32_t>(at);
    for (; at < bytes.size(); ++at) {
      const CsvCellState::Found found = state.take(bytes[at]);
      if (found == CsvCellState::Found::kBreak) break;
      if (found != CsvCellState::Found::kDelimiter) continue;
      if (cell == column) row.cell_end = static_cast<uint32_t>(at);
      if (++cell == column) row.cell_begin = static_cast<uint32_t>(at + 1);
    }
    const bool is_cut_off = at == bytes.size() || (bytes[at] == '\r' && at + 1 == bytes.size());
    if (is_cut_off && !is_end) break;  // more of the row, or an LF, may follow
    row.text_end = static_cast<uint32_t>(at);
    if (cell == column) row.cell_end = row.text_end;
    row.cells = static_cast<uint32_t>(cell + 1);
    row.has_open_quote = at == bytes.size() && state.is_quoted();
    row.has_odd_quotes = state.is_odd();
    if (at < bytes.size()) at += bytes.substr(at, 2) == "\r\n" ? 2 : 1;
    row.end = static_cast<uint32_t>(at);
    rows.push_back(row);
    row_begin = at;
    --rows_max;
  }
  return row_begin;
}

}  // namespace mxbulk::input
