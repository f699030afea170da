#include "support/dns_question.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace mxbulk::test {
namespace {

constexpr int kPortsTried = 200;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool is_free(int type, uint16_t port) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

// RFC 1035 §4.1: header with RD, one question.
std::string question(uint16_t id, std::string_view name) {
  std::string bytes;
  for (int word : {static_cast<int>(id), 0x0100, 1, 0, 0, 0}) {
    bytes.push_back(static_cast<char>(word >> 8));
    bytes.push_back(static_cast<char>(word));
  }
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    bytes.push_back(static_cast<char>(label.size()));
    bytes += label;
    name.remove_prefix(label.size() == name.size() ? label.size() : label.size() + 1);
  }
  bytes.push_back('\0');
  bytes += {'\0', '\6', '\0', '\1'};  // SOA, IN
  return bytes;
}

}  // namespace

std::optional<int> ask_soa(uint16_t port, std::string_view name, int wait_ms) {
  static std::random_device random;
  const auto id = static_cast<uint16_t>(random());
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const std::string bytes = question(id, name);
  std::array<uint8_t, 4096> answer{};
  std::optional<int> rcode;
  pollfd ready{fd, POLLIN, 0};
  // A refusal (ICMP) ends the poll at once: the wait is part of the question.
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(fd, bytes.data(), bytes.size(), 0) > 0 && poll(&ready, 1, wait_ms) == 1 &&
      recv(fd, answer.data(), answer.size(), 0) >= 12 && answer[0] == id >> 8 &&
      answer[1] == (id & 0xFF)) {
    rcode = answer[3] & 0x0F;
  }
  close(fd);
  return rcode;
}

uint16_t free_port() {
  static std::mt19937 random{std::random_device()()};
  std::uniform_int_distribution<int> any(10'000, 30'000);
  for (int attempt = 0; attempt < kPortsTried; ++attempt) {
    const auto port = static_cast<uint16_t>(any(random));
    if (is_free(SOCK_DGRAM, port) && is_free(SOCK_STREAM, port)) return port;
  }
  std::fputs("no free port on 127.0.0.1\n", stderr);
  std::abort();
}

}  // namespace mxbulk::test
