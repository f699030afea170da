// Local parts that belong to a function and not to a person. Asked once a row on the reader's way:
// no allocation, and most names are turned away by their length and first letter.
//
// Threads: immutable after construction.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "enrich/word_lists.h"

namespace mxbulk::enrich {

class RoleNames {
 public:
  // Requires: each name is in lower case, begins with a letter and has kOctetsMax octets at most.
  explicit RoleNames(WordSet names);

  // Case is ignored.
  [[nodiscard]] bool has(std::string_view local_part) const;

 private:
  static constexpr size_t kOctetsMax = 31;

  WordSet names_;
  std::array<uint32_t, kOctetsMax + 1> first_letters_{};  // by length: bit 0 for `a`
};

}  // namespace mxbulk::enrich
