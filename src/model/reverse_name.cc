#include "model/reverse_name.h"

#include <span>
#include <string>

namespace mxbulk {

DomainName reverse_name(const IpAddress& address) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  const std::span<const uint8_t> octets = address.octets();
  for (size_t i = octets.size(); i-- > 0;) {
    if (address.is_v4()) {
      text += std::to_string(octets[i]) + ".";
    } else {
      text += {kHex[octets[i] & 0xF], '.', kHex[octets[i] >> 4], '.'};
    }
  }
  text += address.is_v4() ? "in-addr.arpa" : "ip6.arpa";
  return *DomainName::from_text(text);  // 73 octets at most, each label short
}

}  // namespace mxbulk
