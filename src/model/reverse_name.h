// The name of an address in reverse DNS. Pure function.
#pragma once

#include "model/domain_name.h"
#include "model/ip_address.h"

namespace mxbulk {

// RFC 1035 §3.5 for IPv4 (`1.2.0.192.in-addr.arpa`), RFC 3596 §2.5 for IPv6.
[[nodiscard]] DomainName reverse_name(const IpAddress& address);

}  // namespace mxbulk
