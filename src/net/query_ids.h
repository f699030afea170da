// IDs for queries: unpredictable, and unique among those in flight on one socket (RFC 5452 §9.2).
//
// Threads: one loop thread.
#pragma once

#include <bitset>
#include <cstdint>

#include "net/random_pool.h"

namespace mxbulk::net {

class QueryIds {
 public:
  // Requires: fewer than 65,536 IDs are taken.
  uint16_t take(RandomPool& random) {
    while (true) {
      const auto id = random.take<uint16_t>();
      if (taken_.test(id)) continue;
      taken_.set(id);
      return id;
    }
  }
  void give_back(uint16_t id) { taken_.reset(id); }

 private:
  std::bitset<65'536> taken_;
};

}  // namespace mxbulk::net
