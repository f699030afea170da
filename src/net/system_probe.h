// What the system lets this process have. Sends no packet. Threads: any.
#pragma once

#include <cstdint>

#include "model/ip_address.h"

namespace mxbulk::net {

struct FileLimits {
  uint64_t soft = 0;
  uint64_t hard = 0;
};
// RLIMIT_NOFILE.
[[nodiscard]] FileLimits file_limits();

struct UdpAbilities {
  bool has_socket = false;
  uint64_t receive_buffer_wanted_bytes = 0;  // octets, doubled as the kernel does (socket(7))
  uint64_t receive_buffer_bytes = 0;
  uint64_t receive_buffer_cap_bytes = 0;  // net.core.rmem_max; 0: cannot be read
  uint32_t answers_a_socket = 0;
  bool has_batches = false;
  bool has_segmentation = false;
};
// Of a socket as a channel opens it.
[[nodiscard]] UdpAbilities probe_udp();

// This machine has a route to the IPv6 internet. Nothing is sent.
[[nodiscard]] bool has_v6_route();

// A TCP socket may be bound to that address. True also if the test fails for another reason, such
// as no free descriptor.
[[nodiscard]] bool is_own_address(const IpAddress& address);

}  // namespace mxbulk::net
