// What the scripted resolvers share: their socket, their clock, and the answers that they know.
//
// Names below example-slow.net and slow-exchange.net have one MX, mx.slow-exchange.net, and one
// address. The root has an SOA record. Any other name does not exist.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace scripted_dns {

inline constexpr size_t kMessageBytesMax = 512;
inline constexpr size_t kHeaderBytes = 12;
inline constexpr size_t kBatch = 64;                  // datagrams a system call
inline constexpr int kReceiveBufferBytes = 64 << 20;  // 60,000 questions may come in one burst
inline constexpr uint16_t kTypeA = 1;
inline constexpr uint16_t kTypeSoa = 6;
inline constexpr uint16_t kTypeMx = 15;
inline constexpr uint8_t kServfail = 2;
inline constexpr uint8_t kNxdomain = 3;
inline constexpr uint8_t kRefused = 5;

using Bytes = std::array<uint8_t, kMessageBytesMax>;

inline int64_t now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

// A UDP socket at 127.0.0.1:port. -1 if it cannot be bound; errno says why.
inline int open_socket(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBufferBytes, sizeof(int)) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof(int));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

// The end of the question's name, after the root's zero; 0 if the message is no question or has no
// room for an answer.
inline size_t name_end(const Bytes& bytes, size_t question_bytes) {
  constexpr size_t kAnswerBytesMax = 36;
  size_t end = kHeaderBytes;
  while (end < question_bytes && bytes[end] != 0) end += bytes[end] + 1U;
  end += 1;
  const bool fits = end + 4 <= question_bytes && end + 4 + kAnswerBytesMax <= bytes.size();
  return fits ? end : 0;
}

// Requires: name_end is what name_end() gave.
inline bool is_below(const Bytes& bytes, size_t name_end, std::string_view zone) {
  if (name_end < kHeaderBytes + zone.size()) return false;
  const auto* const tail = reinterpret_cast<const char*>(&bytes[name_end - zone.size()]);
  // Letters come in any case (RFC 1035 §2.3.3).
  const auto is_same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  return std::equal(zone.begin(), zone.end(), tail, is_same);
}

inline bool is_company(const Bytes& bytes, size_t name_end) {
  using namespace std::string_view_literals;
  return is_below(bytes, name_end,
                  "\x0C"
                  "example-slow\3net\0"sv);
}

inline bool is_known(const Bytes& bytes, size_t name_end) {
  using namespace std::string_view_literals;
  return name_end == kHeaderBytes + 1 ||  // the root
         is_company(bytes, name_end) ||
         is_below(bytes, name_end,
                  "\x0D"
                  "slow-exchange\3net\0"sv);
}

// Makes an answer without records of the question. Returns its size.
inline size_t write_rcode(Bytes& bytes, size_t name_end, uint8_t rcode) {
  bytes[2] = 0x81;                                // QR, RD
  bytes[3] = static_cast<uint8_t>(0x80 | rcode);  // RA
  std::memset(&bytes[6], 0, 6);
  return name_end + 4;
}

// Makes the true answer of the question. Returns its size.
inline size_t write_answer(Bytes& bytes, size_t name_end, bool has_own_exchanges) {
  using namespace std::string_view_literals;
  // A pointer to the question's name, IN, one hour; then the data (RFC 1035 §3.2.1).
  static constexpr auto kMx =
      "\xC0\x0C\0\x0F\0\x01\0\0\x0E\x10\0\x18\0\x0A\2mx\x0D"
      "slow-exchange\3net\0"sv;
  static constexpr auto kOwnMx = "\xC0\x0C\0\x0F\0\x01\0\0\x0E\x10\0\x07\0\x0A\2mx\xC0\x0C"sv;
  static constexpr auto kA = "\xC0\x0C\0\x01\0\x01\0\0\x0E\x10\0\x04\x14\0\0\x01"sv;
  static constexpr auto kSoa =
      "\xC0\x0C\0\x06\0\x01\0\0\x0E\x10\0\x16\0\0\0\0\0\x01\0\0\x07\x08\0\0\x03\x84\0\x09\x3A\x80"
      "\0\0\x01\x2C"sv;
  const auto type = static_cast<uint16_t>(bytes[name_end] << 8 | bytes[name_end + 1]);
  if (!is_known(bytes, name_end)) return write_rcode(bytes, name_end, kNxdomain);
  std::string_view data;
  if (type == kTypeMx) data = has_own_exchanges ? kOwnMx : kMx;
  if (type == kTypeA) data = kA;
  if (type == kTypeSoa) data = kSoa;
  const size_t end = write_rcode(bytes, name_end, 0);
  std::memcpy(&bytes[end], data.data(), data.size());
  bytes[7] = data.empty() ? 0 : 1;
  return end + data.size();
}

}  // namespace scripted_dns
