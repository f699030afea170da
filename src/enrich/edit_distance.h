// How far two spellings are apart. Threads: pure functions.
#pragma once

#include <string_view>

namespace mxbulk::enrich {

// True where one letter too many, too few, other or swapped with its neighbour makes `a` into `b`
// (Damerau-Levenshtein distance 1). Linear in the length.
[[nodiscard]] bool is_one_typo_apart(std::string_view a, std::string_view b);

}  // namespace mxbulk::enrich
