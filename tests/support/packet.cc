#include "support/packet.h"

#include <algorithm>

namespace mxbulk::test {

std::string u16(uint32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string u32(uint32_t value) {
  return u16(value >> 16) + u16(value & 0xFFFF);
}

std::string wire(std::string_view text) {
  std::string out;
  while (!text.empty() && text != ".") {
    const std::string_view label = text.substr(0, text.find('.'));
    out.push_back(static_cast<char>(label.size()));
    out += label;
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  out.push_back('\0');
  return out;
}

std::string pointer(size_t target) {
  return u16(static_cast<uint32_t>(0xC000U | target));
}

std::string mx_data(uint16_t preference, const std::string& exchange_wire) {
  return u16(preference) + exchange_wire;
}

std::string soa_data(uint32_t minimum_s) {
  return wire("ns.example") + wire("hostmaster.example") + u32(1) + u32(2) + u32(3) + u32(4) +
         u32(minimum_s);
}

std::string extended_error(unsigned info_code) {
  return u16(15) + u16(2) + u16(info_code);
}

Packet::Packet(std::string_view name, uint16_t type)
    : bytes_(u16(0x1234) + u16(0x8180) + u16(1) + std::string(6, '\0') + wire(name) + u16(type) +
             u16(kClassIn)) {}

Packet& Packet::id(uint16_t id) {
  put_u16(0, id);
  return *this;
}

Packet& Packet::rcode(unsigned rcode) {
  put_u16(2, static_cast<uint16_t>((get_u16(2) & 0xFFF0U) | rcode));
  return *this;
}

Packet& Packet::flags(uint16_t flags) {
  put_u16(2, flags);
  return *this;
}

Packet& Packet::truncated() {
  put_u16(2, get_u16(2) | 0x0200U);
  return *this;
}

Packet& Packet::answer(uint16_t type, const std::string& data, uint32_t ttl_s,
                       const std::string& owner, uint16_t rclass) {
  const auto size = static_cast<uint32_t>(data.size());
  return add(6, owner + u16(type) + u16(rclass) + u32(ttl_s) + u16(size) + data);
}

Packet& Packet::authority(uint16_t type, const std::string& data, uint32_t ttl_s,
                          const std::string& owner) {
  const auto size = static_cast<uint32_t>(data.size());
  return add(8, owner + u16(type) + u16(kClassIn) + u32(ttl_s) + u16(size) + data);
}

Packet& Packet::additional(uint16_t type, const std::string& data, uint32_t ttl_s,
                           const std::string& owner) {
  const auto size = static_cast<uint32_t>(data.size());
  return add(10, owner + u16(type) + u16(kClassIn) + u32(ttl_s) + u16(size) + data);
}

Packet& Packet::opt(const std::string& options, uint8_t upper_rcode) {
  const auto size = static_cast<uint32_t>(options.size());
  return add(10, wire(".") + u16(kTypeOpt) + u16(1'232) + u32(uint32_t{upper_rcode} << 24) +
                     u16(size) + options);
}

Packet& Packet::count(size_t at, uint16_t count) {
  put_u16(at, count);
  return *this;
}

Packet& Packet::add(size_t count_at, const std::string& record) {
  bytes_ += record;
  return count(count_at, static_cast<uint16_t>(get_u16(count_at) + 1U));
}

void Packet::put_u16(size_t at, uint16_t value) {
  bytes_[at] = static_cast<char>(value >> 8);
  bytes_[at + 1] = static_cast<char>(value);
}

uint16_t Packet::get_u16(size_t at) const {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes_[at]) << 8 |
                               static_cast<uint8_t>(bytes_[at + 1]));
}

}  // namespace mxbulk::test
