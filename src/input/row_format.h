// The interface of an input format: cuts rows off the front of bytes, and turns them into a batch
// of rows in the output's format.
//
// Threads: one reader thread. Ownership: a batch owns its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/csv_octets.h"
#include "input/line_scanner.h"
#include "input/row_maker.h"
#include "input/row_reader.h"

namespace mxbulk::input {

// Follows an oversized row through any number of pieces to its end, with almost no state.
class RowTracker {
 public:
  // For CSV and TSV.
  explicit RowTracker(CsvSyntax syntax) : cell_(syntax) {}
  // For formats whose rows are lines.
  RowTracker() = default;

  // Follows the row through `bytes`. Returns how many of them belong to it; ends() then says
  // whether the row ends there. A CR at the end is left over: an LF may follow.
  size_t follow(std::string_view bytes, bool is_end);

  [[nodiscard]] bool ends() const { return ends_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }  // terminator included
  [[nodiscard]] uint64_t cells() const { return cells_; }
  [[nodiscard]] bool has_open_quote() const { return cell_ && cell_->is_quoted(); }
  // True if a line break was inside quotes.
  [[nodiscard]] bool has_inner_break() const { return cell_ && cell_->has_inner_break(); }

 private:
  bool is_break(char c);

  std::optional<CsvCellState> cell_;  // none: the row is a line
  bool ends_ = false;
  uint64_t bytes_ = 0;
  uint64_t cells_ = 1;
};

// Where the rows of a batch are, for messages about them and for their last terminator.
struct RowPlace {
  const std::string& source;      // the file's name in messages
  uint64_t line = 1;              // 1-based, of the batch's first row in its file
  bool is_end = false;            // no row of the file comes after the batch
  bool needs_terminator = false;  // a last row without a terminator gets one: another file follows

  // `list.csv:17`, `lines` lines after the first line of the batch.
  [[nodiscard]] std::string text(size_t lines) const {
    return source + ":" + std::to_string(line + lines);
  }
};

// The error of a quote in the line at `place` that made one cell of several rows.
[[nodiscard]] inline Status unclosed_quote(const std::string& place) {
  return Status::input(place +
                       ": a quote opens here and is not closed where it should be, so that the "
                       "rows after it cannot be told apart; fix this line");
}

// Which form a row gets for the writer.
enum class Rendering : uint8_t {
  kNone,  // only its cell is needed
  kAsIs,  // its own bytes
  kMade,  // all its cells, in another format
};

class RowFormat {
 public:
  virtual ~RowFormat() = default;

  // Cuts whole rows from the front of `bytes`, at most `rows_max`. `is_end`: nothing follows
  // `bytes`. Returns the number of octets; rows() is the number of rows. Requires: bytes begin at a
  // row and are shorter than 4 GiB.
  virtual size_t cut(std::string_view bytes, bool is_end, uint64_t rows_max) = 0;
  [[nodiscard]] virtual size_t rows() const = 0;
  // Fills `batch` with the rows of the last cut(); `bytes` are theirs. Errors: kInput.
  virtual Status emit(std::string bytes, const RowPlace& place, RowBatch& batch) = 0;

  // For a row over limits::kRowBytesMax: follows it to its end.
  [[nodiscard]] virtual RowTracker tracker() const = 0;
  // True: its bytes are passed on as they are read, with `tail_of()` before its terminator. False:
  // at its end emit_oversized_row() makes a row of its first octets.
  [[nodiscard]] virtual bool streams_oversized_rows() const = 0;
  [[nodiscard]] virtual std::string tail_of(const RowTracker& row) const = 0;
  virtual void emit_oversized_row(std::string_view head, RowBatch& batch) = 0;
};

// The simplest format: plain lines, each one address.
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
