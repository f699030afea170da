#include "net/udp_port.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mxbulk::net {
namespace {

constexpr int kReceiveBufferBytes = 4 << 20;
// What the kernel charges for one small datagram at the worst: its slab and its sk_buff.
constexpr int kBufferBytesADatagram = 2'304;

// SO_RCVBUFFORCE passes the system's cap where we may; else the cap is what we get.
uint32_t enlarge_receive_buffer(int fd) {
  const int wanted = kReceiveBufferBytes;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0) {
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
  }
  int real = 0;
  socklen_t size = sizeof real;
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &real, &size) != 0) return 1;
  return static_cast<uint32_t>(std::max(1, real / kBufferBytesADatagram));
}

}  // namespace

UdpPort::~UdpPort() {
  if (fd_ >= 0) close(fd_);
}

bool UdpPort::open(int family) {
  fd_ = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  out_.use_segmentation(SendQueue::has_segmentation(fd_));
  receive_capacity_ = enlarge_receive_buffer(fd_);
  // A small buffer never holds a large batch; there may be hundreds of such ports.
  receive_batch_ = std::clamp<size_t>(receive_capacity_ / 16, 8, kBatch);
  received_.resize(receive_batch_ * kDatagramBytes);
  return true;
}

std::optional<std::span<const uint8_t>> UdpPort::next_datagram() {
  if (received_next_ == received_count_ && !receive_batch()) return std::nullopt;
  const size_t index = received_next_++;
  return std::span<const uint8_t>(received_.data() + index * kDatagramBytes,
                                  received_lengths_[index]);
}

bool UdpPort::receive_batch() {
  received_next_ = received_count_ = 0;
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> parts{};
  for (size_t i = 0; i < receive_batch_; ++i) {
    parts[i] = {received_.data() + i * kDatagramBytes, kDatagramBytes};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  int count = -1;
  // An ICMP error (ECONNREFUSED) is handed out once, before the datagrams behind it.
  for (int attempt = 0; attempt < 3 && count < 0; ++attempt) {
    count = recvmmsg(fd_, messages.data(), static_cast<unsigned>(receive_batch_), MSG_DONTWAIT,
                     nullptr);
    if (count < 0 && errno != ECONNREFUSED && errno != EINTR) return false;
  }
  if (count <= 0) return false;
  received_count_ = static_cast<size_t>(count);
  for (size_t i = 0; i < received_count_; ++i) received_lengths_[i] = messages[i].msg_len;
  return true;
}

}  // namespace mxbulk::net
