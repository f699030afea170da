// Datagrams to be sent through one connected UDP socket: as many in one system call as it takes
// (sendmmsg(2)), and those of equal length as one message that the kernel cuts (UDP_SEGMENT,
// udp(7)), which spares most of the way through its stack.
//
// Threads: one loop thread. Ownership: borrows the socket; copies the datagrams.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mxbulk::net {

class SendQueue {
 public:
  // A query of ours, and what newer versions of c-ares add (a DNS cookie, RFC 7873).
  static constexpr size_t kDatagramBytesMax = 512;

  enum class Result : uint8_t {
    kEmpty,    // all is sent, or was refused for good
    kBlocked,  // the socket has no room; it will be writable when it has
    kNoMemory  // the kernel has no buffer (ENOBUFS); the socket may be writable all the same
  };

  // Datagrams of equal length keep their order. Requires: 1..kDatagramBytesMax octets.
  void add(std::span<const uint8_t> datagram);
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  // Sends what waits. What the kernel has no room for stays; what it refuses for another reason
  // (a firewall, no route) is dropped, so that it is not tried for ever.
  [[nodiscard]] Result flush(int fd);

  // The kernel cuts messages for this socket.
  [[nodiscard]] static bool has_segmentation(int fd);
  void use_segmentation(bool use) { segments_max_ = use ? kSegmentsMax : 1; }

 private:
  static constexpr size_t kMessagesMax = 64;  // a system call
  static constexpr size_t kSegmentsMax = 64;  // UDP_MAX_SEGMENTS of the kernels that have it

  // Those of one length, end to end.
  struct Group {
    std::vector<uint8_t> bytes;
    size_t sent = 0;  // octets of them
  };
  struct Message {
    uint16_t length = 0;  // of each datagram in it
    uint16_t datagrams = 0;
  };

  [[nodiscard]] size_t fill_messages();
  [[nodiscard]] int send(int fd, size_t count);
  void take_off(const Message& message);
  void forget_sent();

  std::array<Group, kDatagramBytesMax + 1> groups_;  // by length
  std::vector<uint16_t> waiting_;                    // lengths whose group is not empty
  std::array<Message, kMessagesMax> messages_;
  size_t segments_max_ = 1;
};

}  // namespace mxbulk::net
