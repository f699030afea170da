// 64 unpredictable bits, from the kernel. Threads: any.
#pragma once

#include <sys/random.h>

#include <cstdint>

namespace mxbulk::app {

// Up to 256 octets are always returned whole (getrandom(2)).
inline uint64_t random_bits() {
  uint64_t bits = 0;
  (void)!getrandom(&bits, sizeof bits, 0);
  return bits;
}

}  // namespace mxbulk::app
