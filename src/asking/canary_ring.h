// Names for which a resolver gave MX in this run, a few of them, spread over all that it answered:
// asked again, an honest one gives them again.
//
// Threads: a plain value of one loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "base/strong_id.h"

namespace mxbulk::asking {

class CanaryRing {
 public:
  // The 1st, 2nd, 4th, 7th, 11th, 17th … is kept, each in the place of the oldest.
  void on_mx(DomainId domain) {
    if (++seen_ < keep_at_) return;
    keep_at_ = seen_ + seen_ / 2 + 1;
    kept_[next_to_replace_++ % kept_.size()] = domain;
  }
  [[nodiscard]] size_t size() const {
    return next_to_replace_ < kept_.size() ? next_to_replace_ : kept_.size();
  }
  // Another one each time. Requires: size() > 0.
  [[nodiscard]] DomainId next() { return kept_[next_to_ask_++ % size()]; }

 private:
  std::array<DomainId, limits::kCanariesKept> kept_;
  size_t next_to_replace_ = 0;
  size_t next_to_ask_ = 0;
  uint64_t seen_ = 0;
  uint64_t keep_at_ = 1;
};

}  // namespace mxbulk::asking
