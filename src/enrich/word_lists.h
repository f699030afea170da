// The lists under data/, as they are built into the program. Threads: pure functions.
#pragma once

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

}  // namespace mxbulk::enrich
