// The lists under data/, as they are built into the program. Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/hash.h"

namespace mxbulk::enrich {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return hash_bytes(text); }
};
// Views into text with static storage.
using WordSet = std::unordered_set<std::string_view, TextHash, std::equal_to<>>;
using WordMap = std::unordered_map<std::string_view, std::string_view, TextHash, std::equal_to<>>;

struct FreeDomains {
  WordSet all;
  std::vector<std::string_view> biggest;  // the lines marked with *, in the order of the list
};

// Blank lines and lines that begin with # are skipped. Requires: `text` has static storage.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
// Lines of `key value`.
[[nodiscard]] WordMap pairs_of(std::string_view text);

[[nodiscard]] WordMap load_providers();
[[nodiscard]] WordSet load_role_names();
[[nodiscard]] FreeDomains load_free_domains();
// The list that scripts/refresh_lists fetches, then our own additions.
[[nodiscard]] std::vector<std::string_view> load_disposable_domains();
[[nodiscard]] std::vector<std::string_view> load_disposable_exchanges();
[[nodiscard]] std::vector<std::string_view> load_relay_domains();
[[nodiscard]] WordMap load_typo_traps();

// The local parts that name a function, as a set for one look-up per row. Immutable after
// construction and add(). Owns its table and the user's names; the program's own are static text.
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
