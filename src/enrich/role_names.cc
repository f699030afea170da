#include "enrich/role_names.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/limits.h"
#include "model/domain_name.h"

namespace mxbulk::enrich {
namespace {

constexpr size_t kOctetsMax = limits::kLocalPartOctetsMax;

// Index of a table by octet.
size_t lower(char c) {
  return static_cast<uint8_t>(ascii_lower(c));
}

}  // namespace

RoleNames::RoleNames() : names_(load_role_names()) {
  for (const std::string_view name : names_) note(name);
}

void RoleNames::add(std::vector<std::string> names) {
  user_names_ = std::move(names);
  for (const std::string& name : user_names_) {
    names_.insert(name);
    note(name);
  }
}

void RoleNames::note(std::string_view name) {
  assert(!name.empty() && name.size() <= kOctetsMax);
  by_first_[lower(name.front())] |= uint64_t{1} << (name.size() - 1);
  by_last_[lower(name.back())] |= uint64_t{1} << (name.size() - 1);
}

bool RoleNames::contains(std::string_view local_part) const {
  local_part = local_part.substr(0, local_part.find('+'));
  if (local_part.empty() || local_part.size() > kOctetsMax) return false;
  const uint64_t lengths =
      by_first_[lower(local_part.front())] & by_last_[lower(local_part.back())];
  if ((lengths >> (local_part.size() - 1) & 1U) == 0) return false;
  std::array<char, kOctetsMax> name{};
  copy_ascii_lower(local_part, name.data());
  return names_.contains(std::string_view(name.data(), local_part.size()));
}

}  // namespace mxbulk::enrich
