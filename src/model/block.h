// A run of whole rows on their way from the reader to the writer, in input order.
//
// Threads: passed from thread to thread, never shared. Ownership: owns its bytes.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "model/plain_file.h"
#include "model/row_key.h"
#include "mxbulk/options.h"

namespace mxbulk {

// The form of the rows of a run: found by the reader, kept by the writer.
struct RowShape {
  Format format = Format::kLines;  // kCsv, kTsv, kJsonl or kLines
  char delimiter = ',';            // kCsv and kTsv
  bool has_header = false;
  std::string preamble;           // lines above the header or the first row, terminators included
  std::string header_row;         // the header's own bytes without its terminator and BOM
  std::string terminator = "\n";  // of the header row: also of rows that the writer makes
  bool has_bom = false;           // the input began with one; so does output of the same format
};

// Where the bytes of a block can be read again. No file: nowhere.
struct BlockOrigin {
  std::shared_ptr<const PlainFile> file;
  uint64_t offset = 0;
};

// Where the local part of a row's address is, in four octets. The column `email` is made of it.
// Plain value.
class LocalPart {
 public:
  static constexpr size_t kOffsetsInRow = size_t{1} << 24;

  LocalPart() = default;  // none: the row has no good address
  // Requires: offset < kOffsetsInRow, 0 < size <= limits::kLocalPartOctetsMax.
  static LocalPart in_row(size_t offset, size_t size) {
    assert(offset < kOffsetsInRow && size <= limits::kLocalPartOctetsMax);
    return LocalPart(static_cast<uint32_t>(offset << kOffsetShift | size));
  }
  // It is in the block's `local_text`, after those of earlier rows.
  static LocalPart in_text(size_t size) {
    assert(size <= limits::kLocalPartOctetsMax);
    return LocalPart(static_cast<uint32_t>(kInText | size));
  }

  [[nodiscard]] size_t size() const { return bits_ & (kInText - 1); }
  [[nodiscard]] bool is_in_text() const { return (bits_ & kInText) != 0; }
  [[nodiscard]] size_t offset_in_row() const { return bits_ >> kOffsetShift; }

 private:
  static constexpr uint32_t kInText = 1U << 7;
  static constexpr uint32_t kOffsetShift = 8;
  static_assert(limits::kLocalPartOctetsMax < kInText);

  explicit LocalPart(uint32_t bits) : bits_(bits) {}

  uint32_t bits_ = 0;
};

struct Block {
  // Rows in the format of the output. A row's terminator (LF, CRLF, CR or none at the end of the
  // input) is part of it. Bytes after the last row end are a part of an oversized row, which the
  // next block continues.
  std::string bytes;
  std::vector<uint32_t> row_ends;  // offset after each row, its terminator included
  std::vector<RowKey> keys;        // one for each row
  // One for each row; empty if no column needs them.
  std::vector<LocalPart> local_parts;
  std::string local_text;  // local parts that are not in their row as they are, in row order
  uint64_t first_row = 0;  // 0-based number of the first row in the run, headers not counted
  BlockOrigin origin;

  [[nodiscard]] size_t rows() const { return row_ends.size(); }
  [[nodiscard]] std::string_view row(size_t index) const {  // into `bytes`
    const uint32_t begin = index == 0 ? 0 : row_ends[index - 1];
    return std::string_view(bytes).substr(begin, row_ends[index] - begin);
  }
  [[nodiscard]] std::string_view part_of_row() const {  // into `bytes`
    return std::string_view(bytes).substr(row_ends.empty() ? 0 : row_ends.back());
  }
  void clear() {
    bytes.clear();
    row_ends.clear();
    keys.clear();
    local_parts.clear();
    local_text.clear();
    first_row = 0;
    origin = {};
  }
};

// Goes through the local parts of a block, row by row. Borrows the block.
class LocalPartReader {
 public:
  explicit LocalPartReader(const Block& block) : block_(block) {}

  // Of row `index`; empty if it has none. Requires: called for each row, in order.
  [[nodiscard]] std::string_view next(size_t index) {  // into the block
    if (index >= block_.local_parts.size()) return {};
    const LocalPart part = block_.local_parts[index];
    if (!part.is_in_text()) {
      if (part.size() == 0) return {};
      return block_.row(index).substr(part.offset_in_row(), part.size());
    }
    const std::string_view text = std::string_view(block_.local_text).substr(at_, part.size());
    at_ += part.size();
    return text;
  }

 private:
  const Block& block_;
  size_t at_ = 0;  // in its `local_text`
};

}  // namespace mxbulk
