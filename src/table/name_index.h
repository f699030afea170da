// Name -> dense id, in shards, so that growth moves one small table at a time. The only user of
// Abseil's hash set.
//
// Threads: one thread interns. Ownership: stores ids and hashes; the names belong to the caller's
// slab and never move.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>

#include "base/hash.h"
#include "model/domain_name.h"

namespace mxbulk::table {

// `Names` gives `NameView name(uint32_t id) const`.
template <class Names>
class NameIndex {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  explicit NameIndex(const Names& names) {
    for (Shard& shard : shards_) shard = Shard(0, Hash{}, Equal{&names});
  }

  // Fetches what find() will read into the cache.
  void prefetch(uint64_t hash) const { shard(hash).prefetch(Probe{{}, hash}); }
  // The id of `name`, whose hash is `hash`, or kNone.
  [[nodiscard]] uint32_t find(NameView name, uint64_t hash) const {
    const Shard& set = shard(hash);
    const auto found = set.find(Probe{name, hash});
    return found == set.end() ? kNone : found->id;
  }
  // Requires: find(name(id), hash) is kNone.
  void insert(uint32_t id, uint64_t hash) { shard(hash).insert(Entry{id, upper(hash)}); }

 private:
  static constexpr size_t kShardBits = 6;

  struct Entry {
    uint32_t id;
    uint32_t upper_hash;
  };
  struct Probe {
    NameView name;
    uint64_t hash;
  };
  // The table's hash is spread from the upper 32 bits alone: growing never touches a name.
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Entry& entry) const { return spread(entry.upper_hash); }
    size_t operator()(const Probe& probe) const { return spread(upper(probe.hash)); }
  };
  struct Equal {
    using is_transparent = void;
    const Names* names = nullptr;
    bool operator()(const Entry& a, const Entry& b) const { return a.id == b.id; }
    bool operator()(const Entry& entry, const Probe& probe) const {
      return entry.upper_hash == upper(probe.hash) && names->name(entry.id) == probe.name;
    }
    bool operator()(const Probe& probe, const Entry& entry) const { return (*this)(entry, probe); }
  };
  using Shard = absl::flat_hash_set<Entry, Hash, Equal>;

  static uint32_t upper(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  static size_t spread(uint32_t upper_hash) { return upper_hash * 0x9E3779B97F4A7C15ULL; }
  Shard& shard(uint64_t hash) { return shards_[hash & ((1U << kShardBits) - 1)]; }
  [[nodiscard]] const Shard& shard(uint64_t hash) const {
    return shards_[hash & ((1U << kShardBits) - 1)];
  }

  std::array<Shard, size_t{1} << kShardBits> shards_;
};

}  // namespace mxbulk::table
