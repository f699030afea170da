// Mail servers at every address of 127/8 and one port: each greets with a name of its own, made of
// the address that was dialled, and answers QUIT. Some may never greet, and all may delay it.
//
//   mail_world PORT DELAY_MS UNRESPONSIVE_PER_MILLE
//
// Says "ready" when it listens. Addresses decide which hosts are unresponsive: is_unresponsive()
// here, and in probe.py. On SIGTERM it prints what came: connections, greetings, how many said
// QUIT, and the most that were open at once.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string_view>
#include <vector>

namespace {

constexpr int kBacklog = 65'535;
constexpr size_t kEventsAtOnce = 256;
constexpr std::string_view kFarewell = "221 2.0.0 Bye\r\n";

volatile std::sig_atomic_t stopping = 0;

struct Connection {
  uint32_t address = 0;     // dialled, host order
  uint32_t generation = 0;  // of this descriptor: a late greeting must not meet its successor
};

struct Late {
  int64_t due_us;
  int fd;
  uint32_t generation;
};

struct World {
  int64_t delay_us = 0;
  uint32_t unresponsive_per_mille = 0;
  int epoll_fd = -1;
  int listener = -1;
  std::vector<Connection> connections;  // by descriptor
  std::deque<Late> late;                // by due_us, for all wait alike
  uint64_t accepted = 0;
  uint64_t greeted = 0;
  uint64_t said_quit = 0;
  uint64_t open = 0;
  uint64_t open_max = 0;
};

int64_t now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

bool is_unresponsive(uint32_t address, uint32_t per_mille) {
  return (address * 2'654'435'761U >> 16) % 1'000 < per_mille;
}

void say(int fd, std::string_view text) {
  // An empty send buffer takes a line; a peer that has closed does not matter here.
  [[maybe_unused]] const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

void greet(World& world, int fd) {
  const uint32_t address = world.connections[static_cast<size_t>(fd)].address;
  std::array<char, 80> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "220 mx-%u-%u-%u.world.example ESMTP\r\n",
                    address >> 16 & 255, address >> 8 & 255, address & 255);
  say(fd, {text.data(), static_cast<size_t>(length)});
  ++world.greeted;
}

void hang_up(World& world, int fd) {
  close(fd);
  ++world.connections[static_cast<size_t>(fd)].generation;
  --world.open;
}

void take_all(World& world) {
  for (int fd = 0; (fd = accept4(world.listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
    sockaddr_in dialled{};
    socklen_t length = sizeof dialled;
    getsockname(fd, reinterpret_cast<sockaddr*>(&dialled), &length);
    const auto index = static_cast<size_t>(fd);
    if (world.connections.size() <= index) world.connections.resize(2 * index + 1);
    world.connections[index].address = ntohl(dialled.sin_addr.s_addr);
    ++world.accepted;
    world.open_max = std::max(world.open_max, ++world.open);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(world.epoll_fd, EPOLL_CTL_ADD, fd, &event);
    if (is_unresponsive(world.connections[index].address, world.unresponsive_per_mille)) continue;
    if (world.delay_us == 0) {
      greet(world, fd);
    } else {
      world.late.push_back({now_us() + world.delay_us, fd, world.connections[index].generation});
    }
  }
}

void on_readable(World& world, int fd) {
  std::array<char, 512> bytes{};
  const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
  if (got > 0 && std::string_view(bytes.data(), static_cast<size_t>(got)).substr(0, 4) == "QUIT") {
    ++world.said_quit;
    say(fd, kFarewell);
  }
  // Other commands get no answer: what a probe does after the greeting is not measured.
  hang_up(world, fd);
}

void greet_the_due(World& world) {
  const int64_t now = now_us();
  while (!world.late.empty() && world.late.front().due_us <= now) {
    const Late late = world.late.front();
    world.late.pop_front();
    const Connection& connection = world.connections[static_cast<size_t>(late.fd)];
    if (connection.generation == late.generation) greet(world, late.fd);
  }
}

bool listen_at(World& world, uint16_t port) {
  world.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(world.listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt(world.listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  world.epoll_fd = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = world.listener;
  return bind(world.listener, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 &&
         listen(world.listener, kBacklog) == 0 &&
         epoll_ctl(world.epoll_fd, EPOLL_CTL_ADD, world.listener, &event) == 0;
}

void serve(World& world) {
  std::array<epoll_event, kEventsAtOnce> events{};
  while (stopping == 0) {
    const int64_t wait_us = world.late.empty() ? -1 : world.late.front().due_us - now_us();
    const int wait_ms =
        world.late.empty() ? -1 : static_cast<int>(std::max<int64_t>(0, wait_us) / 1'000 + 1);
    const int ready = epoll_wait(world.epoll_fd, events.data(), kEventsAtOnce, wait_ms);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == world.listener) {
        take_all(world);
      } else {
        on_readable(world, fd);
      }
    }
    greet_the_due(world);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: mail_world PORT DELAY_MS UNRESPONSIVE_PER_MILLE\n", stderr);
    return 2;
  }
  World world;
  world.delay_us = std::strtol(argv[2], nullptr, 10) * 1'000;
  world.unresponsive_per_mille = static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10));
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  if (!listen_at(world, static_cast<uint16_t>(std::strtoul(argv[1], nullptr, 10)))) {
    std::perror("mail_world");
    return 1;
  }
  struct sigaction ends{};
  ends.sa_handler = [](int) { stopping = 1; };
  sigaction(SIGTERM, &ends, nullptr);  // without SA_RESTART: it ends the wait
  std::puts("ready");
  std::fflush(stdout);
  serve(world);
  std::printf("{\"accepted\": %lu, \"greeted\": %lu, \"said_quit\": %lu, \"open_max\": %lu}\n",
              world.accepted, world.greeted, world.said_quit, world.open_max);
}
