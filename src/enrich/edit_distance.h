// How far two spellings are apart. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mxbulk::enrich {

// One slip of the finger, by how often it happens.
enum class Slip : uint8_t {
  kSwapped,  // two neighbours: `gmial`
  kMissing,  // a letter too few: `gmil`
  kExtra,    // a letter too many: `gmaiil`
  kOther,    // another letter: `gmaul`
};

// The one slip that makes `typed` of `meant`; none if they are equal or further apart
// (Damerau-Levenshtein distance 1). Linear in the length.
[[nodiscard]] std::optional<Slip> slip_between(std::string_view typed, std::string_view meant);

}  // namespace mxbulk::enrich
