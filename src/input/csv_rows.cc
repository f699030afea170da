#include "input/csv_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "input/csv_cells.h"
#include "input/email_column.h"
#include "input/header_guess.h"
#include "input/line_scanner.h"
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

// Rows of several cells, whose quotes are as they should be.
bool are_ordinary(const std::vector<CsvRow>& rows) {
  return std::none_of(rows.begin(), rows.end(), [](const CsvRow& row) {
    return row.cells == 1 || row.has_odd_quotes || row.has_open_quote;
  });
}

// Most cells are so: without quotes, or with one at either end. False: look closer.
inline bool view_ordinary(std::string_view raw, std::string_view& text) {
  if (!raw.starts_with('"')) {
    text = raw;
    return true;
  }
  if (raw.find('"', 1) != raw.size() - 1 || raw.size() == 1) return false;
  text = raw.substr(1, raw.size() - 2);
  return true;
}

}  // namespace

CsvRows::CsvRows(const Layout& layout, Rendering rendering, std::optional<RowMaker> maker)
    : layout_(layout),
      rendering_(rendering),
      maker_(std::move(maker)),
      scanner_(layout.syntax, layout.column),
      rows_at_once_(rows_at_once(layout.columns, maker_)) {}

size_t CsvRows::cut(std::string_view bytes, bool is_end, uint64_t rows_max) {
  rows_.clear();
  size_t used = scanner_.scan(bytes, is_end, std::min<uint64_t>(rows_max, rows_at_once_), rows_);
  if (!rows_.empty() && rows_.back().has_open_quote) {
    // The line break at the end of the input is the row's, not its cell's.
    CsvRow& last = rows_.back();
    last.text_end -= static_cast<uint32_t>(terminator_of(bytes).size());
    last.cell_end = std::min(last.cell_end, last.text_end);
  }
  const bool may_follow = !is_end && rows_.size() < rows_max;
  if (may_follow) {
    hold_footer_back(bytes);
    used = rows_.empty() ? 0 : rows_.back().end;
  }
  return used;
}

bool CsvRows::is_blank(std::string_view bytes, size_t row) const {
  if (rows_[row].text_end == begin_of(row)) return true;
  // In a single column blanks are what the cell holds.
  return layout_.columns > 1 && rows_[row].cells == 1 && is_blank_line(text_of(bytes, row));
}

bool CsvRows::may_be_footer(std::string_view bytes, size_t row) const {
  if (layout_.columns == 1 || rows_[row].cells > 1 || rows_[row].has_open_quote) return false;
  const std::string_view text = text_of(bytes, row);
  // A number is a row that lost its end.
  return text.find('@') == std::string_view::npos && !is_numeric(text);
}

void CsvRows::hold_footer_back(std::string_view bytes) {
  size_t first = rows_.size();
  while (first > 0 && may_be_footer(bytes, first - 1)) --first;
  if (rows_.size() - first <= limits::kFooterRowsMax) rows_.resize(first);
}

void CsvRows::mark_passed(std::string_view bytes, bool is_end, RowBatch& batch) const {
  size_t footer = rows_.size();  // its first row
  while (is_end && footer > 0 && may_be_footer(bytes, footer - 1)) --footer;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].cells > 1) continue;  // most have
    batch.cells[i].is_passed = i >= footer || is_blank(bytes, i);
  }
}

Status CsvRows::check_quotes(std::string_view bytes, const RowPlace& place,
                             RowBatch& batch) const {
  size_t line = 0;
  for (size_t i = 0; i < rows_.size(); ++i, ++line) {
    const CsvRow& row = rows_[i];
    if (!row.has_odd_quotes && !row.has_open_quote) continue;
    const std::string_view text = text_of(bytes, i);
    const QuoteLook look =
        look_at_quotes(text, layout_.syntax, layout_.columns, layout_.column, is_address);
    if (row.has_open_quote && look.inner_breaks > 0) {
      return unclosed_quote(place.text(line + count_line_breaks(text.substr(0, look.open_quote))));
    }
    if (look.unclosed_quote != std::string_view::npos) {
      const size_t before = count_line_breaks(text.substr(0, look.unclosed_quote));
      return unclosed_quote(place.text(line + before));
    }
    const bool is_shifted = row.cells != layout_.columns;
    if (is_shifted && look.escaped_quote != std::string_view::npos) {
      return Status::input(place.text(line) +
                           ": a quote after a backslash closes its cell, and the row has " +
                           std::to_string(row.cells) + " cells in place of " +
                           std::to_string(layout_.columns) +
                           "; if the backslash escapes the quote, use --escape '\\'");
    }
    if (look.inner_breaks == 0) continue;
    batch.tall_rows.push_back(
        {static_cast<uint32_t>(i), static_cast<uint32_t>(look.inner_breaks)});
    line += look.inner_breaks;
  }
  return {};
}

