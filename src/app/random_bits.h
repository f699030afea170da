// 64 bits that nobody can guess, from the kernel. Threads: any.
#pragma once

#include <sys/random.h>

#include <cstdint>

namespace mxbulk::app {

// Up to 256 octets come whole, once the kernel's generator is seeded (getrandom(2)).
inline uint64_t random_bits() {
  uint64_t bits = 0;
  (void)!getrandom(&bits, sizeof bits, 0);
  return bits;
}

}  // namespace mxbulk::app
