#include "enrich/name_table.h"

#include "base/hash.h"

namespace mxbulk::enrich {
namespace {

constexpr size_t kNamesExpected = 12'000;  // those of data/, without growing
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

}  // namespace mxbulk::enrich
