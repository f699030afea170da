#include "support/smtp_client.h"

#include <arpa/inet.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace mxbulk::test {
namespace {

// A blocking connection; none (-1) if it does not open.
int connected(const SocketAddress& address, int wait_ms) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval wait{wait_ms / 1'000, wait_ms % 1'000 * 1'000};
  // Linux ends a blocking connect after the time to send, too.
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (connect(fd, address.get(), address.length) == 0) return fd;
  close(fd);
  return -1;
}

// What comes until a line is whole, or until the end if `to_the_end`.
std::string read_from(int fd, bool to_the_end) {
  std::string text;
  std::array<char, 512> bytes{};
  while (to_the_end || text.find('\n') == text.npos) {
    const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    text.append(bytes.data(), static_cast<size_t>(got));
  }
  return text;
}

}  // namespace

SocketAddress::SocketAddress(const std::string& address, uint16_t port) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    length = sizeof *v4;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    length = sizeof *v6;
  } else {
    std::fprintf(stderr, "not an address: %s\n", address.c_str());
    std::abort();
  }
}

bool port_opens(const std::string& address, uint16_t port) {
  constexpr int kWaitMs = 1'000;
  const int fd = connected({address, port}, kWaitMs);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

std::optional<std::string> greeting_of(const std::string& address, uint16_t port, int wait_ms) {
  constexpr std::string_view kQuit = "QUIT\r\n";
  const int fd = connected({address, port}, wait_ms);
  if (fd < 0) return std::nullopt;
  std::string text = read_from(fd, false);
  const size_t end = text.find('\n');
  if (end != text.npos && send(fd, kQuit.data(), kQuit.size(), MSG_NOSIGNAL) > 0) {
    read_from(fd, true);
  }
  close(fd);
  if (end == text.npos) return std::nullopt;
  text.resize(end + 1);
  return text;
}

}  // namespace mxbulk::test
