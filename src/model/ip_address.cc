#include "model/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mxbulk {

IpAddress IpAddress::v4(std::span<const uint8_t, 4> octets) {
  IpAddress address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

IpAddress IpAddress::v6(std::span<const uint8_t, 16> octets) {
  IpAddress address;
  address.family_ = Family::kV6;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::from_text(std::string_view text) {
  const std::string copy(text);  // inet_pton needs a terminator
  std::array<uint8_t, 16> octets{};
  if (inet_pton(AF_INET, copy.c_str(), octets.data()) == 1) {
    return v4(std::span<const uint8_t, 4>(octets.data(), 4));
  }
  if (inet_pton(AF_INET6, copy.c_str(), octets.data()) == 1) return v6(octets);
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (!is_v4()) {
    inet_ntop(AF_INET6, octets_.data(), buffer.data(), buffer.size());
    return buffer.data();
  }
  // Own code for IPv4: called per row, and inet_ntop uses printf.
  char* end = buffer.data();
  for (const uint8_t octet : octets()) {
    if (end != buffer.data()) *end++ = '.';
    end = std::to_chars(end, buffer.data() + buffer.size(), octet).ptr;
  }
  return {buffer.data(), end};
}

}  // namespace mxbulk
