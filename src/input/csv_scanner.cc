#include "input/csv_scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "input/csv_octets.h"

namespace mxbulk::input {
namespace {

constexpr size_t kBlocksAtOnce = 64;  // their masks stay in the first-level cache

// Functions called by one that is compiled for several instruction sets must be inlined into it.
#define MXBULK_INLINE [[gnu::always_inline]] inline

// Bit i: the parity of bits 0 to i.
MXBULK_INLINE uint64_t parities(uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Tracks what is inside quotes, from one block of 64 octets to the next.
class QuoteState {
 public:
  // Clears the masks inside quotes. True: a line break is inside quotes, or a quote is out of
  // place.
  MXBULK_INLINE bool apply(CsvMasks& masks) {
    if (masks.quotes == 0 && inside_ == 0) {
      may_open_ = (masks.delimiters | masks.breaks) >> 63;
      return false;
    }
    uint64_t inside = 0;
    uint64_t openings = 0;  // a quote after one of these opens a cell
    bool is_odd = false;
    while (true) {
      inside = parities(masks.quotes) ^ inside_;
      openings = (masks.delimiters | masks.breaks | masks.quotes) & ~inside;
      const uint64_t stray = masks.quotes & inside & ~(openings << 1 | may_open_);
      if (stray == 0) break;
      is_odd = true;
      masks.quotes ^= stray & (0 - stray);  // the first one is an ordinary octet
    }
    is_odd |= (masks.breaks & inside) != 0;
    masks.delimiters &= ~inside;
    masks.breaks &= ~inside;
    inside_ = 0 - (inside >> 63);
    may_open_ = openings >> 63;
    return is_odd;
  }

  [[nodiscard]] bool is_inside() const { return inside_ != 0; }

 private:
  uint64_t inside_ = 0;    // all bits set: the next octet is inside quotes
  uint64_t may_open_ = 1;  // the next octet is a cell's first, or the second of `""`
};

class RowCutter {
 public:
  MXBULK_INLINE RowCutter(std::string_view bytes, bool is_end, size_t column, size_t rows_max,
                          std::vector<CsvRow>& rows)
      : bytes_(bytes),
        rows_(rows),
        rows_left_(rows_max),
        column_(static_cast<uint32_t>(column)),
        is_end_(is_end) {}

  // Reads the 64 octets from `base` on. False: no more rows can be cut.
  MXBULK_INLINE bool take(size_t base, CsvMasks masks) {
    is_odd_here_ = quotes_.apply(masks);
    uint64_t breaks = masks.breaks;
    if (base == paired_) breaks &= ~uint64_t{1};
    while (breaks != 0) {
      const auto bit = static_cast<unsigned>(std::countr_zero(breaks));
      const uint64_t before = masks.delimiters & ((uint64_t{1} << bit) - 1);
      masks.delimiters ^= before;
      take_delimiters(base, before);
      breaks &= breaks - 1;
      const size_t text_end = base + bit;
      size_t end = text_end + 1;
      if (bytes_[text_end] == '\r') {
        if (end == bytes_.size() && !is_end_) return false;  // an LF may follow
        if (end < bytes_.size() && bytes_[end] == '\n') {
          breaks &= breaks - 1;
          paired_ = end++;
        }
      }
      end_row(text_end, end);
      if (rows_left_ == 0) return false;
    }
    take_delimiters(base, masks.delimiters);
    is_odd_before_ |= is_odd_here_;
    return true;
  }

  // Cuts the bytes after the last terminator, if nothing follows.
  MXBULK_INLINE void finish() {
    if (is_end_ && rows_left_ > 0 && row_begin_ < bytes_.size()) {
      end_row(bytes_.size(), bytes_.size());
      rows_.back().has_open_quote = quotes_.is_inside();
    }
  }

  [[nodiscard]] MXBULK_INLINE size_t row_begin() const { return row_begin_; }

 private:
  // Those of one row.
  MXBULK_INLINE void take_delimiters(size_t base, uint64_t delimiters) {
    const auto count = static_cast<uint32_t>(std::popcount(delimiters));
    const uint32_t left = column_ - delimiters_;  // before the cell; wraps around after it
    if (left - 1 < count) {
      for (uint32_t skipped = 1; skipped < left; ++skipped) delimiters &= delimiters - 1;
      cell_begin_ = static_cast<uint32_t>(base) + lowest(delimiters) + 1;
      delimiters &= delimiters - 1;
      if (left < count) cell_end_ = static_cast<uint32_t>(base) + lowest(delimiters);
    } else if (left == 0 && count > 0) {
      cell_end_ = static_cast<uint32_t>(base) + lowest(delimiters);
    }
    delimiters_ += count;
  }

  MXBULK_INLINE static uint32_t lowest(uint64_t bits) {
    return static_cast<uint32_t>(std::countr_zero(bits));
  }

  MXBULK_INLINE void end_row(size_t text_end, size_t end) {
    CsvRow row;
    row.end = static_cast<uint32_t>(end);
    row.text_end = static_cast<uint32_t>(text_end);
    if (delimiters_ >= column_) {
      row.cell_begin = cell_begin_;
      row.cell_end = delimiters_ == column_ ? row.text_end : cell_end_;
    }
    row.cells = delimiters_ + 1;
    row.has_odd_quotes = is_odd_before_ || is_odd_here_;
    is_odd_before_ = false;
    rows_.push_back(row);
    row_begin_ = end;
    cell_begin_ = row.end;
    delimiters_ = 0;
    --rows_left_;
  }

  std::string_view bytes_;
  std::vector<CsvRow>& rows_;
  size_t rows_left_;
  uint32_t column_;
  bool is_end_;

  QuoteState quotes_;
  size_t row_begin_ = 0;
  bool is_odd_here_ = false;    // the 64 octets at hand
  bool is_odd_before_ = false;  // those of the row before them
  uint32_t delimiters_ = 0;     // of the row so far
  uint32_t cell_begin_ = 0;     // of the cell looked for
  uint32_t cell_end_ = 0;
  size_t paired_ = CsvScanner::kAllRows;  // the LF of a CRLF: already dealt with
};

MXBULK_INLINE size_t scan_with(CsvKernel kernel, char delimiter, std::string_view bytes,
                               RowCutter cutter) {
  std::array<CsvMasks, kBlocksAtOnce> masks;
  size_t base = 0;
  for (size_t left = bytes.size() / kMaskOctets; left > 0;) {
    const size_t blocks = std::min(left, kBlocksAtOnce);
    find_csv_masks(kernel, delimiter, bytes.data() + base, std::span(masks).first(blocks));
    for (size_t i = 0; i < blocks; ++i, base += kMaskOctets) {
      if (!cutter.take(base, masks[i])) return cutter.row_begin();
    }
    left -= blocks;
  }
  const size_t rest = bytes.size() - base;
  if (rest > 0) {
    std::array<char, kMaskOctets> tail{};
    std::memcpy(tail.data(), bytes.data() + base, rest);
    find_csv_masks(kernel, delimiter, tail.data(), std::span(masks).first(1));
    if (!cutter.take(base, masks[0])) return cutter.row_begin();
  }
  cutter.finish();
  return cutter.row_begin();
}

#if defined(__x86_64__)
// What runs CsvKernel::kAvx2 has these.
__attribute__((target("popcnt,bmi"))) size_t scan_with_bmi(CsvKernel kernel, char delimiter,
                                                           std::string_view bytes,
                                                           const RowCutter& cutter) {
  return scan_with(kernel, delimiter, bytes, cutter);
}
#endif

#undef MXBULK_INLINE

}  // namespace

size_t CsvScanner::scan(std::string_view bytes, bool is_end, size_t rows_max,
                        std::vector<CsvRow>& rows) const {
  assert(bytes.size() <= std::numeric_limits<uint32_t>::max());
  if (rows_max == 0) return 0;
  if (!syntax_.is_plain()) return scan_octets(syntax_, column_, bytes, is_end, rows_max, rows);
  const RowCutter cutter(bytes, is_end, column_, rows_max, rows);
#if defined(__x86_64__)
  if (kernel_ == CsvKernel::kAvx2) {
    return scan_with_bmi(kernel_, syntax_.delimiter, bytes, cutter);
  }
#endif
  return scan_with(kernel_, syntax_.delimiter, bytes, cutter);
}

}  // namespace mxbulk::input
