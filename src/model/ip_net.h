// A block of addresses (CIDR, RFC 4632 §3.1, RFC 4291 §2.3). Plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/ip_address.h"

namespace mxbulk {

class IpNet {
 public:
  // `10.0.0.0/8`, `fd00::/8`; a bare address is a block of one. Bits after the prefix must be zero:
  // `10.1.2.3/8` is a mistake, and may mean the block or the address.
  [[nodiscard]] static std::optional<IpNet> from_text(std::string_view text);

  // An IPv4 block contains no IPv6 address, not even one with an IPv4 address inside.
  [[nodiscard]] bool contains(const IpAddress& address) const;
  // True if all of `other` is in this block. Two blocks never overlap in part.
  [[nodiscard]] bool contains(const IpNet& other) const;
  [[nodiscard]] const IpAddress& first() const { return first_; }
  [[nodiscard]] std::string text() const;

 private:
  IpNet(const IpAddress& first, unsigned bits) : first_(first), bits_(bits) {}

  IpAddress first_;
  unsigned bits_;
};

// Requires: both have at least `bits` bits.
[[nodiscard]] bool same_prefix(std::span<const uint8_t> a, std::span<const uint8_t> b,
                               unsigned bits);

// The IPv4 address that receives packets to this IPv6 address: 6to4 (RFC 3056 §2) and 64:ff9b::/96
// (RFC 6052 §2.1). None for all others.
[[nodiscard]] std::optional<IpAddress> ipv4_inside(const IpAddress& address);

// ::ffff:0:0/96 (RFC 4291 §2.5.5.2): a socket would connect to the IPv4 address.
[[nodiscard]] bool is_ipv4_mapped(const IpAddress& address);

}  // namespace mxbulk
