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
    batch.cells.push_back(cell);
    append_line(cell.text, batch.block);
  }
  return {};
}

void LineRows::append_line(std::string_view line, Block& block) const {
  if (!maker_) return;
  maker_->append(std::span(&line, 1), block.bytes);
  block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
}

void LineRows::emit_giant(std::string_view head, RowBatch& batch) {
  append_line(head, batch.block);
}

}  // namespace mxbulk::input
