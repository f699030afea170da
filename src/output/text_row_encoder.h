// Encodes CSV, TSV and JSONL. The bytes of a row are unchanged; the columns are put before its
// terminator or its last `}`, or before its first cell, or are written alone.
//
// Threads: one writer thread. Ownership: copies the options it needs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/block.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "output/row_encoder.h"
#include "output/value_text.h"

namespace mxbulk::output {

class TextRowEncoder final : public RowEncoder {
 public:
  // Errors: kUsage for columns that choose_columns() refuses, and for names that the input already
  // has.
  static Result<TextRowEncoder> create(const OutputOptions& options, const RowShape& shape);

  [[nodiscard]] std::unique_ptr<RowEncoder> clone() const override;
  [[nodiscard]] bool needs_local_parts() const override;
  [[nodiscard]] bool shifts_long_rows() const override;

  // The header row with terminator and BOM; nothing if the format or the input has none.
  void append_header(bool with_preamble, std::string& out) override;
  void encode(const RowResult& result, EncodedColumns& columns) const override;
  // In JSONL each row is an object; the reader ensures it. In mode minimal `row` is not read.
  void append_row(std::string_view row, std::string_view local_part, const EncodedColumns& columns,
                  std::string& out) override;
  // Columns at the front are written before the first part, without the lint `ragged`: the end of
  // the row is not yet known.
  void append_part(std::string_view part, const EncodedColumns& columns, std::string& out) override;
  // The cells of passed rows are made safe too.
  void append_passed(std::string_view row, std::string& out) override;
  void append_end(std::string&) override {}

 private:
  // Of the columns in a row.
  enum class Place : uint8_t { kBack, kFront, kAlone };

  TextRowEncoder() = default;
  // Without a prefix our names may also be names of the input.
  [[nodiscard]] Status check_names() const;
  void encode_email(const RowResult& result, EncodedColumns& out) const;
  void encode_value(RowColumn column, const RowResult& result, EncodedColumns& out) const;
  [[nodiscard]] bool needs_no_quotes(std::string_view local_part) const;
  void append_columns(std::string_view local_part, const EncodedColumns& columns,
                      std::string& out) const;
  void append_quoted_email(std::string_view local_part, std::string_view domain,
                           std::string& out) const;
  void append_own_cells(std::string_view row, std::string& out) const;
  void append_json_row(std::string_view row, std::string_view local_part,
                       const EncodedColumns& columns, std::string& out) const;

  std::vector<RowColumn> columns_;
  std::string prefix_;
  RowShape shape_;
  ValueText value_;
  Place place_ = Place::kBack;
  bool splices_bytes_ = false;       // CSV or TSV as it is, with columns at its end
  bool may_hold_delimiter_ = false;  // a local part may hold the delimiter without being quoted
  bool is_in_part_ = false;          // the last call was append_part()
};

}  // namespace mxbulk::output
