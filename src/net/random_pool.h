// Unpredictable octets (getrandom(2)), fetched many at a time.
//
// Threads: one loop thread.
#pragma once

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
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
    size_t filled = 0;
    while (filled < pool_.size()) {  // a signal may cut it short (getrandom(2))
      const ssize_t got = getrandom(pool_.data() + filled, pool_.size() - filled, 0);
      if (got < 0 && errno != EINTR)
        std::abort();  // with guessable queries any answer may be forged
      if (got > 0) filled += static_cast<size_t>(got);
    }
    next_ = 0;
  }

  std::array<uint8_t, 4'096> pool_{};
  size_t next_ = pool_.size();
};

}  // namespace mxbulk::net
