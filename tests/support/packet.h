// DNS messages put together octet by octet, good ones and broken ones. Independent of src/dns.
//
// Threads: plain value. Ownership: owns its octets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::test {

// Record types and classes of the tests that no enum of the program names.
inline constexpr uint16_t kTypeA = 1;
inline constexpr uint16_t kTypeNs = 2;
inline constexpr uint16_t kTypeCname = 5;
inline constexpr uint16_t kTypeSoa = 6;
inline constexpr uint16_t kTypeMx = 15;
inline constexpr uint16_t kTypeAaaa = 28;
inline constexpr uint16_t kTypeOpt = 41;
inline constexpr uint16_t kClassIn = 1;

[[nodiscard]] std::string u16(uint32_t value);
[[nodiscard]] std::string u32(uint32_t value);
// Wire form of a name, letters as they are; "" and "." are the root.
[[nodiscard]] std::string wire(std::string_view text);
// A compression pointer, RFC 1035 §4.1.4.
[[nodiscard]] std::string pointer(size_t target);
[[nodiscard]] std::string mx_data(uint16_t preference, const std::string& exchange_wire);
[[nodiscard]] std::string soa_data(uint32_t minimum_s);
[[nodiscard]] std::string extended_error(unsigned info_code);

// An answer under construction. Section counts follow what is added, in the order of the calls.
class Packet {
 public:
  // A response with RD and RA whose question is (name, type) in class IN.
  Packet(std::string_view name, uint16_t type);

  Packet& id(uint16_t id);
  Packet& rcode(unsigned rcode);
  Packet& flags(uint16_t flags);
  Packet& truncated();
  // `owner` is in wire form; the default points at the question.
  Packet& answer(uint16_t type, const std::string& data, uint32_t ttl_s = 3'600,
                 const std::string& owner = pointer(12), uint16_t rclass = kClassIn);
  Packet& authority(uint16_t type, const std::string& data, uint32_t ttl_s = 3'600,
                    const std::string& owner = pointer(12));
  Packet& additional(uint16_t type, const std::string& data, uint32_t ttl_s = 3'600,
                     const std::string& owner = pointer(12));
  // OPT with these options; `upper_rcode` goes above the header's four bits (RFC 6891 §6.1.3).
  Packet& opt(const std::string& options = {}, uint8_t upper_rcode = 0);
  // Sets the count of records of a section (6 answer, 8 authority, 10 additional).
  Packet& count(size_t at, uint16_t count);

  // The offset of the next octet: what a pointer can point at.
  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::vector<uint8_t> bytes() const { return {bytes_.begin(), bytes_.end()}; }

 private:
  Packet& add(size_t count_at, const std::string& record);
  void put_u16(size_t at, uint16_t value);
  [[nodiscard]] uint16_t get_u16(size_t at) const;

  std::string bytes_;
};

}  // namespace mxbulk::test
