#include "input/csv_cells.h"

#include "input/csv_octets.h"
#include "input/line_scanner.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;

// The offset of the quote that closes the one at the front; npos if none does.
size_t closing_quote(std::string_view text) {
  size_t at = text.find('"', 1);
  while (at != kNone && at + 1 < text.size() && text[at + 1] == '"') at = text.find('"', at + 2);
  return at;
}

// The text that an escaped octet stands for: MySQL's LOAD DATA, PostgreSQL's COPY (text format).
char escaped_text(char c) {
  switch (c) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'Z': return '\x1A';
    default: return c;
  }
}

std::string_view without_front_blanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == kNone ? std::string_view() : text.substr(begin);
}

bool is_blank(std::string_view text) {
  return without_front_blanks(text).empty();
}

// The end of the cell at the front of `row`: the offset of its delimiter, or the size of the row.
size_t cell_end(std::string_view row, CsvSyntax syntax) {
  CsvCellState state(syntax);
  for (size_t at = 0; at < row.size(); ++at) {
    if (state.take(row[at]) == CsvCellState::Found::kDelimiter) return at;
  }
  return row.size();
}

size_t plain_cell_end(std::string_view row, char delimiter) {
  size_t from = 0;
  if (row.starts_with('"')) {
    const size_t close = closing_quote(row);
    from = close == kNone ? row.size() : close + 1;
  }
  const size_t end = row.find(delimiter, from);
  return end == kNone ? row.size() : end;
}

// The text of a cell in a syntax with escapes or blanks before quotes.
void append_unquoted_octets(std::string_view raw_cell, CsvSyntax syntax, std::string& text) {
  if (syntax.escape != '\0' && raw_cell.size() == 2 && raw_cell[0] == syntax.escape &&
      raw_cell[1] == 'N') {  // NULL, not a text of one letter
    text += raw_cell;
    return;
  }
  std::string_view rest = raw_cell;
  if (syntax.skips_blanks && without_front_blanks(rest).starts_with('"')) {
    rest = without_front_blanks(rest);
  }
  bool is_inside = rest.starts_with('"');
  size_t at = is_inside ? 1 : 0;
  while (at < rest.size()) {
    const char c = rest[at++];
    if (syntax.escape != '\0' && c == syntax.escape && at < rest.size()) {
      text.push_back(escaped_text(rest[at++]));
    } else if (is_inside && c == '"') {
      const bool is_pair = at < rest.size() && rest[at] == '"';
      if (is_pair) text.push_back(rest[at++]);
      is_inside = is_pair;
      // Neither blanks before the delimiter nor blanks before the quote belong to the cell.
      if (!is_inside && syntax.skips_blanks && is_blank(rest.substr(at))) return;
    } else {
      text.push_back(c);
    }
  }
}

// True if a line of a quoted cell looks like a row of its own.
bool looks_like_row(std::string_view line, CsvSyntax syntax, size_t columns, size_t column,
                    bool (*is_address)(std::string_view text)) {
  std::vector<std::string_view> cells;
  split_cells(line, syntax, cells);
  return columns > 1 && cells.size() == columns && is_address(unquoted(cells[column], syntax));
}

// The same for any line of `cell` except the first, which follows other text. Only if the quote
// that closes the cell is in a place where a quote could open one.
bool holds_a_row(std::string_view cell, CsvSyntax syntax, size_t columns, size_t column,
                 bool (*is_address)(std::string_view text)) {
  const char last = cell.empty() ? '\0' : cell.back();
  if (last != syntax.delimiter && last != '\n' && last != '\r') return false;
  size_t line_end = cell.find_first_of("\r\n");
  while (line_end != kNone) {
    const std::string_view rest = cell.substr(line_end + 1);
    const size_t next = rest.find_first_of("\r\n");
    if (looks_like_row(rest.substr(0, next), syntax, columns, column, is_address)) return true;
    line_end = next == kNone ? kNone : line_end + 1 + next;
  }
  return false;
}

// A quoted cell in its three parts.
struct QuotedCell {
  size_t open;              // offset of the opening quote in the raw cell
  std::string_view inside;  // into the raw cell
  std::string_view after;   // after the closing quote; empty if there is none
};

