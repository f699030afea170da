#include "model/ip_net.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace mxbulk {
namespace {

bool is_zero_from(std::span<const uint8_t> octets, unsigned bits) {
  for (unsigned at = bits; at < octets.size() * 8; ++at) {
    if ((octets[at / 8] >> (7 - at % 8) & 1U) != 0) return false;
  }
  return true;
}

// A number of digits only, without a leading zero; none if it is anything else.
std::optional<unsigned> prefix_length(std::string_view digits) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  return bits;
}

}  // namespace

bool same_prefix(std::span<const uint8_t> a, std::span<const uint8_t> b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xFF << (8 - rest));
  return (a[whole] & mask) == (b[whole] & mask);
}

std::optional<IpNet> IpNet::from_text(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  if (first.find('\0') != std::string_view::npos) return std::nullopt;
  const std::optional<IpAddress> address = IpAddress::from_text(first);
  if (!address) return std::nullopt;
  const std::span<const uint8_t> octets = address->octets();
  const auto all_bits = static_cast<unsigned>(octets.size() * 8);
  if (slash == std::string_view::npos) return IpNet(*address, all_bits);
  const std::optional<unsigned> bits = prefix_length(text.substr(slash + 1));
  if (!bits || *bits > all_bits || !is_zero_from(octets, *bits)) return std::nullopt;
  return IpNet(*address, *bits);
}

bool IpNet::contains(const IpAddress& address) const {
  return address.family() == first_.family() &&
         same_prefix(address.octets(), first_.octets(), bits_);
}

bool IpNet::contains(const IpNet& other) const {
  return other.bits_ >= bits_ && contains(other.first_);
}

std::string IpNet::text() const {
  return first_.text() + "/" + std::to_string(bits_);
}

std::optional<IpAddress> ipv4_inside(const IpAddress& address) {
  if (address.is_v4()) return std::nullopt;
  const std::span<const uint8_t> octets = address.octets();
  if (octets[0] == 0x20 && octets[1] == 0x02) return IpAddress::v4(octets.subspan<2, 4>());
  constexpr std::array<uint8_t, 12> kNat64 = {0x00, 0x64, 0xff, 0x9b};
  if (same_prefix(octets, kNat64, 96)) return IpAddress::v4(octets.subspan<12, 4>());
  return std::nullopt;
}

bool is_ipv4_mapped(const IpAddress& address) {
  constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return !address.is_v4() && same_prefix(address.octets(), kMapped, 96);
}

}  // namespace mxbulk
