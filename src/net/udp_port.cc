#include "net/udp_port.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace mxbulk::net {
namespace {

constexpr int kReceiveBufferBytes = 4 << 20;
// What the kernel charges for one small datagram at the worst: its slab and its sk_buff.
constexpr int kBufferBytesADatagram = 2'304;

// SO_RCVBUFFORCE passes the system's cap if we may; if not, we get the cap.
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
  return true;
}

}  // namespace mxbulk::net
