// The only place that knows which hash the tables use (XXH3, 64 bits).
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace mxbulk {

[[nodiscard]] inline uint64_t hash_bytes(std::string_view bytes, uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace mxbulk
