#include "input/row_format.h"

#include <span>

namespace mxbulk::input {

// Takes the octet, unless it ends the row.
bool RowTracker::is_break(char c) {
  if (!cell_) return c == '\n' || c == '\r';
  const CsvCellState::Found found = cell_->take(c);
  if (found == CsvCellState::Found::kDelimiter) ++cells_;
  return found == CsvCellState::Found::kBreak;
}

size_t RowTracker::follow(std::string_view bytes, bool is_end) {
  size_t used = 0;
  while (used < bytes.size() && !is_break(bytes[used])) ++used;
  if (used == bytes.size()) {
    ends_ = is_end;
  } else if (bytes[used] == '\r') {
    const bool is_known = used + 1 < bytes.size() || is_end;
    if (is_known) {
      ++used;
      if (used < bytes.size() && bytes[used] == '\n') ++used;
      ends_ = true;
    }
  } else {
    ++used;
    ends_ = true;
  }
  bytes_ += used;
  return used;
}

size_t LineRows::cut(std::string_view bytes, bool is_end, uint64_t rows_max) {
  return cut_lines(bytes, is_end, rows_max, lines_);
}

Status LineRows::emit(std::string bytes, const RowPlace&, RowBatch& batch) {
  batch.clear();
  batch.source = std::move(bytes);
  for (const LineSpan& span : lines_) {
    EmailCell cell;
    cell.text = std::string_view(batch.source).substr(span.begin, span.text_end - span.begin);
    cell.is_passed = cell.text.empty();
    batch.cells.push_back(cell);
    append_line(cell, batch.block);
  }
  return {};
}

void LineRows::append_line(const EmailCell& cell, Block& block) const {
  if (!maker_) return;
  if (!cell.is_passed) maker_->append(std::span(&cell.text, 1), block.bytes);
  block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
}

void LineRows::emit_oversized_row(std::string_view head, RowBatch& batch) {
  EmailCell cell;
  cell.text = head;
  append_line(cell, batch.block);
}

}  // namespace mxbulk::input
