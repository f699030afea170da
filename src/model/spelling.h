// "Did you mean": the nearest of some names. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mxbulk {

// Letters to add, drop, change or swap to make `a` into `b`.
[[nodiscard]] size_t edit_distance(std::string_view a, std::string_view b);

// The name nearest to `text`, or one that `text` begins; empty if none is near (a third of its
// letters).
[[nodiscard]] std::string nearest_spelling(std::string_view text,
                                           const std::vector<std::string>& names);

}  // namespace mxbulk
