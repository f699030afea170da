// The local parts that name a function, as a set that is asked once a row.
//
// Threads: immutable after construction. Ownership: owns its table; the names are static text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "enrich/word_lists.h"

namespace mxbulk::enrich {

class RoleNames {
 public:
  RoleNames();

  // Case is ignored; a tag (`info+x`) is cut off. Allocates nothing.
  [[nodiscard]] bool contains(std::string_view local_part) const;

 private:
  WordSet names_;
  using Lengths = std::array<uint64_t, 256>;  // by an octet: bit n where a name has n octets
  // A local part whose first and last octets no name of its length has needs no hash: nearly all.
  Lengths by_first_{};
  Lengths by_last_{};
};

}  // namespace mxbulk::enrich
