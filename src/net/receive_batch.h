// Datagrams read from a socket many at a time (recvmmsg(2)). One batch serves all sockets of a
// transport, one after the other: a buffer for each would be most of its memory.
//
// Threads: one loop thread. Ownership: owns the buffers; borrows the socket for the call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mxbulk::net {

class ReceiveBatch {
 public:
  ReceiveBatch() : bytes_(kDatagrams * kStrideBytes) {}

  // Takes what has arrived, in place of what was left; a datagram over kDatagramBytes is cut.
  // False: nothing is there.
  [[nodiscard]] bool fill(int fd);
  // The next one of the batch, good until fill().
  [[nodiscard]] std::optional<std::span<const uint8_t>> next();
  void clear() { next_ = count_; }
  // More may have arrived than the last fill() took.
  [[nodiscard]] bool was_full() const { return count_ == kDatagrams; }

 private:
  static constexpr size_t kDatagrams = 64;
  static constexpr size_t kDatagramBytes = 4'096;  // over EDNS's 1,232 octets
  // No power of two: the fronts of all datagrams would share a few lines of the cache.
  static constexpr size_t kStrideBytes = kDatagramBytes + 64;

  std::vector<uint8_t> bytes_;
  std::array<uint32_t, kDatagrams> lengths_{};
  size_t count_ = 0;
  size_t next_ = 0;
};

}  // namespace mxbulk::net
