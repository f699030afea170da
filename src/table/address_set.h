// The addresses that a run has seen, for `--mark-duplicates`: a hash of 64 bits for each.
//
// Two different addresses with one hash would make the later one a false duplicate. Among n
// addresses the odds of one such pair are n² / 2^65: 1 to 370,000 for ten million, 1 to 3,700 for a
// hundred million. The lint changes no verdict and no action, so this does no harm.
//
// Threads: one thread. Ownership: keeps hashes only, no text.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mxbulk::table {

class AddressSet {
 public:
  AddressSet() {
    for (size_t i = 0; i < shard_of_.size(); ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(shard_of_.size());
      shard_of_[i] = static_cast<uint8_t>(std::log2(1 + share) * kShards);
    }
  }

  // Adds a hash. False if it was in the set before.
  bool insert(uint64_t hash) { return shard(hash).insert(hash).second; }

  [[nodiscard]] bool contains(uint64_t hash) const {
    return shards_[shard_of_[hash >> kRestBits]].contains(hash);
  }

  // Adds each hash in turn, and calls on_known(index) for those that were in the set before. Nearly
  // every access to the table misses the caches, so memory is prefetched some hashes ahead.
  template <class OnKnown>
  void insert_all(std::span<const uint64_t> hashes, OnKnown on_known) {
    const size_t ahead = std::min(hashes.size(), kAhead);
    for (size_t i = 0; i < ahead; ++i) shard(hashes[i]).prefetch(hashes[i]);
    for (size_t i = 0; i < hashes.size(); ++i) {
      if (i + kAhead < hashes.size()) {
        shard(hashes[i + kAhead]).prefetch(hashes[i + kAhead]);
      }
      if (!insert(hashes[i])) on_known(i);
    }
  }

  // The memory of the tables, used or not.
  [[nodiscard]] size_t memory_bytes() const {
    constexpr size_t kSlotBytes = sizeof(uint64_t) + 1;  // Abseil keeps an octet beside each
    size_t bytes = sizeof(AddressSet);
    for (const Shard& shard : shards_) bytes += shard.capacity() * kSlotBytes;
    return bytes;
  }

 private:
  // The keys are hashes already.
  struct Hash {
    size_t operator()(uint64_t hash) const { return hash; }
  };
  using Shard = absl::flat_hash_set<uint64_t, Hash>;

  // A table that has just doubled is less than half full and takes 21 octets a key; with the old
  // one beside it while it grows, 31. So shard i gets a share of 2^(i / kShards), and the shards
  // double one after another: all of them together take some 14 octets a key at any time.
  static constexpr size_t kShards = 64;
  static constexpr size_t kAhead = 16;  // a core waits for some ten cache lines at once
  static constexpr size_t kIndexBits = 12;
  static constexpr size_t kRestBits = 64 - kIndexBits;

  [[nodiscard]] Shard& shard(uint64_t hash) { return shards_[shard_of_[hash >> kRestBits]]; }

  std::array<uint8_t, size_t{1} << kIndexBits> shard_of_{};  // by the first bits of a hash
  std::array<Shard, kShards> shards_;
};

}  // namespace mxbulk::table
