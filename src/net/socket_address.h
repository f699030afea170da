// An address and a port in the form that the system wants (ip(7), ipv6(7)). Plain value.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "model/endpoint.h"

namespace mxbulk::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  explicit SocketAddress(const Endpoint& endpoint) {
    const auto octets = endpoint.address.octets();
    if (endpoint.address.is_v4()) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(endpoint.port);
      std::copy(octets.begin(), octets.end(), reinterpret_cast<uint8_t*>(&v4.sin_addr));
      size = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(endpoint.port);
      std::copy(octets.begin(), octets.end(), v6.sin6_addr.s6_addr);
      size = sizeof v6;
    }
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

}  // namespace mxbulk::net
