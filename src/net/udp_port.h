// One connected UDP socket that sends and receives in batches (sendmmsg, recvmmsg). The kernel
// drops what comes from any other address than the peer's.
//
// Threads: one loop thread. Ownership: owns the socket and its buffers.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/send_queue.h"

namespace mxbulk::net {

class UdpPort {
 public:
  UdpPort() = default;
  ~UdpPort();
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  // Opens a non-blocking socket with a large receive buffer. False: errno says why.
  [[nodiscard]] bool open(int family);
  [[nodiscard]] int fd() const { return fd_; }
  // Datagrams of DNS answers that the receive buffer holds for certain.
  [[nodiscard]] uint32_t receive_capacity() const { return receive_capacity_; }

  // Takes a copy; goes out with flush(). Requires: 1..SendQueue::kDatagramBytesMax octets.
  void queue(std::span<const uint8_t> datagram) { out_.add(datagram); }
  [[nodiscard]] SendQueue::Result flush() { return out_.flush(fd_); }
  [[nodiscard]] bool has_queued() const { return !out_.empty(); }

  // The next datagram that has arrived, good until the next call; none when there is no more.
  std::optional<std::span<const uint8_t>> next_datagram();

 private:
  static constexpr size_t kBatch = 64;
  // Over EDNS's 1,232, the rest is cut by us; and no power of two, or all would share a few lines
  // of the cache.
  static constexpr size_t kDatagramBytes = 4'096 + 64;

  bool receive_batch();

  int fd_ = -1;
  uint32_t receive_capacity_ = 1;
  SendQueue out_;
  size_t receive_batch_ = 0;       // datagrams taken at once
  std::vector<uint8_t> received_;  // as many buffers
  std::array<uint32_t, kBatch> received_lengths_{};
  size_t received_count_ = 0;
  size_t received_next_ = 0;
};

}  // namespace mxbulk::net
