#include "net/tcp_connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "net/socket_address.h"

namespace mxbulk::net {
namespace {

void set_flag(int fd, int level, int option) {
  const int on = 1;
  (void)setsockopt(fd, level, option, &on, sizeof on);  // without it, it is only slower
}

// EADDRNOTAVAIL of connect(2) means that all ports are taken, or that this machine has no address
// of that family. A UDP socket shows which: it needs an address too, sends nothing, and has ports.
bool has_address_to_come_from(const SocketAddress& peer) {
  const int fd = socket(peer.get()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const bool has_address = connect(fd, peer.get(), peer.size) == 0 || errno != EADDRNOTAVAIL;
  close(fd);
  return has_address;
}

ConnectState connect_from(int fd, const SocketAddress& peer,
                          const std::optional<IpAddress>& source) {
  set_flag(fd, IPPROTO_TCP, TCP_NODELAY);  // our messages are small, and we wait for the answer
  if (source) {
    // The port is chosen by connect(2) then: one may serve many peers at once.
    set_flag(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    const SocketAddress from({*source, 0});
    if (bind(fd, from.get(), from.size) != 0) {
      return is_shortage(errno) ? ConnectState::kNoRoom : ConnectState::kNoRoute;
    }
  }
  if (connect(fd, peer.get(), peer.size) == 0) return ConnectState::kOpen;
  const ConnectState state = meaning_at_once(errno);
  const bool may_lack_address = errno == EADDRNOTAVAIL && !source;
  return may_lack_address && !has_address_to_come_from(peer) ? ConnectState::kNoRoute : state;
}

}  // namespace

ConnectStart begin_connect(const Endpoint& peer, const std::optional<IpAddress>& source) {
  if (source && source->family() != peer.address.family()) return {-1, ConnectState::kNoRoute};
  const SocketAddress address(peer);
  const int fd =
      socket(address.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return {-1, is_shortage(errno) ? ConnectState::kNoRoom : ConnectState::kNoRoute};
  const ConnectState state = connect_from(fd, address, source);
  if (state == ConnectState::kUnderWay || state == ConnectState::kOpen) return {fd, state};
  close(fd);
  return {-1, state};
}

ConnectState finish_connect(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return ConnectState::kNoRoom;
  return meaning_later(error);
}

ConnectState meaning_at_once(int error) {
  if (error == EINPROGRESS || error == EINTR) return ConnectState::kUnderWay;
  if (error == ECONNREFUSED) return ConnectState::kRefused;
  // Ports: none is free (ip_local_port_range), or the table that spreads them is full.
  const bool is_port = error == EADDRNOTAVAIL || error == EADDRINUSE || error == EAGAIN;
  return is_port || is_shortage(error) ? ConnectState::kNoRoom : ConnectState::kNoRoute;
}

ConnectState meaning_later(int error) {
  if (error == 0) return ConnectState::kOpen;
  if (is_shortage(error)) return ConnectState::kNoRoom;
  if (error == ECONNREFUSED) return ConnectState::kRefused;
  // Linux says ECONNREFUSED of a reset that answers the SYN. These two are resets of a connection
  // that was open before we looked: the port did open, even if the reset came first.
  if (error == ECONNRESET || error == EPIPE) return ConnectState::kOpen;
  if (error == ETIMEDOUT) return ConnectState::kTimeout;
  return ConnectState::kUnreachable;  // EHOSTUNREACH, ENETUNREACH, ENOPROTOOPT, …: ICMP (ip(7))
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace mxbulk::net
