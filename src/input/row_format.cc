#include "input/row_format.h"

namespace mxbulk::input {

// Takes the octet, unless it ends the row.
bool RowTracker::is_break(char c) {
  if (!cell_) return c == '\n' || c == '\r';
  const CsvCellState::Found found = cell_->take(c);
  if (found == CsvCellState::Found::kDelimiter) ++cells_;
  return found == CsvCellState::Found::kBreak;
}

size_t RowTracker::follow(std::string_view bytes, bool is_end) {
  size_t used = 0;
  while (used < bytes.size() && !is_break(bytes[used])) ++used;
  if (used == bytes.size()) {
    ends_ = is_end;
  } else if (bytes[used] == '\r') {
    const bool is_known = used + 1 < bytes.size() || is_end;
    if (is_known) {
      ++used;
      if (used < bytes.size() && bytes[used] == '\n') ++used;
      ends_ = true;
    }
  } else {
    ++used;
    ends_ = true;
  }
  bytes_ += used;
  return used;
}

}  // namespace mxbulk::input
