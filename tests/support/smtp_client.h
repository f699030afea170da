// A minimal SMTP client that shares no code with the program, so that it cannot share its faults.
// One connection, a greeting, QUIT.
//
// Threads: any. Blocks for at most `wait_ms`.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace mxbulk::test {

// An address and port as the kernel takes them.
struct SocketAddress {
  // Requires: `address` is a numeric IPv4 or IPv6 address; aborts if it is not.
  SocketAddress(const std::string& address, uint16_t port);

  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }

  sockaddr_storage storage{};
  socklen_t length = 0;
};

// True if a connection opens; it is closed at once.
[[nodiscard]] bool port_opens(const std::string& address, uint16_t port);

// The first line of the greeting, with its line break; then it sends QUIT and waits for the reply.
// None if no connection opens or no whole line comes.
[[nodiscard]] std::optional<std::string> greeting_of(const std::string& address, uint16_t port,
                                                     int wait_ms);

}  // namespace mxbulk::test
