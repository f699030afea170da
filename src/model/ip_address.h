// An IPv4 or IPv6 address with its text form. Plain value.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mxbulk {

class IpAddress {
 public:
  enum class Family : uint8_t { kV4, kV6 };

  IpAddress() = default;
  static IpAddress v4(std::span<const uint8_t, 4> octets);
  static IpAddress v6(std::span<const uint8_t, 16> octets);
  // Dotted quad or RFC 4291 §2.2 text, no zone, no brackets.
  static std::optional<IpAddress> from_text(std::string_view text);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] bool is_v4() const { return family_ == Family::kV4; }
  // 4 or 16 octets in network order.
  [[nodiscard]] std::span<const uint8_t> octets() const {
    return {octets_.data(), is_v4() ? size_t{4} : size_t{16}};
  }
  // IPv6 by RFC 5952.
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::kV4;
  std::array<uint8_t, 16> octets_{};
};

}  // namespace mxbulk
