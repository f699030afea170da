// The only place that knows which hash the tables use (XXH3, 64 bits).
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace mxbulk {

[[nodiscard]] inline uint64_t hash_bytes(std::string_view bytes, uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

// For `--version`.
[[nodiscard]] inline std::string hash_library_version() {
  return "xxHash " + std::to_string(XXH_VERSION_MAJOR) + "." + std::to_string(XXH_VERSION_MINOR) +
         "." + std::to_string(XXH_VERSION_RELEASE);
}

}  // namespace mxbulk
