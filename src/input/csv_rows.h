// Rows of CSV and TSV.
//
// Threads: one reader thread. Ownership: rows and cells are views into the bytes of the batch.
#pragma once

#include <optional>
#include <vector>

#include "input/csv_scanner.h"
#include "input/row_format.h"
#include "input/row_maker.h"

namespace mxbulk::input {

class CsvRows final : public RowFormat {
 public:
  struct Layout {
    CsvSyntax syntax;
    size_t column = 0;   // of the e-mail cell, 0-based
    size_t columns = 1;  // of the header; shorter rows are padded, longer ones are ragged
  };

  // `maker`: set if `rendering` is kMade.
  CsvRows(const Layout& layout, Rendering rendering, std::optional<RowMaker> maker);

  size_t cut(std::string_view bytes, bool is_end, uint64_t rows_max) override;
  [[nodiscard]] size_t rows() const override { return rows_.size(); }
  Status emit(std::string bytes, const RowPlace& place, RowBatch& batch) override;

  [[nodiscard]] RowTracker tracker() const override { return RowTracker(layout_.syntax); }
  [[nodiscard]] bool streams_oversized_rows() const override {
    return rendering_ == Rendering::kAsIs;
  }
  [[nodiscard]] std::string tail_of(const RowTracker& row) const override;
  void emit_oversized_row(std::string_view head, RowBatch& batch) override;

 private:
  [[nodiscard]] uint32_t begin_of(size_t row) const { return row == 0 ? 0 : rows_[row - 1].end; }
  [[nodiscard]] std::string_view text_of(std::string_view bytes, size_t row) const {
    return bytes.substr(begin_of(row), rows_[row].text_end - begin_of(row));
  }
  // True if the row may be part of a footer: a single cell, in a table of several columns.
  [[nodiscard]] bool may_be_footer(std::string_view bytes, size_t row) const;
  [[nodiscard]] bool is_blank(std::string_view bytes, size_t row) const;
  // Takes back the rows that may be a footer, until it is known whether a row follows.
  void hold_footer_back(std::string_view bytes);
  void mark_passed(std::string_view bytes, bool is_end, RowBatch& batch) const;
  // Errors: kInput, if a quote made one cell of several rows.
  Status check_quotes(std::string_view bytes, const RowPlace& place, RowBatch& batch) const;
  [[nodiscard]] bool keeps_bytes(std::string_view bytes, const RowPlace& place,
                                 const RowBatch& batch) const;
  [[nodiscard]] std::string padding(uint64_t cells, bool has_open_quote) const;
  void fill_cells(std::string_view bytes, RowBatch& batch) const;
  void unescape_cells(std::string_view bytes, size_t size_max, RowBatch& batch) const;
  void append_padded(const RowPlace& place, RowBatch& batch) const;
  void append_made(RowBatch& batch);
  void append_cells_of(std::string_view row, Block& block);

  Layout layout_;
  Rendering rendering_;
  std::optional<RowMaker> maker_;
  CsvScanner scanner_;
  size_t rows_at_once_;
  std::vector<CsvRow> rows_;           // that were just cut
  std::vector<std::string_view> raw_;  // scratch: the cells of one row
  std::vector<std::string> unquoted_;  // scratch: backs those of them that are not viewable
};

}  // namespace mxbulk::input
