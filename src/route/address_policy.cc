#include "route/address_policy.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace mxbulk::route {
namespace {

struct Prefix4 {
  std::array<uint8_t, 4> octets;
  unsigned bits;
};

struct Prefix6 {
  std::array<uint16_t, 8> groups;  // those not written are zero
  unsigned bits;
};

// IANA IPv4 Special-Purpose Address Registry: "Globally Reachable" is False or N/A; and multicast.
// Its other entries are True and not listed: AS112 (192.31.196.0/24, RFC 7535; 192.175.48.0/24,
// RFC 7534) and AMT (192.52.193.0/24, RFC 7450).
constexpr std::array<Prefix4, 15> kSpecial4 = {{
    {{0, 0, 0, 0}, 8},        // "this network", RFC 791
    {{10, 0, 0, 0}, 8},       // private use, RFC 1918
    {{100, 64, 0, 0}, 10},    // shared address space, RFC 6598
    {{127, 0, 0, 0}, 8},      // loopback, RFC 1122
    {{169, 254, 0, 0}, 16},   // link local, RFC 3927
    {{172, 16, 0, 0}, 12},    // private use, RFC 1918
    {{192, 0, 0, 0}, 24},     // IETF protocol assignments, RFC 6890; see kGlobalAssignments4
    {{192, 0, 2, 0}, 24},     // TEST-NET-1, RFC 5737
    {{192, 88, 99, 0}, 24},   // 6to4 relay anycast, deprecated, RFC 7526; and RFC 6751
    {{192, 168, 0, 0}, 16},   // private use, RFC 1918
    {{198, 18, 0, 0}, 15},    // benchmarking, RFC 2544
    {{198, 51, 100, 0}, 24},  // TEST-NET-2, RFC 5737
    {{203, 0, 113, 0}, 24},   // TEST-NET-3, RFC 5737
    {{224, 0, 0, 0}, 4},      // multicast, RFC 5771
    {{240, 0, 0, 0}, 4},      // reserved, RFC 1112; the limited broadcast is its last
}};

// Inside of 192.0.0.0/24 and "Globally Reachable: True". The others there are not: 192.0.0.0/29
// (RFC 7335), 192.0.0.8 (RFC 7600), 192.0.0.170 and .171 (RFC 8880).
constexpr std::array<Prefix4, 2> kGlobalAssignments4 = {{
    {{192, 0, 0, 9}, 32},   // PCP anycast, RFC 7723
    {{192, 0, 0, 10}, 32},  // TURN anycast, RFC 8155
}};

// IANA IPv6 Special-Purpose Address Registry, inside 2000::/3: False or N/A. Its other entry there
// is True: AS112 (2620:4f:8000::/48, RFC 7534). 6to4 (2002::/16) is judged by the IPv4 inside.
constexpr std::array<Prefix6, 2> kSpecial6 = {{
    {{0x2001, 0x0db8}, 32},  // documentation, RFC 3849
    {{0x3fff, 0x0000}, 20},  // documentation, RFC 9637
}};

// 2001::/23, RFC 2928: False unless a longer entry is True. Those that are not: Teredo (2001::/32,
// RFC 4380), benchmarking (2001:2::/48, RFC 5180), ORCHID (2001:10::/28, RFC 4843, ended).
constexpr Prefix6 kProtocolAssignments = {{0x2001}, 23};
constexpr std::array<Prefix6, 7> kGlobalAssignments6 = {{
    {{0x2001, 0x0001, 0, 0, 0, 0, 0, 1}, 128},  // PCP anycast, RFC 7723
    {{0x2001, 0x0001, 0, 0, 0, 0, 0, 2}, 128},  // TURN anycast, RFC 8155
    {{0x2001, 0x0001, 0, 0, 0, 0, 0, 3}, 128},  // DNS-SD registration anycast, RFC 9665
    {{0x2001, 0x0003}, 32},                     // AMT, RFC 7450
    {{0x2001, 0x0004, 0x0112}, 48},             // AS112, RFC 7535
    {{0x2001, 0x0020}, 28},                     // ORCHIDv2, RFC 7343
    {{0x2001, 0x0030}, 28},                     // drone identifiers, RFC 9374
}};

bool is_in(const IpAddress& address, const Prefix4& prefix) {
  return same_prefix(address.octets(), prefix.octets, prefix.bits);
}

bool is_in(const IpAddress& address, const Prefix6& prefix) {
  std::array<uint8_t, 16> octets{};
  for (size_t i = 0; i < prefix.groups.size(); ++i) {
    octets[2 * i] = static_cast<uint8_t>(prefix.groups[i] >> 8);
    octets[2 * i + 1] = static_cast<uint8_t>(prefix.groups[i]);
  }
  return same_prefix(address.octets(), octets, prefix.bits);
}

template <class Prefixes>
bool is_in_any(const IpAddress& address, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const auto& prefix) { return is_in(address, prefix); });
}

