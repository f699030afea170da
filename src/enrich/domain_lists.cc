#include "enrich/domain_lists.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/limits.h"
#include "enrich/word_lists.h"

namespace mxbulk::enrich {

namespace {

constexpr size_t kNamesExpected = 12'000;  // those of data/, so that the table does not grow
constexpr size_t kSlots = 1U << 15;

}  // namespace

NameTable::NameTable() : slots_(kSlots) {
  entries_.reserve(kNamesExpected);
}

size_t NameTable::slot_of(std::string_view name) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash_bytes(name) & mask;
  while (slots_[slot] != 0 && entries_[slots_[slot] - 1].name != name) slot = (slot + 1) & mask;
  return slot;
}

NameFacts& NameTable::at(std::string_view name) {
  const size_t slot = slot_of(name);
  if (slots_[slot] != 0) return entries_[slots_[slot] - 1].facts;
  entries_.push_back({name, {}});
  slots_[slot] = static_cast<uint32_t>(entries_.size());
  if (2 * entries_.size() > slots_.size()) grow();
  return entries_.back().facts;
}

const NameFacts* NameTable::find(std::string_view name) const {
  const uint32_t found = slots_[slot_of(name)];
  return found == 0 ? nullptr : &entries_[found - 1].facts;
}

void NameTable::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (size_t index = 0; index < entries_.size(); ++index) {
    slots_[slot_of(entries_[index].name)] = static_cast<uint32_t>(index + 1);
  }
}

namespace {

// `a.b.c` -> `b.c` -> `c` -> empty.
std::string_view parent_of(std::string_view domain) {
  const size_t dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

// A free mailbox, a relay and a provider are not disposable, whatever a list of disposable domains
// says. Nor is a typo like `gmial.com`: its writer has a mailbox elsewhere.
bool is_surely_not_disposable(const NameFacts& name) {
  return name.is_free || name.is_relay || !name.provider.empty() || !name.meant.empty();
}

// True if a list says whether the name is disposable.
bool decides(const NameFacts& name) {
  return name.is_disposable || name.is_by_user || is_surely_not_disposable(name);
}

bool is_disposable(const NameFacts& name) {
  return name.is_disposable && (name.is_by_user || !is_surely_not_disposable(name));
}

}  // namespace

DomainLists::DomainLists() {
  suggestions_.emplace_back();  // 0 = none
  for (const std::string_view name : load_disposable_domains()) {
    names_.at(name).is_disposable = true;
  }
  for (const std::string_view name : load_disposable_exchanges()) {
    names_.at(name).is_disposable_exchange = true;
  }
  for (const auto& [name, provider] : load_providers()) names_.at(name).provider = provider;
  for (const std::string_view name : load_relay_domains()) names_.at(name).is_relay = true;
  const FreeDomains free = load_free_domains();
  for (const std::string_view name : free.biggest) add_big(name);
  for (const std::string_view name : free.all) {
    names_.at(name).is_free = true;
    number(name);
  }
  for (const auto& [name, meant] : load_typo_traps()) {
    names_.at(name).meant = meant;
    number(meant);
  }
}

NameFacts& DomainLists::user_facts(const std::string& name) {
  NameFacts& facts = names_.at(name);
  facts.meant = {};  // a domain that the user knows is no typo
  facts.is_by_user = true;
  return facts;
}

void DomainLists::add(UserLists lists) {
  user_ = std::move(lists);
  for (const std::string& name : user_.disposable) {
    NameFacts& facts = user_facts(name);
    facts.is_disposable = true;
    facts.is_free = facts.is_relay = false;
  }
  for (const std::string& name : user_.free) {
    NameFacts& facts = user_facts(name);
    facts.is_free = true;
    facts.is_disposable = false;
    number(name);
  }
  for (const std::string& name : user_.free_suggested) add_big(name);
  for (const std::string& name : user_.relay) {
    NameFacts& facts = user_facts(name);
    facts.is_relay = true;
    facts.is_disposable = false;
  }
  for (const auto& [name, meant] : user_.typos) {
    names_.at(name).meant = meant;
    number(meant);
  }
}

void DomainLists::add_big(std::string_view name) {
  const auto has_name = [&](const BigDomain& big) { return big.name == name; };
  if (std::any_of(biggest_.begin(), biggest_.end(), has_name)) return;
  BigDomain big{name, name.substr(0, name.find('.')), std::string(name)};
  std::erase(big.joined, '.');
  biggest_.push_back(std::move(big));
}

void DomainLists::number(std::string_view domain) {
  uint16_t& given = names_.at(domain).suggestion;
  if (given != 0 || suggestions_.size() >= limits::kSuggestionsMax) return;
  given = static_cast<uint16_t>(suggestions_.size());
  suggestions_.push_back(domain);
}

uint32_t DomainLists::number_of(std::string_view domain) const {
  const NameFacts* const facts = find(domain);
  return facts == nullptr ? 0 : facts->suggestion;
}

// The longest suffix with an entry decides; entries of the user come before those of the program.
DomainFacts DomainLists::facts_of(std::string_view domain) const {
  DomainFacts facts;
  bool is_users_word = false;
  for (std::string_view suffix = domain; !suffix.empty(); suffix = parent_of(suffix)) {
    const NameFacts* const name = find(suffix);
    if (name == nullptr) continue;
    if (suffix.size() == domain.size()) facts.own = *name;
    if (facts.provider.empty()) facts.provider = name->provider;
    facts.is_disposable_exchange |= name->is_disposable_exchange;
    if (!decides(*name) || is_users_word || (facts.is_decided && !name->is_by_user)) continue;
    facts.is_decided = true;
    is_users_word = name->is_by_user;
    facts.is_relay = name->is_relay;
    facts.is_disposable = is_disposable(*name);
  }
  return facts;
}

}  // namespace mxbulk::enrich
