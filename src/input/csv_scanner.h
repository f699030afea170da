// Cuts CSV into rows and finds one cell in each, 64 octets at a time.
//
// The rules (RFC 4180, and what spreadsheets write): a cell is quoted if its first octet is a
// quote; `""` inside it is one quote; text between the closing quote and the delimiter belongs to
// the cell; a quote anywhere else is an ordinary octet. Rows end at LF, CR or CRLF outside quotes,
// mixed as they come. NUL is an ordinary octet. Other syntaxes (an escape character, blanks before
// a quote) are read octet by octet.
//
// Threads: any; a scanner keeps no state between calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "input/csv_syntax.h"

namespace mxbulk::input {

// Quotes, delimiters and line breaks of 64 octets, as bits: bit i for octet i. One kernel for each
// instruction set; all give the same bits.
inline constexpr size_t kMaskOctets = 64;

struct CsvMasks {
  uint64_t quotes;
  uint64_t delimiters;
  uint64_t breaks;  // LF and CR

  friend bool operator==(const CsvMasks&, const CsvMasks&) = default;
};

// kAvx2: with BMI and POPCNT, which a virtual machine may lack in spite of AVX2.
enum class CsvKernel : uint8_t { kScalar, kSse2, kAvx2 };

// The kernels that this machine can run, the fastest last.
[[nodiscard]] std::span<const CsvKernel> csv_kernels();

// Requires: kernel is one of csv_kernels(); kMaskOctets octets at `octets` for each of `masks`;
// the delimiter is neither a quote nor a line break.
void find_csv_masks(CsvKernel kernel, char delimiter, const char* octets,
                    std::span<CsvMasks> masks);

// Offsets into the bytes that were scanned.
struct CsvRow {
  uint32_t end = 0;             // after the terminator
  uint32_t text_end = 0;        // before it
  uint32_t cell_begin = 0;      // of the cell looked for, its quotes included; both 0 if the row
  uint32_t cell_end = 0;        // has no such cell
  uint32_t cells = 0;           // at least 1: a blank row has one empty cell
  bool has_open_quote = false;  // the input ended inside quotes
  // A line break may be inside quotes, or a quote out of place: look_at_quotes() finds out.
  bool has_odd_quotes = false;

  friend bool operator==(const CsvRow&, const CsvRow&) = default;
};

class CsvScanner {
 public:
  static constexpr size_t kAllRows = std::numeric_limits<size_t>::max();

  // `column`: 0-based, the cell to look for. `kernel`: for tests and benchmarks. Requires: the
  // delimiter and the escape are neither a quote nor a line break.
  CsvScanner(CsvSyntax syntax, size_t column, CsvKernel kernel = csv_kernels().back())
      : syntax_(syntax), column_(column), kernel_(kernel) {}

  // Appends the whole rows at the front of `bytes` to `rows`, `rows_max` at most. `is_end`: nothing
  // comes after, so that an unterminated row is whole. Returns the offset after the last one.
  // Requires: bytes.size() < 4 GiB; bytes begin at the start of a row.
  size_t scan(std::string_view bytes, bool is_end, size_t rows_max,
              std::vector<CsvRow>& rows) const;

 private:
  CsvSyntax syntax_;
  size_t column_;
  CsvKernel kernel_;
};

}  // namespace mxbulk::input
