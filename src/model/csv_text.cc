#include "model/csv_text.h"

#include <algorithm>

namespace mxbulk {
namespace {

// Offset after the closing quote of the cell that opens at `at`; the row's size if none closes it.
size_t end_of_quoted(std::string_view row, size_t at) {
  for (++at; at < row.size(); ++at) {
    if (row[at] != '"') continue;
    if (at + 1 == row.size() || row[at + 1] != '"') return at + 1;
    ++at;  // RFC 4180 §2.7: a doubled quote is a quote
  }
  return row.size();
}

}  // namespace

void append_csv_cell(std::string_view cell, char delimiter, bool safe, std::string& out) {
  const bool guard = safe && !cell.empty() && is_formula_start(cell[0]);
  const char special[] = {delimiter, '"', '\r', '\n'};
  if (cell.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
    if (guard) out.push_back('\'');
    out.append(cell);
    return;
  }
  out.push_back('"');
  if (guard) out.push_back('\'');
  for (char c : cell) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

bool has_csv_cell(std::string_view row, char delimiter, std::string_view text) {
  for (size_t at = 0; at <= row.size();) {
    const bool is_quoted = at < row.size() && row[at] == '"';
    const size_t end =
        std::min(row.find(delimiter, is_quoted ? end_of_quoted(row, at) : at), row.size());
    std::string_view cell = row.substr(at, end - at);
    if (is_quoted && cell.size() > 1 && cell.ends_with('"')) cell = cell.substr(1, cell.size() - 2);
    if (cell == text) return true;
    at = end + 1;
  }
  return false;
}

void append_row_csv_safe(std::string_view row, char delimiter, std::string& out) {
  size_t at = 0;
  while (at < row.size()) {
    const bool quoted = row[at] == '"';
    const size_t begin = at + (quoted ? 1 : 0);
    const size_t search_from = quoted ? end_of_quoted(row, at) : at;
    size_t end = row.find(delimiter, search_from);
    end = end == std::string_view::npos ? row.size() : end + 1;
    if (quoted) out.push_back('"');
    if (begin < row.size() && is_formula_start(row[begin])) out.push_back('\'');
    out.append(row.substr(begin, end - begin));
    at = end;
  }
}

}  // namespace mxbulk
