// The columns that mxbulk appends to a row, in the bytes of the output's format.
//
// Threads: one writer thread. Ownership: copies the options it needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/block.h"
#include "model/domain_report.h"
#include "model/row_key.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::output {

// The columns by default, without prefix.
[[nodiscard]] const std::vector<std::string>& default_columns();

class RowRenderer {
 public:
  // Errors: kUsage where a column is unknown (the message lists those there are).
  static Result<RowRenderer> create(const OutputOptions& options, const RowShape& shape);

  // The whole header row with terminator and BOM; empty where the format or the input has none.
  [[nodiscard]] std::string header() const;

  // What goes into a row, delimiter first, before its terminator (or its last `}`).
  // `key` brings the row's own lints and the role flag.
  void append_suffix(const DomainReport& report, RowKey key, std::string& out) const;
  // Requires: key.is_invalid(). Domain, host and provider stay empty. `suggestion`: what the number
  // in the key stands for; may be empty.
  void append_suffix_invalid(RowKey key, std::string_view suggestion, std::string& out) const;

  // Appends `row` to `out` with `suffix` spliced in before its own terminator, or in JSONL before
  // its last `}` (there each row is an object: the reader sees to it). A suffix may be kept and
  // used for many rows.
  void append_row(std::string_view row, std::string_view suffix, std::string& out) const;
  // A row that is passed through gets no columns; its cells are made safe as all others are.
  void append_passed(std::string_view row, std::string& out) const;

 private:
  enum class Column : uint8_t {
    kVerdict,
    kReason,
    kAction,
    kDomain,
    kHost,
    kProvider,
    kFlags,
    kLints,
    kSuggestion
  };
  struct Cells;
  RowRenderer() = default;
  void append_cells(const Cells& cells, std::string& out) const;
  static void append_json_value(Column column, const Cells& cells, std::string& out);
  void append_csv_value(Column column, const Cells& cells, std::string& out) const;

  std::vector<Column> columns_;
  std::string prefix_;
  RowShape shape_;
  bool csv_safe_ = false;
};

}  // namespace mxbulk::output
