#include "input/csv_cells.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;

// Offset of the quote that closes the one at the front; npos where the cell stays open.
size_t closing_quote(std::string_view text) {
  size_t at = text.find('"', 1);
  while (at != kNone && at + 1 < text.size() && text[at + 1] == '"') at = text.find('"', at + 2);
  return at;
}

}  // namespace

void split_cells(std::string_view row, char delimiter, std::vector<std::string_view>& cells) {
  while (true) {
    size_t from = 0;
    if (row.starts_with('"')) {
      const size_t close = closing_quote(row);
      from = close == kNone ? row.size() : close + 1;
    }
    const size_t end = row.find(delimiter, from);
    cells.push_back(row.substr(0, end));
    if (end == kNone) return;
    row.remove_prefix(end + 1);
  }
}

bool is_viewable(std::string_view raw_cell) {
  if (!raw_cell.starts_with('"')) return true;
  const size_t quote = raw_cell.find('"', 1);
  return quote == kNone || quote == raw_cell.size() - 1;
}

std::string_view view_cell(std::string_view raw_cell) {
  if (!raw_cell.starts_with('"')) return raw_cell;
  const bool is_closed = raw_cell.size() > 1 && raw_cell.ends_with('"');
  return raw_cell.substr(1, raw_cell.size() - (is_closed ? 2 : 1));
}

void append_unquoted(std::string_view raw_cell, std::string& text) {
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

std::string unquoted(std::string_view raw_cell) {
  std::string text;
  append_unquoted(raw_cell, text);
  return text;
}

}  // namespace mxbulk::input
