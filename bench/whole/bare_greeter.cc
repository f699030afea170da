// The peer that probing is measured against: the least that reads greetings. Non-blocking connects
// on epoll, N in flight; of what comes it looks for a line's end, says QUIT and closes with a
// reset, so that no port waits. No timers, no verdicts: a host that does not answer hangs it.
// Addresses come one a line, read before the clock starts.
//
//   bare_greeter PORT IN_FLIGHT < addresses
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "phase.h"

namespace {

constexpr size_t kEventsAtOnce = 256;
constexpr size_t kGreetingMax = 512;  // RFC 5321 §4.5.3.1.5

struct Work {
  uint16_t port = 0;
  std::vector<in_addr> addresses;
  size_t next = 0;
  size_t in_flight = 0;
  size_t in_flight_max = 0;
  size_t greetings = 0;
  size_t failed = 0;
  int epoll_fd = -1;
};

void dial(Work& work) {
  sockaddr_in host{};
  host.sin_family = AF_INET;
  host.sin_port = htons(work.port);
  host.sin_addr = work.addresses[work.next++];
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const linger reset{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (connect(fd, reinterpret_cast<sockaddr*>(&host), sizeof host) != 0 && errno != EINPROGRESS) {
    ++work.failed;
    close(fd);
    return;
  }
  epoll_event event{};
  event.events = EPOLLIN;  // a refusal comes as one too
  event.data.fd = fd;
  epoll_ctl(work.epoll_fd, EPOLL_CTL_ADD, fd, &event);
  ++work.in_flight;
}

void on_readable(Work& work, int fd) {
  std::array<char, kGreetingMax> bytes{};
  const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
  const bool is_whole =
      got > 0 && std::memchr(bytes.data(), '\n', static_cast<size_t>(got)) != nullptr;
  ++(is_whole && std::memcmp(bytes.data(), "220 ", 4) == 0 ? work.greetings : work.failed);
  if (is_whole) send(fd, "QUIT\r\n", 6, MSG_NOSIGNAL);
  close(fd);
  --work.in_flight;
}

void run(Work& work) {
  std::array<epoll_event, kEventsAtOnce> events{};
  while (work.next < work.addresses.size() || work.in_flight > 0) {
    while (work.in_flight < work.in_flight_max && work.next < work.addresses.size()) dial(work);
    const int ready = epoll_wait(work.epoll_fd, events.data(), kEventsAtOnce, -1);
    for (int i = 0; i < ready; ++i) on_readable(work, events[static_cast<size_t>(i)].data.fd);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bare_greeter PORT IN_FLIGHT < addresses\n", stderr);
    return 2;
  }
  Work work;
  work.port = static_cast<uint16_t>(std::strtoul(argv[1], nullptr, 10));
  work.in_flight_max = std::strtoul(argv[2], nullptr, 10);
  work.epoll_fd = epoll_create1(0);
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    in_addr address{};
    if (inet_pton(AF_INET, line.c_str(), &address) != 1) return 2;
    work.addresses.push_back(address);
  }
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  const mxbulk::bench::Phase phase;
  run(work);
  std::printf("{\"greetings\": %zu, \"failed\": %zu, \"wall_s\": %.4f, \"cpu_s\": %.4f}\n",
              work.greetings, work.failed, phase.wall_s(), phase.cpu_s());
  return work.failed == 0 ? 0 : 1;
}
