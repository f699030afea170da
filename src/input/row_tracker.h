// Follows one row through any number of pieces to its end, remembering almost nothing: for the row
// that is too long to be held.
//
// Threads: one reader thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxbulk::input {

class RowTracker {
 public:
  // For CSV and TSV.
  explicit RowTracker(char delimiter) : delimiter_(delimiter), knows_quotes_(true) {}
  // For formats whose rows are lines.
  RowTracker() = default;

  // Follows the row through `bytes`. Returns how many of them belong to it; ends() then says
  // whether the row ends there. A CR at the very end is left over until more is known.
  size_t follow(std::string_view bytes, bool is_end);

  [[nodiscard]] bool ends() const { return ends_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }  // terminator included
  [[nodiscard]] uint64_t cells() const { return cells_; }
  [[nodiscard]] bool has_open_quote() const { return place_ == Place::kQuoted; }
  // A line break stood inside quotes.
  [[nodiscard]] bool has_inner_break() const { return has_inner_break_; }

 private:
  enum class Place : uint8_t { kCellStart, kPlain, kQuoted, kBehindQuote };

  bool is_break(char c) const;
  void step(char c);

  char delimiter_ = '\n';
  bool knows_quotes_ = false;
  Place place_ = Place::kCellStart;
  bool ends_ = false;
  bool has_inner_break_ = false;
  uint64_t bytes_ = 0;
  uint64_t cells_ = 1;
};

}  // namespace mxbulk::input
