#include "enrich/edit_distance.h"

#include <algorithm>

namespace mxbulk::enrich {

bool is_one_typo_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a == b) return false;
  const auto first = std::mismatch(a.begin(), a.end(), b.begin());
  const auto at = static_cast<size_t>(first.first - a.begin());
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         a.substr(at + 2) == b.substr(at + 2);
}

}  // namespace mxbulk::enrich
