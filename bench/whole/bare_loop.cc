// The peer that every lookup is measured against: ares_query on epoll, N in flight, one channel,
// nothing kept but counts. Questions come in dnsperf's form, `name MX` or `name A`, one a line;
// they are read before the clock starts.
//
//   bare_loop PORT IN_FLIGHT < questions
#include <ares.h>
#include <sys/epoll.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "phase.h"

namespace {

constexpr int kAType = 1;
constexpr int kMxType = 15;
constexpr int kInternet = 1;
constexpr int kExpireEveryMs = 100;

struct Question {
  std::string name;
  int type;
};

struct Work {
  ares_channel channel = nullptr;
  std::vector<Question> questions;
  size_t next = 0;
  size_t in_flight = 0;
  size_t in_flight_max = 0;
  size_t found = 0;
  size_t none = 0;  // NODATA or NXDOMAIN
  size_t failed = 0;
  int epoll_fd = -1;
};

void watch(void* data, ares_socket_t fd, int readable, int writable) {
  epoll_event event{};
  event.data.fd = fd;
  event.events = (readable != 0 ? EPOLLIN : 0U) | (writable != 0 ? EPOLLOUT : 0U);
  const int epoll_fd = static_cast<Work*>(data)->epoll_fd;
  if (event.events == 0) {
    epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
  } else if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0) {
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

void on_answer(void* data, int status, int, unsigned char*, int) {
  auto& work = *static_cast<Work*>(data);
  --work.in_flight;
  if (status == ARES_SUCCESS) {
    ++work.found;
  } else if (status == ARES_ENODATA || status == ARES_ENOTFOUND) {
    ++work.none;
  } else {
    ++work.failed;
  }
}

void ask_more(Work& work) {
  while (work.in_flight < work.in_flight_max && work.next < work.questions.size()) {
    const Question& question = work.questions[work.next++];
    ++work.in_flight;
    ares_query(work.channel, question.name.c_str(), kInternet, question.type, on_answer, &work);
  }
}

bool read_questions(std::istream& in, std::vector<Question>& questions) {
  for (std::string name, type; in >> name >> type;) {
    if (type != "A" && type != "MX") return false;
    questions.push_back({name, type == "A" ? kAType : kMxType});
  }
  return true;
}

bool open_channel(Work& work, int port) {
  ares_options options{};
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN;
  options.timeout = 1'000;
  options.tries = 4;
  options.socket_receive_buffer_size = 4 << 20;
  options.sock_state_cb = watch;
  options.sock_state_cb_data = &work;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF |
                   ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&work.channel, &options, mask) != ARES_SUCCESS) return false;
  const std::string server = "127.0.0.1:" + std::to_string(port);
  return ares_set_servers_ports_csv(work.channel, server.c_str()) == ARES_SUCCESS;
}

void run(Work& work) {
  ask_more(work);
  std::array<epoll_event, 16> events{};
  while (work.in_flight > 0) {
    const int ready = epoll_wait(work.epoll_fd, events.data(), events.size(), kExpireEveryMs);
    if (ready <= 0) ares_process_fd(work.channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (size_t i = 0; ready > 0 && i < static_cast<size_t>(ready); ++i) {
      const bool readable = (events[i].events & EPOLLIN) != 0;
      const bool writable = (events[i].events & EPOLLOUT) != 0;
      ares_process_fd(work.channel, readable ? events[i].data.fd : ARES_SOCKET_BAD,
                      writable ? events[i].data.fd : ARES_SOCKET_BAD);
    }
    ask_more(work);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bare_loop PORT IN_FLIGHT < questions\n", stderr);
    return 2;
  }
  Work work;
  work.in_flight_max = std::strtoul(argv[2], nullptr, 10);
  std::ios::sync_with_stdio(false);
  if (!read_questions(std::cin, work.questions)) return 2;
  work.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return 1;
  if (!open_channel(work, std::atoi(argv[1]))) return 1;
  const mxbulk::bench::Phase phase;
  run(work);
  std::printf(
      "{\"queries\": %zu, \"found\": %zu, \"none\": %zu, \"failed\": %zu, \"wall_s\": %.4f, "
      "\"cpu_s\": %.4f}\n",
      work.questions.size(), work.found, work.none, work.failed, phase.wall_s(), phase.cpu_s());
  ares_destroy(work.channel);
  ares_library_cleanup();
  return work.failed == 0 ? 0 : 1;
}
