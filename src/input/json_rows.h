// Rows of JSONL, one object per line; and the path of the addresses, found from a sample.
//
// Threads: one reader thread; plan_json_records() and the paths are pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/email_column.h"
#include "input/json_record.h"
#include "input/line_scanner.h"
#include "input/row_format.h"
#include "input/row_maker.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

class JsonRows final : public RowFormat {
 public:
  // `keys`: of the columns; used like `maker` only if `rendering` is kMade. `reserved_prefix`: of
  // the keys that will be added to the row.
  JsonRows(std::vector<std::string> path, std::string_view reserved_prefix, Rendering rendering,
           std::vector<std::string> keys, std::optional<RowMaker> maker);

  size_t cut(std::string_view bytes, bool is_end, uint64_t rows_max) override;
  [[nodiscard]] size_t rows() const override { return lines_.size(); }
  Status emit(std::string bytes, const RowPlace& place, RowBatch& batch) override;

  [[nodiscard]] RowTracker tracker() const override { return RowTracker(); }
  [[nodiscard]] bool streams_oversized_rows() const override { return false; }
  [[nodiscard]] std::string tail_of(const RowTracker&) const override { return {}; }
  void emit_oversized_row(std::string_view head, RowBatch& batch) override;

 private:
  // Error kUsage: a line has a key that will be added.
  [[nodiscard]] Status check_keys(std::string_view bytes, const RowPlace& place) const;
  [[nodiscard]] bool all_stay(std::string_view bytes) const;
  // Requires: the texts were found in `bytes`, which hold these rows.
  void fill_cells(std::string_view bytes, RowBatch& batch) const;
  void append_as_is(const RowPlace& place, RowBatch& batch) const;
  Status append_made(const RowPlace& place, RowBatch& batch);
  // False: a key is not in the header; it is stored in `odd_key_`.
  bool append_record(std::string_view line, std::string& out);

  JsonReader reader_;
  Rendering rendering_;
  std::vector<std::string> keys_;
  std::optional<RowMaker> maker_;
  size_t rows_at_once_;
  std::vector<LineSpan> lines_;          // that were just cut
  std::vector<JsonText> texts_;          // each of them
  std::vector<std::string> values_;      // scratch
  std::vector<std::string_view> cells_;  // scratch
  std::string odd_key_;
};

// What a sample shows: the member that holds the addresses.
struct JsonPlan {
  std::vector<std::string> path;  // keys from the record down to the address
  TextRow keys;                   // of the first record
  size_t records = 0;             // in the sample
};

// A path as users and messages write it: `contact.email`.
[[nodiscard]] std::vector<std::string> path_from(std::string_view text);
[[nodiscard]] std::string path_text(const std::vector<std::string>& path);

// `front`: the first lines. `is_end`: there are no others. Errors: kInput, if no line is an object,
// no member holds addresses, or several do: the message lists them.
Result<JsonPlan> plan_json_records(const InputOptions& options, const std::string& source,
                                   std::string_view front, bool is_end);

}  // namespace mxbulk::input
