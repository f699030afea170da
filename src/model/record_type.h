// The record types that mail routing needs (RFC 1035 §3.2.2, RFC 3596 §2.1), and PTR, which
// `doctor` needs for this host's own addresses.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxbulk {

enum class RecordType : uint16_t {
  kA = 1,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28
};

enum class Proto : uint8_t { kUdp, kTcp };

[[nodiscard]] constexpr std::string_view name_of(RecordType type) {
  switch (type) {
    case RecordType::kA: return "A";
    case RecordType::kCname: return "CNAME";
    case RecordType::kSoa: return "SOA";
    case RecordType::kPtr: return "PTR";
    case RecordType::kMx: return "MX";
    case RecordType::kTxt: return "TXT";
    case RecordType::kAaaa: return "AAAA";
  }
  return "?";
}

}  // namespace mxbulk
