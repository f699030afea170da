#include "net/send_queue.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace mxbulk::net {
namespace {

// The control message with the length at which the kernel cuts.
struct alignas(cmsghdr) CutAt {
  std::array<uint8_t, CMSG_SPACE(sizeof(uint16_t))> bytes{};

  void attach(msghdr& header, uint16_t length) {
    header.msg_control = bytes.data();
    header.msg_controllen = bytes.size();
    cmsghdr* const control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof length);
    std::memcpy(CMSG_DATA(control), &length, sizeof length);
  }
};

// Of a message that was to be cut: a device or a tunnel on the way cannot.
bool cannot_be_cut(int error) {
  return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
}

}  // namespace

bool SendQueue::has_segmentation(int fd) {
  const int never = 0;
  return setsockopt(fd, SOL_UDP, UDP_SEGMENT, &never, sizeof never) == 0;
}

void SendQueue::add(std::span<const uint8_t> datagram) {
  assert(!datagram.empty() && datagram.size() <= kDatagramBytesMax);
  Group& group = groups_[datagram.size()];
  if (group.bytes.empty()) waiting_.push_back(static_cast<uint16_t>(datagram.size()));
  group.bytes.insert(group.bytes.end(), datagram.begin(), datagram.end());
}

SendQueue::Result SendQueue::flush(int fd) {
  int refused = 0;  // why the first message was, last time
  while (!waiting_.empty()) {
    const int sent = send(fd, fill_messages());
    if (sent > 0) {
      for (int i = 0; i < sent; ++i) take_off(messages_[static_cast<size_t>(i)]);
      forget_sent();
      refused = 0;
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EAGAIN) return Result::kBlocked;
    if (error == ENOBUFS) return Result::kNoMemory;
    // ECONNREFUSED tells of an ICMP message about an earlier datagram, once.
    if (error == ECONNREFUSED && refused != error) {
      refused = error;
      continue;
    }
    if (messages_[0].datagrams > 1 && cannot_be_cut(error)) {
      segments_max_ = 1;
      continue;
    }
    take_off(messages_[0]);
    forget_sent();
    refused = 0;
  }
  return Result::kEmpty;
}

// The messages of the next system call; how many.
size_t SendQueue::fill_messages() {
  size_t count = 0;
  for (const uint16_t length : waiting_) {
    const Group& group = groups_[length];
    size_t left = (group.bytes.size() - group.sent) / length;
    for (; left > 0 && count < kMessagesMax; ++count) {
      const size_t datagrams = std::min(left, segments_max_);
      messages_[count] = {length, static_cast<uint16_t>(datagrams)};
      left -= datagrams;
    }
  }
  return count;
}

// As sendmmsg(2): how many of messages_ were taken, or -1 and errno.
int SendQueue::send(int fd, size_t count) {
  std::array<mmsghdr, kMessagesMax> headers;
  std::array<iovec, kMessagesMax> parts;
  std::array<CutAt, kMessagesMax> cuts;
  size_t at = 0;  // within the group
  for (size_t i = 0; i < count; ++i) {
    const Message& message = messages_[i];
    Group& group = groups_[message.length];
    if (i == 0 || messages_[i - 1].length != message.length) at = group.sent;
    parts[i] = {group.bytes.data() + at, size_t{message.length} * message.datagrams};
    at += parts[i].iov_len;
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    if (message.datagrams > 1) cuts[i].attach(headers[i].msg_hdr, message.length);
  }
  return sendmmsg(fd, headers.data(), static_cast<unsigned>(count), 0);
}

void SendQueue::take_off(const Message& message) {
  groups_[message.length].sent += size_t{message.length} * message.datagrams;
}

void SendQueue::forget_sent() {
  std::erase_if(waiting_, [this](uint16_t length) {
    Group& group = groups_[length];
    if (group.sent < group.bytes.size()) return false;
    group.bytes.clear();
    group.sent = 0;
    return true;
  });
}

}  // namespace mxbulk::net
