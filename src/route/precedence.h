// The one place that says which outcome wins. Pure.
#pragma once

#include <cstdint>

#include "route/host_walk.h"

namespace mxbulk::route {

// What one exchange, or a whole route, comes to. Ordered: the greater wins.
enum class Standing : uint8_t {
  kDead,       // permanently without a usable address
  kTemporary,  // a lookup failed: nothing is known
  kUsable,     // a public address exists
};

// A usable address beats any error; without one, a temporary failure beats any permanent one.
[[nodiscard]] constexpr Standing stronger(Standing a, Standing b) {
  return a < b ? b : a;
}

[[nodiscard]] constexpr Standing standing_of(const HostFacts& facts) {
  if (facts.has_public) return Standing::kUsable;
  return facts.has_temporary ? Standing::kTemporary : Standing::kDead;
}

}  // namespace mxbulk::route
