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

// What passes by itself, so that the datagram may wait in the queue.
bool is_full_for_now(int error) {
  return error == EAGAIN || error == ENOBUFS;
}

}  // namespace

UdpPort::~UdpPort() {
  if (fd_ >= 0) close(fd_);
}

bool UdpPort::open(int family) {
  fd_ = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  receive_capacity_ = enlarge_receive_buffer(fd_);
  // A small buffer never holds a large batch; there may be hundreds of such ports.
  receive_batch_ = std::clamp<size_t>(receive_capacity_ / 16, 8, kBatch);
  received_.resize(receive_batch_ * kDatagramBytes);
  return true;
}

void UdpPort::queue(std::span<const uint8_t> datagram) {
  queued_.insert(queued_.end(), datagram.begin(), datagram.end());
  lengths_.push_back(static_cast<uint32_t>(datagram.size()));
}

void UdpPort::flush() {
  size_t sent = 0;
  size_t offset = 0;
  bool retried = false;
  while (sent < lengths_.size()) {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    const size_t count = std::min(kBatch, lengths_.size() - sent);
    size_t at = offset;
    for (size_t i = 0; i < count; ++i) {
      parts[i] = {queued_.data() + at, lengths_[sent + i]};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      at += lengths_[sent + i];
    }
    const int taken = sendmmsg(fd_, messages.data(), static_cast<unsigned>(count), 0);
    if (taken > 0) {
      for (int i = 0; i < taken; ++i) offset += lengths_[sent + i];
      sent += static_cast<size_t>(taken);
      retried = false;
      continue;
    }
    if (errno == EINTR) continue;
    if (is_full_for_now(errno)) break;
    // ECONNREFUSED reports an ICMP message to an earlier datagram and clears it: not about this
    // one.
    if (errno == ECONNREFUSED && !retried) {
      retried = true;
      continue;
    }
    // Refused for good (a firewall's EPERM, no route): kept, it would make the loop spin, for the
    // socket is writable all the same. The lookup's timer sends it again.
    offset += lengths_[sent++];
    retried = false;
  }
  queued_.erase(queued_.begin(), queued_.begin() + static_cast<ptrdiff_t>(offset));
  lengths_.erase(lengths_.begin(), lengths_.begin() + static_cast<ptrdiff_t>(sent));
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
