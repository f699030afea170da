// Follows one row through any number of pieces to its end, remembering almost nothing: for the row
// that is too long to be held.
//
// Threads: one reader thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "input/csv_octets.h"

namespace mxbulk::input {

class RowTracker {
 public:
  // For CSV and TSV.
  explicit RowTracker(CsvSyntax syntax) : cell_(syntax) {}
  // For formats whose rows are lines.
  RowTracker() = default;

  // Follows the row through `bytes`. Returns how many of them belong to it; ends() then says
  // whether the row ends there. A CR at the very end is left over until more is known.
  size_t follow(std::string_view bytes, bool is_end);

  [[nodiscard]] bool ends() const { return ends_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }  // terminator included
  [[nodiscard]] uint64_t cells() const { return cells_; }
  [[nodiscard]] bool has_open_quote() const { return cell_ && cell_->is_quoted(); }
  // A line break stood inside quotes.
  [[nodiscard]] bool has_inner_break() const { return cell_ && cell_->has_inner_break(); }

 private:
  bool is_break(char c);

  std::optional<CsvCellState> cell_;  // none: the row is a line
  bool ends_ = false;
  uint64_t bytes_ = 0;
  uint64_t cells_ = 1;
};

}  // namespace mxbulk::input
