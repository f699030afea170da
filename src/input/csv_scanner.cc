#include "input/csv_scanner.h"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "input/csv_masks.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNowhere = std::numeric_limits<size_t>::max();

// Walks from special octet to special octet. Octets that are none are never looked at.
class RowWalk {
 public:
  RowWalk(std::string_view bytes, bool is_end, char delimiter, size_t column, size_t rows_max,
          std::vector<CsvRow>& rows)
      : bytes_(bytes),
        rows_(rows),
        column_(column),
        rows_left_(rows_max),
        delimiter_(delimiter),
        is_end_(is_end) {}

  // The specials of 64 octets from `base` on. False: no more rows can be cut.
  bool take(size_t base, CsvMasks masks) {
    uint64_t unseen = ~uint64_t{0};
    while (true) {
      const uint64_t seen = (in_quotes_ ? masks.quotes : masks.specials) & unseen;
      if (seen == 0) return true;
      const auto bit = static_cast<unsigned>(std::countr_zero(seen));
      unseen = (~uint64_t{0} << 1) << bit;
      if (!take_special(base + bit)) return false;
    }
  }

  // What stands behind the last terminator, where nothing follows.
  void finish() {
    if (is_end_ && rows_left_ > 0 && row_begin_ < bytes_.size()) {
      end_row(bytes_.size(), bytes_.size());
    }
  }

  [[nodiscard]] size_t row_begin() const { return row_begin_; }

 private:
  bool take_special(size_t at) {
    if (at == paired_) return true;
    const char c = bytes_[at];
    if (in_quotes_) {
      const bool is_escaped = at + 1 < bytes_.size() && bytes_[at + 1] == '"';
      if (is_escaped) {
        paired_ = at + 1;
      } else {
        in_quotes_ = false;
      }
      return true;
    }
    if (c == delimiter_) {
      end_cell(at);
      cell_begin_ = at + 1;
      return true;
    }
    if (c == '"') {
      in_quotes_ = at == cell_begin_;
      return true;
    }
    return take_break(at, c);
  }

  bool take_break(size_t at, char c) {
    size_t end = at + 1;
    if (c == '\r') {
      if (end == bytes_.size() && !is_end_) return false;  // an LF may follow
      if (end < bytes_.size() && bytes_[end] == '\n') paired_ = end++;
    }
    end_row(at, end);
    return rows_left_ > 0;
  }

  void end_cell(size_t at) {
    if (row_.cells == column_) {
      row_.cell_begin = static_cast<uint32_t>(cell_begin_);
      row_.cell_end = static_cast<uint32_t>(at);
    }
    ++row_.cells;
  }

  void end_row(size_t text_end, size_t end) {
    end_cell(text_end);
    row_.text_end = static_cast<uint32_t>(text_end);
    row_.end = static_cast<uint32_t>(end);
    row_.has_open_quote = in_quotes_;
    rows_.push_back(row_);
    row_ = CsvRow();
    row_begin_ = cell_begin_ = end;
    --rows_left_;
  }

  std::string_view bytes_;
  std::vector<CsvRow>& rows_;
  size_t column_;
  size_t rows_left_;
  char delimiter_;
  bool is_end_;

  CsvRow row_;
  size_t row_begin_ = 0;
  size_t cell_begin_ = 0;
  size_t paired_ = kNowhere;  // the second octet of `""` or CRLF: already dealt with
  bool in_quotes_ = false;
};

template <class Kernel>
size_t scan_with(const Kernel& kernel, std::string_view bytes, RowWalk walk) {
  size_t base = 0;
  for (; base + kMaskOctets <= bytes.size(); base += kMaskOctets) {
    if (!walk.take(base, kernel.masks(bytes.data() + base))) return walk.row_begin();
  }
  const size_t left = bytes.size() - base;
  if (left > 0) {
    std::array<char, kMaskOctets> tail{};
    std::memcpy(tail.data(), bytes.data() + base, left);
    CsvMasks masks = kernel.masks(tail.data());
    const uint64_t real = ~uint64_t{0} >> (kMaskOctets - left);
    masks.quotes &= real;
    masks.specials &= real;
    if (!walk.take(base, masks)) return walk.row_begin();
  }
  walk.finish();
  return walk.row_begin();
}

}  // namespace

size_t CsvScanner::scan(std::string_view bytes, bool is_end, size_t rows_max,
                        std::vector<CsvRow>& rows) const {
  assert(bytes.size() <= std::numeric_limits<uint32_t>::max());
  if (rows_max == 0) return 0;
  return scan_with(BaselineCsvKernel(delimiter_), bytes,
                   RowWalk(bytes, is_end, delimiter_, column_, rows_max, rows));
}

}  // namespace mxbulk::input