// Requires: the cell is quoted.
QuotedCell parts_of(std::string_view raw_cell, CsvSyntax syntax) {
  const size_t open = raw_cell.find('"');
  size_t at = open + 1;
  while (at < raw_cell.size()) {
    if (syntax.escape != '\0' && raw_cell[at] == syntax.escape) {
      at += 2;
    } else if (raw_cell[at] != '"') {
      ++at;
    } else if (raw_cell.substr(at, 2) == "\"\"") {
      at += 2;
    } else {
      return {open, raw_cell.substr(open + 1, at - open - 1), raw_cell.substr(at + 1)};
    }
  }
  return {open, raw_cell.substr(open + 1), {}};
}

bool is_quoted(std::string_view raw_cell, CsvSyntax syntax) {
  if (syntax.skips_blanks) raw_cell = without_front_blanks(raw_cell);
  return raw_cell.starts_with('"');
}

}  // namespace

void split_cells(std::string_view row, CsvSyntax syntax, std::vector<std::string_view>& cells) {
  while (true) {
    const size_t end =
        syntax.is_plain() ? plain_cell_end(row, syntax.delimiter) : cell_end(row, syntax);
    cells.push_back(row.substr(0, end));
    if (end == row.size()) return;
    row.remove_prefix(end + 1);
  }
}

bool is_viewable(std::string_view raw_cell, CsvSyntax syntax) {
  if (syntax.escape != '\0' && raw_cell.find(syntax.escape) != kNone) return false;
  if (syntax.skips_blanks && raw_cell.find('"') != kNone) return false;
  if (!raw_cell.starts_with('"')) return true;
  const size_t quote = raw_cell.find('"', 1);
  return quote == kNone || quote == raw_cell.size() - 1;
}

std::string_view view_cell(std::string_view raw_cell) {
  if (!raw_cell.starts_with('"')) return raw_cell;
  const bool is_closed = raw_cell.size() > 1 && raw_cell.ends_with('"');
  return raw_cell.substr(1, raw_cell.size() - (is_closed ? 2 : 1));
}

void append_unquoted(std::string_view raw_cell, CsvSyntax syntax, std::string& text) {
  if (!syntax.is_plain()) return append_unquoted_octets(raw_cell, syntax, text);
  if (!raw_cell.starts_with('"')) {
    text += raw_cell;
    return;
  }
  const size_t close = closing_quote(raw_cell);
  std::string_view inside = raw_cell.substr(1, close == kNone ? kNone : close - 1);
  while (true) {
    const size_t pair = inside.find('"');
    text += inside.substr(0, pair);
    if (pair == kNone) break;
    text.push_back('"');
    inside.remove_prefix(pair + 2);
  }
  if (close != kNone) text += raw_cell.substr(close + 1);
}

std::string unquoted(std::string_view raw_cell, CsvSyntax syntax) {
  std::string text;
  append_unquoted(raw_cell, syntax, text);
  return text;
}

QuoteLook look_at_quotes(std::string_view row, CsvSyntax syntax, size_t columns, size_t column,
                         bool (*is_address)(std::string_view text)) {
  QuoteLook look;
  look.inner_breaks = count_line_breaks(row);
  std::vector<std::string_view> cells;
  split_cells(row, syntax, cells);
  for (const std::string_view cell : cells) {
    if (!is_quoted(cell, syntax)) continue;
    const QuotedCell parts = parts_of(cell, syntax);
    const size_t open = static_cast<size_t>(cell.data() - row.data()) + parts.open;
    look.open_quote = open;
    const bool has_break = parts.inside.find_first_of("\r\n") != kNone;
    const bool has_text_after = !is_blank(parts.after);
    const bool is_unclosed =
        has_break &&
        (has_text_after || holds_a_row(parts.inside, syntax, columns, column, is_address));
    if (is_unclosed && look.unclosed_quote == kNone) look.unclosed_quote = open;
    const bool is_escaped = syntax.escape == '\0' && has_text_after && parts.inside.ends_with('\\');
    if (is_escaped && look.escaped_quote == kNone) {
      look.escaped_quote = open + 1 + parts.inside.size();
    }
  }
  return look;
}

}  // namespace mxbulk::input
