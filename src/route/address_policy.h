// Which addresses the public internet can deliver to, by IANA's special-purpose registries, and
// which others the operator calls public.
//
// Pure functions; AddressPolicy is a plain value.
#pragma once

#include <utility>
#include <vector>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/ip_net.h"

namespace mxbulk::route {

// Global unicast (RFC 6890 and its registries). 6to4 (RFC 3056) and 64:ff9b::/96 (RFC 6052) are
// judged by the IPv4 address inside; v4-mapped, Teredo, multicast and everything else outside
// 2000::/3 is not public.
[[nodiscard]] bool is_public(const IpAddress& address);

// What counts as public in this run: for verdicts and for dialling alike.
class AddressPolicy {
 public:
  AddressPolicy() = default;
  explicit AddressPolicy(std::vector<IpNet> allowed) : allowed_(std::move(allowed)) {}
  // Nothing but what is_public() says; lives as long as the program.
  [[nodiscard]] static const AddressPolicy& internet();

  // is_public(), or in an allowed net: the address itself, or the IPv4 address that 6to4 and
  // 64:ff9b::/96 hold. A v4-mapped address is never public, whatever is allowed.
  [[nodiscard]] bool is_public(const IpAddress& address) const;

 private:
  [[nodiscard]] bool allows(const IpAddress& address) const;

  std::vector<IpNet> allowed_;
};

// `192.0.2.1`, `[192.0.2.1]` or an IPv6 address where a host name belongs (RFC 5321 §5.1 wants a
// name that has address records).
[[nodiscard]] bool is_ip_literal(NameView name);

// RFC 1123 §2.1 letters, digits and hyphens, and the underscore that resolvers take.
[[nodiscard]] bool is_host_name(NameView name);
[[nodiscard]] bool has_underscore(NameView name);

}  // namespace mxbulk::route
