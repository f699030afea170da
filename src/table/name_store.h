// Names by dense id, in order of arrival. Each is kept once, and never moves.
//
// Threads: one thread adds; any thread reads names of ids below a size() that it has seen.
// Ownership: owns the names.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/arena.h"
#include "base/slab.h"
#include "model/domain_name.h"

namespace mxbulk::table {

class NameStore {
 public:
  // Copies `name`; returns its id.
  uint32_t add(NameView name) {
    char* const text = names_.store_array<char>(1 + name.size());
    text[0] = static_cast<char>(name.size());
    std::memcpy(text + 1, name.data(), name.size());
    places_.prepare() = text;
    return places_.publish();
  }

  [[nodiscard]] uint32_t size() const { return places_.size(); }
  [[nodiscard]] NameView name(uint32_t id) const {
    const char* const text = places_[id];
    return {text + 1, static_cast<uint8_t>(text[0])};
  }

  // Prefetches what name(id) will read, in two steps; call the second when the first has arrived in
  // the cache.
  void prefetch_place(uint32_t id) const { __builtin_prefetch(&places_[id]); }
  void prefetch_text(uint32_t id) const { __builtin_prefetch(places_[id]); }

 private:
  static_assert(limits::kNameWireOctetsMax <= 255, "one octet holds the length of a name");

  Slab<const char*> places_;  // of the octet of length in front of each name
  Arena names_;
};

}  // namespace mxbulk::table
