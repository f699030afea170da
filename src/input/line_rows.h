// Rows of plain lines: each is one address.
//
// Threads: one reader thread.
#pragma once

#include <optional>
#include <vector>

#include "input/line_scanner.h"
#include "input/row_format.h"
#include "input/row_maker.h"

namespace mxbulk::input {

class LineRows final : public RowFormat {
 public:
  // `maker`: none if only the cells are needed.
  explicit LineRows(std::optional<RowMaker> maker) : maker_(std::move(maker)) {}

  size_t cut(std::string_view bytes, bool is_end, uint64_t rows_max) override;
  [[nodiscard]] size_t rows() const override { return lines_.size(); }
  Status emit(std::string bytes, const RowPlace& place, RowBatch& batch) override;

  [[nodiscard]] RowTracker tracker() const override { return RowTracker(); }
  [[nodiscard]] bool streams_oversized_rows() const override { return false; }
  [[nodiscard]] std::string tail_of(const RowTracker&) const override { return {}; }
  void emit_oversized_row(std::string_view head, RowBatch& batch) override;

 private:
  void append_line(const EmailCell& cell, Block& block) const;

  std::optional<RowMaker> maker_;
  std::vector<LineSpan> lines_;  // that were just cut
};

}  // namespace mxbulk::input
