// The local parts that name a function, as a set for one look-up per row.
//
// Threads: immutable after construction and add(). Ownership: owns its table and the user's names;
// the program's own are static text.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/word_lists.h"

namespace mxbulk::enrich {

class RoleNames {
 public:
  RoleNames();

  // Adds names of the user. Call it at most once.
  // Requires: each in lower case, of 1 to limits::kLocalPartOctetsMax octets, without "+".
  void add(std::vector<std::string> names);

  // Letter case and a tag (`info+x`) are ignored. Allocates nothing.
  [[nodiscard]] bool contains(std::string_view local_part) const;

 private:
  void note(std::string_view name);

  WordSet names_;
  std::vector<std::string> user_names_;       // the text of views in names_
  using Lengths = std::array<uint64_t, 256>;  // by an octet: bit n - 1 if a name has n octets
  // Nearly all local parts have a first or last octet that no name of their length has: they need
  // no hash.
  Lengths by_first_{};
  Lengths by_last_{};
};

}  // namespace mxbulk::enrich
