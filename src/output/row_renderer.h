// The columns that mxbulk adds to a row, in the bytes of the output's format.
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
// Those, and what `--columns` accepts besides.
[[nodiscard]] const std::vector<std::string>& all_columns();

// The columns of all rows of one key, as they are written, but for the local part of `email`: that
// is each row's own.
struct RenderedColumns {
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  std::string text;
  size_t local_part_at = kNowhere;  // where it goes in `text`; `@` and the domain follow there
  size_t domain_octets = 0;         // with its `@`
  Action action = Action::kSend;

  void clear() {
    text.clear();
    local_part_at = kNowhere;
    domain_octets = 0;
  }
};

class RowRenderer {
 public:
  // Errors: kUsage where a column is unknown (the message lists those there are).
  static Result<RowRenderer> create(const OutputOptions& options, const RowShape& shape);

  // The whole header row with terminator and BOM; empty where the format or the input has none.
  // `with_preamble`: after the lines that stand above it in the input.
  [[nodiscard]] std::string header(bool with_preamble = true) const;

  // True if rows need their local parts.
  [[nodiscard]] bool has_email() const;
  // True if the columns stand before the row's own cells.
  [[nodiscard]] bool is_front() const { return place_ == Place::kFront; }

  // The columns of all rows of `key`, which brings the row's own lints and the role flag.
  void render(const DomainReport& report, RowKey key, RenderedColumns& out) const;
  // Requires: key.is_invalid(). Email, domain, host and provider stay empty. `suggestion`: what the
  // number in the key stands for; may be empty.
  void render_invalid(RowKey key, std::string_view suggestion, RenderedColumns& out) const;

  // Appends `row` to `out` with `columns` in their place: before its own terminator or, in JSONL,
  // its last `}` (there each row is an object: the reader sees to it); or before its first cell; or
  // alone, and `row` is not looked at. `local_part`: of a good address, else it is not looked at.
  void append_row(std::string_view row, std::string_view local_part,
                  const RenderedColumns& columns, std::string& out) const;
  // A row that is passed through gets no columns; its cells are made safe as all others are.
  void append_passed(std::string_view row, std::string& out) const;

 private:
  // In the order of all_columns().
  enum class Column : uint8_t {
    kEmail,
    kVerdict,
    kReason,
    kAction,
    kDomain,
    kHost,
    kProvider,
    kFlags,
    kLints,
    kSuggestion,
    kDisposable,
    kRole,
    kFree,
    kRelay
  };
  // Of the columns in a row.
  enum class Place : uint8_t { kBack, kFront, kAlone };
  struct Cells;

  RowRenderer() = default;
  Status choose_columns(const OutputOptions& options);
  // Without a prefix our names may be those of the input.
  [[nodiscard]] Status check_names() const;
  void append_cells(const Cells& cells, RenderedColumns& out) const;
  void append_email(const Cells& cells, RenderedColumns& out) const;
  void append_json_value(Column column, const Cells& cells, RenderedColumns& out) const;
  void append_csv_value(Column column, const Cells& cells, RenderedColumns& out) const;
  [[nodiscard]] bool is_json() const { return shape_.format == Format::kJsonl; }
  [[nodiscard]] bool stands_as_it_is(std::string_view local_part) const;
  void append_columns(std::string_view local_part, const RenderedColumns& columns,
                      std::string& out) const;
  void append_odd_email(std::string_view local_part, std::string_view domain,
                        std::string& out) const;
  void append_own_cells(std::string_view row, std::string& out) const;
  void append_json_row(std::string_view row, std::string_view local_part,
                       const RenderedColumns& columns, std::string& out) const;

  std::vector<Column> columns_;
  std::string prefix_;
  RowShape shape_;
  Place place_ = Place::kBack;
  bool csv_safe_ = false;
  bool splices_bytes_ = false;  // CSV or TSV as it is, with columns at its end
  bool may_hold_delimiter_ = false;  // a local part, without quotes
};

}  // namespace mxbulk::output