Status CsvRows::emit(std::string bytes, const RowPlace& place, RowBatch& batch) {
  batch.clear();
  batch.cells.resize(rows_.size());
  if (!are_ordinary(rows_)) {  // one pass tells that the others have nothing to find
    if (Status status = check_quotes(bytes, place, batch); !status.ok()) return status;
    mark_passed(bytes, place.is_end, batch);
  }
  if (rendering_ == Rendering::kAsIs && keeps_bytes(bytes, place, batch)) {
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
    case Rendering::kAsIs: append_padded(place, batch); break;
    case Rendering::kMade: append_made(batch); break;
  }
  return {};
}

bool CsvRows::keeps_bytes(std::string_view bytes, const RowPlace& place,
                          const RowBatch& batch) const {
  if (rows_.back().has_open_quote) return false;
  if (place.needs_terminator && terminator_of(bytes).empty()) return false;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].cells < layout_.columns && !batch.cells[i].is_passed) return false;
  }
  return true;
}

void CsvRows::fill_cells(std::string_view bytes, RowBatch& batch) const {
  size_t unescaped_max = 0;
  const bool is_plain = layout_.syntax.is_plain();
  for (size_t i = 0; i < rows_.size(); ++i) {
    const CsvRow& row = rows_[i];
    const std::string_view raw = raw_cell(bytes, row);
    EmailCell& cell = batch.cells[i];
    cell.is_bad_row = row.cells <= layout_.column || row.has_open_quote;
    cell.is_ragged = row.cells > layout_.columns;
    if (is_plain && view_ordinary(raw, cell.text)) continue;
    if (is_viewable(raw, layout_.syntax)) {
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
    if (is_viewable(raw, layout_.syntax)) continue;
    const size_t begin = batch.unescaped.size();
    append_unquoted(raw, layout_.syntax, batch.unescaped);
    batch.cells[i].text = std::string_view(batch.unescaped).substr(begin);
  }
}

std::string CsvRows::padding(uint64_t cells, bool has_open_quote) const {
  std::string tail = has_open_quote ? "\"" : "";
  if (cells < layout_.columns) tail.append(layout_.columns - cells, layout_.syntax.delimiter);
  return tail;
}

void CsvRows::append_padded(const RowPlace& place, RowBatch& batch) const {
  const std::string_view bytes = batch.source;
  Block& block = batch.block;
  for (size_t i = 0; i < rows_.size(); ++i) {
    const CsvRow& row = rows_[i];
    const std::string_view terminator = bytes.substr(row.text_end, row.end - row.text_end);
    block.bytes += text_of(bytes, i);
    if (!batch.cells[i].is_passed) block.bytes += padding(row.cells, row.has_open_quote);
    block.bytes += terminator;
    if (place.needs_terminator && terminator.empty()) block.bytes.push_back('\n');
    block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
  }
}

void CsvRows::append_made(RowBatch& batch) {
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (!batch.cells[i].is_passed) append_cells_of(text_of(batch.source, i), batch.block);
    batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
  }
}

void CsvRows::append_cells_of(std::string_view row, Block& block) {
  raw_.clear();
  split_cells(row, layout_.syntax, raw_);
  unquoted_.resize(std::max(unquoted_.size(), raw_.size()));
  for (size_t i = 0; i < raw_.size(); ++i) {
    if (is_viewable(raw_[i], layout_.syntax)) {
      raw_[i] = view_cell(raw_[i]);
    } else {
      unquoted_[i].clear();
      append_unquoted(raw_[i], layout_.syntax, unquoted_[i]);
      raw_[i] = unquoted_[i];
    }
  }
  maker_->append(raw_, block.bytes);
}

std::string CsvRows::tail_of(const RowTracker& giant) const {
  return padding(giant.cells(), giant.has_open_quote());
}

void CsvRows::emit_giant(std::string_view head, RowBatch& batch) {
  if (rendering_ == Rendering::kNone) return;
  append_cells_of(head, batch.block);
  batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
}

}  // namespace mxbulk::input
