// Makes the bytes of one output file from rows and the verdicts of their domains.
//
//   RowResult -> encode(), once for each key -> EncodedColumns -> append_row(), once for each row
//
// A key (the domain, the row's lints, the role flag) has the same columns in all its rows, so they
// are encoded once and kept. append_row() joins them with the bytes of a row and its local part.
// TextRowEncoder writes CSV, TSV and JSONL. A format with blocks (Parquet) would keep rows in its
// encoder, append a block when it is full, and append its footer in append_end().
//
// Threads: one writer thread. Ownership: an encoder copies the options it needs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/domain_report.h"
#include "model/row_key.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::output {

// The columns that a row may get; the first ten by default.
enum class RowColumn : uint8_t {
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

// The names of all columns, without prefix.
[[nodiscard]] std::span<const std::string_view> default_columns();
[[nodiscard]] std::string_view name_of(RowColumn column);

// The columns that the options ask for. Errors: kUsage if one is unknown (the message lists the
// known ones) or named twice.
[[nodiscard]] Result<std::vector<RowColumn>> choose_columns(const OutputOptions& options);

// The values of a row's columns, without the local part of `email`.
struct RowResult {
  Reason reason = Reason::kNotAttempted;
  Action action = Action::kRetry;
  LintSet lints;
  std::string_view
      domain;  // this and the next three: views into the report; empty if there is none
  std::string_view host;
  std::string_view provider;
  std::string_view suggestion;
  bool is_disposable = false;
  bool is_role = false;
  bool is_free = false;
  bool is_relay = false;
};

// The values for all rows with `key`; `report` is that of its domain. Borrows the report.
[[nodiscard]] RowResult result_of(const DomainReport& report, RowKey key);
// Requires: key.is_invalid(). `suggestion`: the domain of the number in the key; may be empty.
[[nodiscard]] RowResult result_of_invalid(RowKey key, std::string_view suggestion);

// The columns of one key, in the form in which the encoder appends them.
struct EncodedColumns {
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  std::string text;
  size_t local_part_at = kNowhere;  // offset in `text`, before `@` and the domain
  size_t domain_octets = 0;         // of `@` and the domain

  void clear() {
    text.clear();
    local_part_at = kNowhere;
    domain_octets = 0;
  }
};

class RowEncoder {
 public:
  RowEncoder() = default;
  RowEncoder(const RowEncoder&) = default;
  RowEncoder& operator=(const RowEncoder&) = default;
  RowEncoder(RowEncoder&&) = default;
  RowEncoder& operator=(RowEncoder&&) = default;
  virtual ~RowEncoder() = default;

  // A copy for another file of the run. Requires: no row was appended yet.
  [[nodiscard]] virtual std::unique_ptr<RowEncoder> clone() const = 0;

  // True if rows need their local parts.
  [[nodiscard]] virtual bool needs_local_parts() const = 0;
  // True if the columns of a ragged row are not below their names.
  [[nodiscard]] virtual bool shifts_long_rows() const = 0;

  // Appends what precedes the first row. `with_preamble`: also the lines above the input's header.
  virtual void append_header(bool with_preamble, std::string& out) = 0;
  // Encodes `values` into `columns`, whose memory is reused.
  virtual void encode(const RowResult& result, EncodedColumns& columns) const = 0;
  // Appends `row`, which has the form of the run's RowShape, with its columns. `local_part`: only
  // read if the row has a valid address.
  virtual void append_row(std::string_view row, std::string_view local_part,
                          const EncodedColumns& columns, std::string& out) = 0;
  // Appends a part of an oversized row; append_row() ends the row.
  virtual void append_part(std::string_view part, const EncodedColumns& columns,
                           std::string& out) = 0;
  // Appends a passed row, without columns: a blank line, a title, a footer.
  virtual void append_passed(std::string_view row, std::string& out) = 0;
  // Appends what follows the last row.
  virtual void append_end(std::string& out) = 0;
};

}  // namespace mxbulk::output
