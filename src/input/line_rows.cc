#include "input/line_rows.h"

namespace mxbulk::input {

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
