#include "unit/lab/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

namespace mxbulk::test {
namespace {

constexpr int kPatienceSeconds = 10;  // only a failing test waits so long

int open_socket(int type) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const timeval patience{kPatienceSeconds, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

DomainName name_of(std::string_view text) {
  return text == "." ? DomainName() : DomainName::from_text(text).value();
}

Bytes query(std::string_view name, RecordType type, uint16_t id, bool edns) {
  std::array<uint8_t, dns::kQueryBytesMax> packet{};
  const DomainName wire = name_of(name);
  const size_t size = dns::build_query(packet, id, wire.view(), type, edns);
  return {packet.begin(), packet.begin() + static_cast<ptrdiff_t>(size)};
}

// Not connected, so that it receives datagrams from other ports too.
UdpClient::UdpClient(uint16_t server_port)
    : fd_(open_socket(SOCK_DGRAM)), server_port_(server_port) {
  const sockaddr_in any = loopback(0);
  EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
}

UdpClient::~UdpClient() {
  close(fd_);
}

void UdpClient::send(const Bytes& bytes) {
  const sockaddr_in server = loopback(server_port_);
  EXPECT_EQ(sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&server),
                   sizeof server),
            static_cast<ssize_t>(bytes.size()));
}

Bytes UdpClient::receive() {
  Bytes bytes(65'535);
  sockaddr_in from{};
  socklen_t size = sizeof from;
  const ssize_t got =
      recvfrom(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
  EXPECT_GE(got, 0) << "no datagram came";
  bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
  last_source_ = ntohs(from.sin_port);
  return bytes;
}

TcpClient::TcpClient(uint16_t server_port) : fd_(open_socket(SOCK_STREAM)) {
  const sockaddr_in server = loopback(server_port);
  EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server), 0);
}

TcpClient::~TcpClient() {
  close(fd_);
}

void TcpClient::send(const Bytes& bytes) {
  Bytes framed = {static_cast<uint8_t>(bytes.size() >> 8), static_cast<uint8_t>(bytes.size())};
  framed.insert(framed.end(), bytes.begin(), bytes.end());
  send_raw(framed);
}

void TcpClient::send_raw(const Bytes& bytes) {
  EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

std::optional<Bytes> TcpClient::receive() {
  Bytes length(2);
  const ssize_t got = recv(fd_, length.data(), length.size(), MSG_WAITALL);
  if (got != 2) {
    EXPECT_TRUE(got == 0 || errno == ECONNRESET) << "nothing came, and no end either";
    return std::nullopt;
  }
  Bytes bytes(static_cast<size_t>(length[0] << 8 | length[1]));
  EXPECT_EQ(recv(fd_, bytes.data(), bytes.size(), MSG_WAITALL), static_cast<ssize_t>(bytes.size()));
  return bytes;
}

}  // namespace mxbulk::test
