// A DNS client of blocking sockets: one question, one answer, from 127.0.0.1.
//
// Threads: one. Ownership: owns its sockets.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dns/message.h"

namespace mxbulk::test {

using Bytes = std::vector<uint8_t>;

// `.` is the root.
[[nodiscard]] DomainName name_of(std::string_view text);
[[nodiscard]] Bytes query(std::string_view name, RecordType type, uint16_t id = 0x1234,
                          bool edns = true);

class UdpClient {
 public:
  explicit UdpClient(uint16_t server_port);
  ~UdpClient();
  UdpClient(const UdpClient&) = delete;
  UdpClient& operator=(const UdpClient&) = delete;

  void send(const Bytes& bytes);
  // The next datagram; empty after 10 s, which fails the test.
  Bytes receive();
  // The port from which the last datagram came.
  [[nodiscard]] uint16_t last_source() const { return last_source_; }
  Bytes exchange(const Bytes& bytes) {
    send(bytes);
    return receive();
  }

 private:
  int fd_;
  uint16_t server_port_;
  uint16_t last_source_ = 0;
};

class TcpClient {
 public:
  explicit TcpClient(uint16_t server_port);
  ~TcpClient();
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  // With its two octets of length in front, or as it is.
  void send(const Bytes& bytes);
  void send_raw(const Bytes& bytes);
  // The next message without its length; nothing if the server has closed.
  std::optional<Bytes> receive();

 private:
  int fd_;
};

}  // namespace mxbulk::test
