// Dense ids as types, so that the compiler refuses a HostId in the place of a DomainId. Plain
// values.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace mxbulk {

template <class Tag>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(uint32_t value) : value_(value) {}
  [[nodiscard]] constexpr uint32_t value() const { return value_; }
  [[nodiscard]] constexpr bool valid() const { return value_ != kNone; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  uint32_t value_ = kNone;
};

using DomainId = StrongId<struct DomainTag>;  // order of first appearance in the input
using HostId = StrongId<struct HostTag>;      // a mail exchange, or a domain as its own
using IpId = StrongId<struct IpTag>;          // an address of such a host

}  // namespace mxbulk
