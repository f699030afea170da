// The only place that says which outcome wins. Pure.
#pragma once

#include <cstdint>

#include "route/host_evaluation.h"

namespace mxbulk::route {

// Whether mail can be sent to one exchange, or along a whole route. Ordered: the greater value
// wins.
enum class Usability : uint8_t {
  kDead,       // permanently without a usable address
  kTemporary,  // a lookup failed: nothing is known
  kUsable,     // a public address exists
};

// A usable address beats any error; without one, a temporary failure beats any permanent one.
[[nodiscard]] constexpr Usability stronger(Usability a, Usability b) {
  return a < b ? b : a;
}

[[nodiscard]] constexpr Usability usability_of(const HostFacts& facts) {
  if (facts.has_public) return Usability::kUsable;
  return facts.has_temporary ? Usability::kTemporary : Usability::kDead;
}

}  // namespace mxbulk::route
