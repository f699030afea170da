// IDs for queries: unpredictable, and unique among those in flight on one socket (RFC 5452 §9.2).
//
// Threads: one loop thread.
#pragma once

#include <sys/random.h>

#include <array>
#include <bitset>
#include <cstdint>

namespace mxbulk::net {

class QueryIds {
 public:
  // Requires: fewer than 65,536 IDs are taken.
  uint16_t take() {
    while (true) {
      const uint16_t id = random_id();
      if (taken_.test(id)) continue;
      taken_.set(id);
      return id;
    }
  }
  void give_back(uint16_t id) { taken_.reset(id); }

 private:
  uint16_t random_id() {
    if (next_ == pool_.size()) {
      // Up to 256 bytes come whole, once the kernel's generator is seeded (getrandom(2)).
      (void)!getrandom(pool_.data(), sizeof pool_, 0);
      next_ = 0;
    }
    return pool_[next_++];
  }

  std::bitset<65'536> taken_;
  std::array<uint16_t, 128> pool_{};
  size_t next_ = pool_.size();
};

}  // namespace mxbulk::net
