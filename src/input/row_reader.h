// Reads files or a pipe as blocks of rows, each row with its e-mail cell.
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
  bool is_bad_row = false;  // no such column, not a JSON object, or over limits::kRowBytesMax
  bool is_ragged = false;   // the row is longer than its header
  bool is_passed = false;   // a blank line or a footer: not a row of the table
};

// A row with line breaks in it.
struct TallRow {
  uint32_t row;
  uint32_t inner_breaks;  // line breaks in it, its terminator not counted
};

struct RowBatch {
  Block block;                   // `keys` is left empty: the pipeline fills it
  std::vector<EmailCell> cells;  // one for each row of `block`
  std::string source;       // the text of cells, if the rows of `block` are not the input's own
  std::string unescaped;    // the text of cells that are not views into the input
  std::string input_name;   // of the file, in messages
  uint64_t first_line = 1;  // of the first row in its file, 1-based
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

// What the output needs, besides InputOptions.
struct RowNeeds {
  Format output_format = Format::kAuto;  // kAuto: as the input
  Mode mode = Mode::kAppend;
  std::string new_column_prefix = "mx_";  // an input header that begins with it is refused
  bool keep_rows = true;                  // false: only cells are needed (domains mode, --dry-run)
};

class RowReader {
 public:
  virtual ~RowReader() = default;

  // Opens the files, finds format, encoding, delimiter, header and e-mail column. Errors: kInput
  // (missing, empty, no list, no or ambiguous e-mail column: the message lists the candidates),
  // kUsage (a column that the header lacks, files of different layouts, a column with the name of a
  // new one).
  static Result<std::unique_ptr<RowReader>> open(const InputOptions& options,
                                                 const RowNeeds& needs);

  // How each input was read, in the order of the files; complete after next() has returned false.
  [[nodiscard]] virtual const std::vector<InputDescription>& inputs() const = 0;
  // The form of the rows in the blocks, which is that of the output.
  [[nodiscard]] virtual const RowShape& shape() const = 0;
  // Reads the next rows into `batch` (its old contents are dropped). False at the end. From a pipe
  // it returns the rows that there are when no more bytes are ready. Errors: kInput with
  // `file:row`.
  virtual Result<bool> next(RowBatch& batch) = 0;
  // Any thread: a wait for a pipe ends as if the input had ended, now and later.
  virtual void stop() = 0;
  // For progress; the total is 0 if it is unknown.
  [[nodiscard]] virtual uint64_t bytes_read() const = 0;
  [[nodiscard]] virtual uint64_t bytes_total() const = 0;
};

}  // namespace mxbulk::input
