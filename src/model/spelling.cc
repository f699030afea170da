#include "model/spelling.h"

#include <algorithm>

namespace mxbulk {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last;
  std::vector<size_t> last(b.size() + 1);
  for (size_t column = 0; column <= b.size(); ++column) last[column] = column;
  for (size_t row = 1; row <= a.size(); ++row) {
    std::vector<size_t> now(b.size() + 1, row);
    for (size_t column = 1; column <= b.size(); ++column) {
      const size_t change = a[row - 1] == b[column - 1] ? 0 : 1;
      now[column] = std::min({last[column] + 1, now[column - 1] + 1, last[column - 1] + change});
      const bool swapped =
          row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
      if (swapped) now[column] = std::min(now[column], before_last[column - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(now);
  }
  return last[b.size()];
}

std::string nearest_spelling(std::string_view text, const std::vector<std::string>& names) {
  constexpr size_t kLengthMax = 64;    // longer is not a typing error; bounds the table
  constexpr size_t kBeginningMin = 5;  // `--res`: dashes and three letters
  if (text.size() > kLengthMax) return {};
  size_t best = 1 + text.size() / 3;
  std::string nearest;
  for (const std::string& name : names) {
    if (text.size() >= kBeginningMin && name.starts_with(text)) return name;
    const size_t distance = edit_distance(text, name);
    if (distance >= best) continue;
    best = distance;
    nearest = name;
  }
  return nearest;
}

}  // namespace mxbulk
