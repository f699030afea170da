#include "enrich/role_names.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "model/domain_name.h"

namespace mxbulk::enrich {
namespace {

char lower(char c) {
  return static_cast<char>(ascii_lower(static_cast<uint8_t>(c)));
}

// 26 or more for what is no letter.
unsigned letter_index(char c) {
  return static_cast<unsigned>(static_cast<uint8_t>(lower(c))) - 'a';
}

}  // namespace

RoleNames::RoleNames(WordSet names) : names_(std::move(names)) {
  for (const std::string_view name : names_) {
    assert(!name.empty() && name.size() <= kOctetsMax && letter_index(name[0]) < 26);
    first_letters_[name.size()] |= 1U << letter_index(name[0]);
  }
}

bool RoleNames::has(std::string_view local_part) const {
  if (local_part.empty() || local_part.size() > kOctetsMax) return false;
  const unsigned first = letter_index(local_part[0]);
  if (first >= 26 || (first_letters_[local_part.size()] >> first & 1U) == 0) return false;
  std::array<char, kOctetsMax> name{};
  std::transform(local_part.begin(), local_part.end(), name.begin(), lower);
  return names_.contains(std::string_view(name.data(), local_part.size()));
}

}  // namespace mxbulk::enrich
