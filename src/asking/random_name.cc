#include "asking/random_name.h"

#include <cassert>
#include <string>

#include "base/limits.h"

namespace mxbulk::asking {

std::optional<DomainName> random_name(size_t letters, NameView under, const RandomSource& random) {
  constexpr size_t kLettersADraw = 13;  // 26^13 < 2^64
  constexpr uint64_t kLetters = 26;
  assert(letters >= 1 && letters <= limits::kLabelOctetsMax);
  std::string wire(1, static_cast<char>(letters));
  uint64_t bits = 0;
  for (size_t i = 0; i < letters; ++i) {
    if (i % kLettersADraw == 0) bits = random();
    wire.push_back(static_cast<char>('a' + bits % kLetters));
    bits /= kLetters;
  }
  wire += under;
  if (wire.size() > limits::kNameWireOctetsMax) return std::nullopt;
  return DomainName::from_view(wire);
}

}  // namespace mxbulk::asking
