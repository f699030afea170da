#include "input/csv_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "input/csv_cells.h"
#include "model/csv_text.h"

namespace mxbulk::input {
namespace {

// A short row is padded to its header: many of them with many columns are far larger than their
// bytes.
size_t rows_at_once(size_t columns, const std::optional<RowMaker>& maker) {
  const size_t added_bytes = columns + (maker ? maker->fixed_bytes() : 0);
  return std::max<size_t>(1, limits::kMadeBlockBytes / added_bytes);
}

std::string_view raw_cell(std::string_view bytes, const CsvRow& row) {
  return bytes.substr(row.cell_begin, row.cell_end - row.cell_begin);
}

}  // namespace

CsvRows::CsvRows(const Layout& layout, Rendering rendering, std::optional<RowMaker> maker)
    : layout_(layout),
      rendering_(rendering),
      maker_(std::move(maker)),
      scanner_(layout.delimiter, layout.column),
      rows_at_once_(rows_at_once(layout.columns, maker_)) {}

size_t CsvRows::cut(std::string_view bytes, bool is_end, uint64_t rows_max) {
  rows_.clear();
  const size_t used =
      scanner_.scan(bytes, is_end, std::min<uint64_t>(rows_max, rows_at_once_), rows_);
  if (!rows_.empty() && rows_.back().has_open_quote) {
    // The line break at the end of the input is the row's, not its cell's.
    CsvRow& last = rows_.back();
    last.text_end -= static_cast<uint32_t>(terminator_of(bytes).size());
    last.cell_end = std::min(last.cell_end, last.text_end);
  }
  return used;
}

Status CsvRows::emit(std::string bytes, const RowPlace& place, RowBatch& batch) {
  batch.clear();
  const CsvRow& last = rows_.back();
  const uint32_t last_begin = begin_of(rows_.size() - 1);
  const std::string_view last_row =
      std::string_view(bytes).substr(last_begin, last.text_end - last_begin);
  if (last.has_open_quote && last_row.find_first_of("\r\n") != std::string_view::npos) {
    return place.open_quote(rows_.size() - 1);
  }
  if (rendering_ == Rendering::kAsIs && keeps_bytes(bytes, place)) {
    batch.block.bytes = std::move(bytes);
    batch.keeps_input = true;
    for (const CsvRow& row : rows_) batch.block.row_ends.push_back(row.end);
    fill_cells(batch.block.bytes, batch);
    return {};
  }
  batch.source = std::move(bytes);
  fill_cells(batch.source, batch);
  switch (rendering_) {
    case Rendering::kNone: break;
    case Rendering::kAsIs: append_padded(batch.source, place, batch.block); break;
    case Rendering::kMade: append_made(batch.source, batch.block); break;
    case Rendering::kCell:
      for (const EmailCell& cell : batch.cells) {
        maker_->append(std::span(&cell.text, 1), batch.block.bytes);
        batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
      }
      break;
  }
  return {};
}

bool CsvRows::keeps_bytes(std::string_view bytes, const RowPlace& place) const {
  if (rows_.back().has_open_quote) return false;
  if (place.needs_terminator && terminator_of(bytes).empty()) return false;
  return std::all_of(rows_.begin(), rows_.end(),
                     [&](const CsvRow& row) { return row.cells >= layout_.columns; });
}

void CsvRows::fill_cells(std::string_view bytes, RowBatch& batch) const {
  size_t unescaped_max = 0;
  batch.cells.resize(rows_.size());
  uint32_t begin = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    const CsvRow& row = rows_[i];
    const std::string_view raw = raw_cell(bytes, row);
    EmailCell& cell = batch.cells[i];
    const bool is_blank = row.text_end == begin;
    begin = row.end;
    cell.is_bad_row = (row.cells <= layout_.column && !is_blank) || row.has_open_quote;
    cell.is_ragged = row.cells > layout_.columns;
    if (is_viewable(raw)) {
      cell.text = view_cell(raw);
    } else {
      unescaped_max += raw.size();
    }
  }
  if (unescaped_max > 0) unescape_cells(bytes, unescaped_max, batch);
}

void CsvRows::unescape_cells(std::string_view bytes, size_t size_max, RowBatch& batch) const {
  batch.unescaped.reserve(size_max);  // views into it must hold
  for (size_t i = 0; i < rows_.size(); ++i) {
    const std::string_view raw = raw_cell(bytes, rows_[i]);
    if (is_viewable(raw)) continue;
    const size_t begin = batch.unescaped.size();
    append_unquoted(raw, batch.unescaped);
    batch.cells[i].text = std::string_view(batch.unescaped).substr(begin);
  }
}

std::string CsvRows::padding(uint64_t cells, bool has_open_quote) const {
  std::string tail = has_open_quote ? "\"" : "";
  if (cells < layout_.columns) tail.append(layout_.columns - cells, layout_.delimiter);
  return tail;
}

void CsvRows::append_padded(std::string_view bytes, const RowPlace& place, Block& block) const {
  for (size_t i = 0; i < rows_.size(); ++i) {
    const CsvRow& row = rows_[i];
    const std::string_view text = bytes.substr(begin_of(i), row.text_end - begin_of(i));
    const std::string_view terminator = bytes.substr(row.text_end, row.end - row.text_end);
    block.bytes += text;
    block.bytes += padding(row.cells, row.has_open_quote);
    block.bytes += terminator;
    if (place.needs_terminator && terminator.empty()) block.bytes.push_back('\n');
    block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
  }
}

void CsvRows::append_made(std::string_view bytes, Block& block) {
  for (size_t i = 0; i < rows_.size(); ++i) {
    append_cells_of(bytes.substr(begin_of(i), rows_[i].text_end - begin_of(i)), block);
  }
}

void CsvRows::append_cells_of(std::string_view row, Block& block) {
  raw_.clear();
  split_cells(row, layout_.delimiter, raw_);
  unquoted_.resize(std::max(unquoted_.size(), raw_.size()));
  for (size_t i = 0; i < raw_.size(); ++i) {
    if (is_viewable(raw_[i])) {
      raw_[i] = view_cell(raw_[i]);
    } else {
      unquoted_[i].clear();
      append_unquoted(raw_[i], unquoted_[i]);
      raw_[i] = unquoted_[i];
    }
  }
  maker_->append(raw_, block.bytes);
  block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
}

std::string CsvRows::tail_of(const RowTracker& giant) const {
  return padding(giant.cells(), giant.has_open_quote());
}

void CsvRows::emit_giant(std::string_view head, RowBatch& batch) {
  if (rendering_ == Rendering::kNone) return;
  if (rendering_ == Rendering::kMade) {
    append_cells_of(head, batch.block);
    return;
  }
  maker_->append({}, batch.block.bytes);
  batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
}

}  // namespace mxbulk::input
