#include "enrich/word_lists.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"

namespace mxbulk::enrich {
namespace {

constexpr char kProviders[] =
#include "data/providers.txt.inc"
    ;
constexpr char kRoleNames[] =
#include "data/role_names.txt.inc"
    ;
constexpr char kFreeDomains[] =
#include "data/free_domains.txt.inc"
    ;
constexpr char kDisposableDomains[] =
#include "data/disposable_domains.txt.inc"
    ;
constexpr char kMoreDisposableDomains[] =
#include "data/more_disposable_domains.txt.inc"
    ;
constexpr char kDisposableExchanges[] =
#include "data/disposable_exchanges.txt.inc"
    ;
constexpr char kRelayDomains[] =
#include "data/relay_domains.txt.inc"
    ;
constexpr char kTypoTraps[] =
#include "data/typo_traps.txt.inc"
    ;

WordSet words_of(std::string_view text) {
  const auto lines = lines_of(text);
  return {lines.begin(), lines.end()};
}

constexpr size_t kOctetsMax = limits::kLocalPartOctetsMax;

// Index of a table by octet.
size_t lower(char c) {
  return static_cast<uint8_t>(ascii_lower(c));
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

WordMap pairs_of(std::string_view text) {
  WordMap pairs;
  for (std::string_view line : lines_of(text)) {
    const size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      pairs.emplace(line.substr(0, space), line.substr(space + 1));
    }
  }
  return pairs;
}

WordMap load_providers() {
  return pairs_of(kProviders);
}
WordSet load_role_names() {
  return words_of(kRoleNames);
}
std::vector<std::string_view> load_disposable_domains() {
  std::vector<std::string_view> names = lines_of(kDisposableDomains);
  const std::vector<std::string_view> more = lines_of(kMoreDisposableDomains);
  names.insert(names.end(), more.begin(), more.end());
  return names;
}
std::vector<std::string_view> load_disposable_exchanges() {
  return lines_of(kDisposableExchanges);
}
std::vector<std::string_view> load_relay_domains() {
  return lines_of(kRelayDomains);
}
WordMap load_typo_traps() {
  return pairs_of(kTypoTraps);
}

FreeDomains load_free_domains() {
  FreeDomains domains;
  for (std::string_view line : lines_of(kFreeDomains)) {
    const bool is_big = line.starts_with('*');
    if (is_big) line.remove_prefix(1);
    if (is_big) domains.biggest.push_back(line);
    domains.all.insert(line);
  }
  return domains;
}

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
