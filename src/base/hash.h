// The hash of all tables: XXH3, 64 bits. The only user of xxHash. Threads: pure functions.
#pragma once

#define XXH_INLINE_ALL
#ifndef NDEBUG
#define XXH_NO_INLINE_HINTS 1  // g++ 14 with -Og fails on the always_inline of 0.8.3
#endif
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
