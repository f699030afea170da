#include "input/row_tracker.h"

namespace mxbulk::input {

bool RowTracker::is_break(char c) const {
  return (c == '\n' || c == '\r') && place_ != Place::kQuoted;
}

void RowTracker::step(char c) {
  const bool is_quote = knows_quotes_ && c == '"';
  switch (place_) {
    case Place::kQuoted:
      if (is_quote) place_ = Place::kBehindQuote;
      has_inner_break_ |= c == '\n' || c == '\r';
      return;
    case Place::kCellStart:
    case Place::kBehindQuote:
      if (is_quote) {  // the cell's first octet, or the second of `""`
        place_ = Place::kQuoted;
        return;
      }
      break;
    case Place::kPlain: break;
  }
  place_ = Place::kPlain;
  if (!knows_quotes_ || c != delimiter_) return;
  ++cells_;
  place_ = Place::kCellStart;
}

size_t RowTracker::follow(std::string_view bytes, bool is_end) {
  size_t used = 0;
  while (used < bytes.size() && !is_break(bytes[used])) step(bytes[used++]);
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
