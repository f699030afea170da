// Turns files or a pipe into blocks of rows, each row with its e-mail cell.
//
// Threads: one reader thread. Ownership: the reader owns its files; a batch owns its bytes and may
// be moved once the views into it are no longer used.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/block.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"

namespace mxbulk::input {

struct EmailCell {
  std::string_view text;    // unquoted and unescaped; into the batch
  bool is_bad_row = false;  // no such column, no JSON object, or over limits::kRowBytesMax
  bool is_ragged = false;   // the row is longer than its header
  bool is_passed = false;   // a blank line or a footer: it is no row of the table
};

// A row that takes more lines than one.
struct TallRow {
  uint32_t row;
  uint32_t inner_breaks;  // line breaks in it, its terminator not counted
};

struct RowBatch {
  Block block;                     // `keys` is left empty: the pipeline fills it
  std::vector<EmailCell> cells;    // one for each row of `block`
  std::string source;              // backs cells if the rows of `block` are not the input's own
  std::string unescaped;           // backs cells that could not be viewed in place
  std::string input_name;          // of the file, as messages call it
  uint64_t first_line = 1;         // of the first row in its file, 1-based
  std::vector<TallRow> tall_rows;  // ascending
  bool keeps_input = false;        // the bytes of `block` are the input's own, none changed

  void clear() {
    block.clear();
    cells.clear();
    source.clear();
    unescaped.clear();
    input_name.clear();
    first_line = 1;
    tall_rows.clear();
    keeps_input = false;
  }
  // The line on which the row begins in its file, 1-based.
  [[nodiscard]] uint64_t line_of(size_t row) const {
    uint64_t line = first_line + row;
    for (const TallRow& tall : tall_rows) {
      if (tall.row < row) line += tall.inner_breaks;
    }
    return line;
  }
};

// What the rows are read for, beside InputOptions.
struct RowNeeds {
  Format output_format = Format::kAuto;  // kAuto: as the input
  Mode mode = Mode::kAppend;
  std::string new_column_prefix = "mx_";  // an input header that begins so is refused
  bool keep_rows = true;                  // false: only cells are needed (domains mode, --dry-run)
};

class RowReader {
 public:
  virtual ~RowReader() = default;

  // Opens the files, finds format, encoding, delimiter, header and e-mail column. Errors: kInput
  // (missing, empty, no list, no or ambiguous e-mail column: the message lists the candidates),
  // kUsage (a column that the header lacks, files of different layouts, a column in the way).
  static Result<std::unique_ptr<RowReader>> open(const InputOptions& options,
                                                 const RowNeeds& needs);

  // How each input was understood, in the order of the files; all of them once next() has returned
  // false.
  [[nodiscard]] virtual const std::vector<InputDescription>& inputs() const = 0;
  // What the rows of the blocks look like: already in the output's format.
  [[nodiscard]] virtual const RowShape& shape() const = 0;
  // Reads the next rows into `batch` (its old contents are dropped). False at the end. From a pipe,
  // returns what there is as soon as nothing more is ready. Errors: kInput with `file:row`.
  virtual Result<bool> next(RowBatch& batch) = 0;
  // Any thread: a wait for a pipe ends as if the input did, now or later.
  virtual void stop() = 0;
  // For progress; total is 0 if it cannot be known.
  [[nodiscard]] virtual uint64_t bytes_read() const = 0;
  [[nodiscard]] virtual uint64_t bytes_total() const = 0;
};

}  // namespace mxbulk::input
