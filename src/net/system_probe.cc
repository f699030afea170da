#include "net/system_probe.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "net/send_queue.h"
#include "net/socket_address.h"
#include "net/udp_port.h"

namespace mxbulk::net {
namespace {

// As UdpPort asks for; the kernel doubles it for its own overhead (socket(7)).
constexpr uint64_t kReceiveBufferWanted = 2 * (uint64_t{4} << 20);

uint64_t receive_buffer_cap_bytes() {
  std::ifstream file("/proc/sys/net/core/rmem_max");
  uint64_t octets = 0;
  file >> octets;
  return octets;
}

uint64_t receive_buffer_of(int fd) {
  int real = 0;
  socklen_t size = sizeof real;
  return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &real, &size) == 0 ? static_cast<uint64_t>(real) : 0;
}

// Empty batches: a kernel or a sandbox without these calls refuses even those.
bool has_batches(int fd) {
  return sendmmsg(fd, nullptr, 0, 0) == 0 && recvmmsg(fd, nullptr, 0, MSG_DONTWAIT, nullptr) == 0;
}

}  // namespace

FileLimits file_limits() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  return {limit.rlim_cur, limit.rlim_max};
}

UdpAbilities probe_udp() {
  UdpAbilities found;
  found.receive_buffer_wanted_bytes = kReceiveBufferWanted;
  found.receive_buffer_cap_bytes = receive_buffer_cap_bytes();
  UdpPort port;
  if (!port.open(AF_INET) && !port.open(AF_INET6)) return found;
  found.has_socket = true;
  found.receive_buffer_bytes = receive_buffer_of(port.fd());
  found.answers_a_socket = port.receive_capacity();
  found.has_batches = has_batches(port.fd());
  found.has_segmentation = SendQueue::has_segmentation(port.fd());
  return found;
}

bool has_v6_route() {
  const SocketAddress internet({*IpAddress::from_text("2000::1"), 25});
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  // On a datagram socket connect(2) only looks up the route.
  const bool is_found = connect(fd, internet.get(), internet.size) == 0;
  close(fd);
  return is_found;
}

bool is_own_address(const IpAddress& address) {
  const SocketAddress own({address, 0});
  const int fd = socket(own.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno != EAFNOSUPPORT;
  const bool is_bound = bind(fd, own.get(), own.size) == 0;
  const bool is_foreign = !is_bound && errno == EADDRNOTAVAIL;
  close(fd);
  return !is_foreign;
}

}  // namespace mxbulk::net
