// The address policy: which addresses are public, by IANA's special-purpose registries and by the
// nets that the operator allows; and which names can be host names.
//
// Threads: pure functions; AddressPolicy is a plain value, and owns its nets.
#pragma once

#include <utility>
#include <vector>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/ip_net.h"

namespace mxbulk::route {

// Global unicast (RFC 6890 and its registries). 6to4 (RFC 3056) and 64:ff9b::/96 (RFC 6052) are as
// public as the IPv4 address inside; v4-mapped, Teredo, multicast and everything else outside
// 2000::/3 is not public.
[[nodiscard]] bool is_public(const IpAddress& address);

// What is public in this run, for verdicts and for probes.
class AddressPolicy {
 public:
  AddressPolicy() = default;
  explicit AddressPolicy(std::vector<IpNet> allowed) : allowed_(std::move(allowed)) {}
  // Without allowed nets. Lives as long as the program.
  [[nodiscard]] static const AddressPolicy& internet();

  // is_public(), or in an allowed net: the address itself, or the IPv4 address that 6to4 and
  // 64:ff9b::/96 hold. A v4-mapped address is never public, whatever is allowed.
  [[nodiscard]] bool is_public(const IpAddress& address) const;

 private:
  [[nodiscard]] bool allows(const IpAddress& address) const;

  std::vector<IpNet> allowed_;
};

// `192.0.2.1`, `[192.0.2.1]` or an IPv6 address in the place of a host name (RFC 5321 §5.1 requires
// a name that has address records).
[[nodiscard]] bool is_ip_literal(NameView name);

// Letters, digits and hyphens (RFC 1123 §2.1), and the underscore, which resolvers accept.
[[nodiscard]] bool is_host_name(NameView name);
[[nodiscard]] bool has_underscore(NameView name);
// A label begins or ends with a hyphen (against RFC 1123 §2.1, RFC 952).
[[nodiscard]] bool has_hyphen_at_end(NameView name);

}  // namespace mxbulk::route
