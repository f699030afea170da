// From a name to its dense id. In shards, so that growth moves one small table at a time. The only
// user of Abseil's hash set.
//
// Threads: one thread interns. Ownership: stores ids and hashes; the names belong to the
// caller.
#pragma once

#include <absl/base/config.h>
#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <string>

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

  // Prefetches what candidate() and find() will read.
  void prefetch(uint64_t hash) const { shard(hash).prefetch(HashProbe{hash}); }
  // An id whose hash matches in the bits that the index keeps; kNone if there is none. Almost
  // always the id that find() returns, but without a comparison of names.
  [[nodiscard]] uint32_t candidate(uint64_t hash) const { return found(hash, HashProbe{hash}); }
  // The id of `name`, whose hash is `hash`, or kNone.
  [[nodiscard]] uint32_t find(NameView name, uint64_t hash) const {
    return found(hash, NameProbe{name, hash});
  }
  // Requires: find(name(id), hash) is kNone.
  void insert(uint32_t id, uint64_t hash) { shard(hash).insert(Entry{id, upper(hash)}); }

 private:
  static constexpr size_t kShardBits = 6;

  struct Entry {
    uint32_t id;
    uint32_t upper_hash;
  };
  struct HashProbe {
    uint64_t hash;
  };
  struct NameProbe {
    NameView name;
    uint64_t hash;
  };
  // The table uses the upper 32 bits of the hash, which it keeps: growth never reads a name.
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Entry& entry) const { return spread(entry.upper_hash); }
    size_t operator()(const HashProbe& probe) const { return spread(upper(probe.hash)); }
    size_t operator()(const NameProbe& probe) const { return spread(upper(probe.hash)); }
  };
  struct Equal {
    using is_transparent = void;
    const Names* names = nullptr;
    bool operator()(const Entry& a, const Entry& b) const { return a.id == b.id; }
    bool operator()(const Entry& entry, const HashProbe& probe) const {
      return entry.upper_hash == upper(probe.hash);
    }
    bool operator()(const Entry& entry, const NameProbe& probe) const {
      return entry.upper_hash == upper(probe.hash) && names->name(entry.id) == probe.name;
    }
  };
  using Shard = absl::flat_hash_set<Entry, Hash, Equal>;

  template <class Probe>
  [[nodiscard]] uint32_t found(uint64_t hash, const Probe& probe) const {
    const Shard& set = shard(hash);
    const auto entry = set.find(probe);
    return entry == set.end() ? kNone : entry->id;
  }
  static uint32_t upper(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  static size_t spread(uint32_t upper_hash) { return upper_hash * 0x9E3779B97F4A7C15ULL; }
  Shard& shard(uint64_t hash) { return shards_[hash & ((1U << kShardBits) - 1)]; }
  [[nodiscard]] const Shard& shard(uint64_t hash) const {
    return shards_[hash & ((1U << kShardBits) - 1)];
  }

  std::array<Shard, size_t{1} << kShardBits> shards_;
};

// `abseil 20220623.1`, as compiled against.
[[nodiscard]] inline std::string abseil_version() {
  return "abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION) + "." +
         std::to_string(ABSL_LTS_RELEASE_PATCH_LEVEL);
}

}  // namespace mxbulk::table
