// Random numbers of the simulation: the same from the same seed on every machine and library.
// Plain value.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mxbulk::test {

class SimulatedRandom {
 public:
  explicit SimulatedRandom(uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood 2014).
  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }
  // 0 .. bound-1. Requires: bound > 0.
  uint64_t below(uint64_t bound) { return next() % bound; }
  // low .. high, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  bool chance(double share) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < share; }
  template <class List>
  const auto& pick(const List& list) {
    return list[static_cast<size_t>(below(list.size()))];
  }

 private:
  uint64_t state_;
};

}  // namespace mxbulk::test
