// A run of whole rows on their way from the reader to the writer, in input order.
//
// Threads: handed from thread to thread, never shared. Ownership: owns its bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/plain_file.h"
#include "model/row_key.h"
#include "mxbulk/options.h"

namespace mxbulk {

// What the rows of a stream look like, found by the reader, obeyed by the writer.
struct RowShape {
  Format format = Format::kLines;  // kCsv, kTsv, kJsonl or kLines
  char delimiter = ',';            // kCsv and kTsv
  bool has_header = false;
  std::string preamble;           // lines above the header or the first row, terminators included
  std::string header_row;         // the header's own bytes without its terminator and BOM
  std::string terminator = "\n";  // of the header row: what the writer gives rows it makes
  bool has_bom = false;           // the input began with one; the output of the same format does
};

// Where the bytes of a block stand unchanged; no file: nowhere.
struct BlockOrigin {
  std::shared_ptr<const PlainFile> file;
  uint64_t offset = 0;
};

struct Block {
  // Rows in the format of the output. A row's terminator (LF, CRLF, CR or none at the end of the
  // input) is part of it. What stands behind the last row end is a part of a row that is too long
  // to be held; the next block goes on with it.
  std::string bytes;
  std::vector<uint32_t> row_ends;  // offset behind each row, its terminator included
  std::vector<RowKey> keys;        // one for each row
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
    first_row = 0;
    origin = {};
  }
};

}  // namespace mxbulk
