#include "enrich/edit_distance.h"

#include <algorithm>

namespace mxbulk::enrich {
namespace {

// `longer` is `shorter` with one letter more, at `at`, the first place where they differ.
bool has_one_more(std::string_view longer, std::string_view shorter, size_t at) {
  return longer.size() == shorter.size() + 1 && longer.substr(at + 1) == shorter.substr(at);
}

}  // namespace

std::optional<Slip> slip_between(std::string_view typed, std::string_view meant) {
  const size_t shared = std::min(typed.size(), meant.size());
  if (std::max(typed.size(), meant.size()) > shared + 1) return std::nullopt;
  size_t at = 0;
  while (at < shared && typed[at] == meant[at]) ++at;
  if (has_one_more(meant, typed, at)) return Slip::kMissing;
  if (has_one_more(typed, meant, at)) return Slip::kExtra;
  if (typed.size() != meant.size() || at == shared) return std::nullopt;
  if (typed.substr(at + 1) == meant.substr(at + 1)) return Slip::kOther;
  const bool is_swapped = at + 1 < shared && typed[at] == meant[at + 1] &&
                          typed[at + 1] == meant[at] &&
                          typed.substr(at + 2) == meant.substr(at + 2);
  if (is_swapped) return Slip::kSwapped;
  return std::nullopt;
}

}  // namespace mxbulk::enrich