bool is_public_v4(const IpAddress& address) {
  return !is_in_any(address, kSpecial4) || is_in_any(address, kGlobalAssignments4);
}

bool is_public_v6(const IpAddress& address) {
  if (const auto inside = ipv4_inside(address)) return is_public_v4(*inside);
  const bool is_global_unicast = (address.octets()[0] & 0xE0) == 0x20;  // 2000::/3
  if (!is_global_unicast || is_in_any(address, kSpecial6)) return false;
  return !is_in(address, kProtocolAssignments) || is_in_any(address, kGlobalAssignments6);
}

template <class Predicate>
bool any_octet(NameView name, Predicate predicate) {
  for (size_t at = 0; name[at] != 0; at += 1U + static_cast<uint8_t>(name[at])) {
    const NameView label = name.substr(at + 1, static_cast<uint8_t>(name[at]));
    if (std::any_of(label.begin(), label.end(), predicate)) return true;
  }
  return false;
}

// The labels joined by dots, as they are.
std::string raw_text(NameView name) {
  std::string text;
  for (size_t at = 0; name[at] != 0; at += 1U + static_cast<uint8_t>(name[at])) {
    if (at != 0) text.push_back('.');
    text.append(name.substr(at + 1, static_cast<uint8_t>(name[at])));
  }
  return text;
}

}  // namespace

bool is_public(const IpAddress& address) {
  return address.is_v4() ? is_public_v4(address) : is_public_v6(address);
}

const AddressPolicy& AddressPolicy::internet() {
  static const AddressPolicy policy;
  return policy;
}

bool AddressPolicy::is_public(const IpAddress& address) const {
  // RFC 4291 §2.5.5.2: the socket would connect to an IPv4 address that was not checked.
  if (is_ipv4_mapped(address)) return false;
  if (route::is_public(address) || allows(address)) return true;
  const std::optional<IpAddress> inside = ipv4_inside(address);
  return inside && allows(*inside);
}

bool AddressPolicy::allows(const IpAddress& address) const {
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const IpNet& net) { return net.contains(address); });
}

bool is_ip_literal(NameView name) {
  std::string text = raw_text(name);
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    if (text.starts_with("ipv6:")) text.erase(0, 5);
  }
  if (text.find('\0') != std::string::npos) return false;
  return IpAddress::from_text(text).has_value();
}

bool is_host_name(NameView name) {
  return !is_root(name) && !any_octet(name, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_');
  });
}

bool has_hyphen_at_end(NameView name) {
  for (size_t at = 0; name[at] != 0; at += 1U + static_cast<uint8_t>(name[at])) {
    const std::string_view label = name.substr(at + 1, static_cast<uint8_t>(name[at]));
    if (label.front() == '-' || label.back() == '-') return true;
  }
  return false;
}

bool has_underscore(NameView name) {
  return any_octet(name, [](char c) { return c == '_'; });
}

}  // namespace mxbulk::route
