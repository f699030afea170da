// The address and port of a resolver. Plain value.
#pragma once

#include <cstdint>
#include <string>

#include "model/ip_address.h"

namespace mxbulk {

struct Endpoint {
  IpAddress address;
  uint16_t port = 53;

  // `127.0.0.1:53`, `[::1]:53`
  [[nodiscard]] std::string text() const {
    const std::string host = address.text();
    return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
  }
};

}  // namespace mxbulk
