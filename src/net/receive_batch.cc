#include "net/receive_batch.h"

#include <sys/socket.h>

#include <cerrno>

namespace mxbulk::net {

bool ReceiveBatch::fill(int fd) {
  std::array<mmsghdr, kDatagrams> headers{};
  std::array<iovec, kDatagrams> parts;
  for (size_t i = 0; i < kDatagrams; ++i) {
    parts[i] = {bytes_.data() + i * kStrideBytes, kDatagramBytes};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  next_ = count_ = 0;
  int count = -1;
  // An ICMP error (ECONNREFUSED) is reported once, before the datagrams after it.
  for (int attempt = 0; attempt < 3 && count < 0; ++attempt) {
    count = recvmmsg(fd, headers.data(), kDatagrams, MSG_DONTWAIT, nullptr);
    if (count < 0 && errno != ECONNREFUSED && errno != EINTR) return false;
  }
  if (count <= 0) return false;
  count_ = static_cast<size_t>(count);
  for (size_t i = 0; i < count_; ++i) lengths_[i] = headers[i].msg_len;
  return true;
}

std::optional<std::span<const uint8_t>> ReceiveBatch::next() {
  if (next_ == count_) return std::nullopt;
  const size_t index = next_++;
  return std::span<const uint8_t>(bytes_.data() + index * kStrideBytes, lengths_[index]);
}

}  // namespace mxbulk::net
