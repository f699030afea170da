// The user's own lists. They are added to those of the program, and have precedence. Plain value,
// owns its text. Domains are in lower case, as A-labels.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mxbulk::enrich {

struct UserLists {
  std::vector<std::string> disposable;
  std::vector<std::string> free;
  std::vector<std::string> free_suggested;  // of `free`, those that are suggested for a typo
  std::vector<std::string> relay;
  std::vector<std::string> roles;                          // local parts, in lower case
  std::vector<std::pair<std::string, std::string>> typos;  // misspelt domain, domain that was meant
};

}  // namespace mxbulk::enrich
