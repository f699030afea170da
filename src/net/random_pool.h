// Octets that nobody can guess, from the kernel, many at a time.
//
// Threads: one loop thread.
#pragma once

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace mxbulk::net {

class RandomPool {
 public:
  template <class Unsigned>
  Unsigned take() {
    if (next_ + sizeof(Unsigned) > pool_.size()) refill();
    Unsigned value;
    std::memcpy(&value, pool_.data() + next_, sizeof value);
    next_ += sizeof value;
    return value;
  }

 private:
  void refill() {
    // Up to 256 octets come whole, once the kernel's generator is seeded (getrandom(2)).
    (void)!getrandom(pool_.data(), pool_.size(), 0);
    next_ = 0;
  }

  std::array<uint8_t, 256> pool_{};
  size_t next_ = pool_.size();
};

}  // namespace mxbulk::net
