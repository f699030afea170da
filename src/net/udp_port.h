// One connected UDP socket of a channel. The kernel drops what comes from any other address than
// the peer's.
//
// Threads: one loop thread. Ownership: owns the socket and what waits to be sent.
#pragma once

#include <cstdint>
#include <span>

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
  [[nodiscard]] bool has_queued() const { return !out_.empty(); }
  [[nodiscard]] SendQueue::Result flush() { return out_.flush(fd_); }

 private:
  int fd_ = -1;
  uint32_t receive_capacity_ = 1;
  SendQueue out_;
};

}  // namespace mxbulk::net
