// An epoll of its own inside the loop: the loop watches one descriptor, and thousands of sockets
// cost it nothing. Closing a socket removes it.
//
// Threads: one loop thread. Ownership: owns the epoll; borrows the loop.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/limits.h"
#include "net/loop.h"

namespace mxbulk::net {

class EpollSet {
 public:
  explicit EpollSet(Loop& loop) : loop_(loop) {}
  ~EpollSet();
  EpollSet(const EpollSet&) = delete;
  EpollSet& operator=(const EpollSet&) = delete;

  // `events` of epoll_ctl(2), level-triggered; `key` comes back with them. False: no room for it.
  [[nodiscard]] bool add(int fd, uint32_t events, uint32_t key);
  void change(int fd, uint32_t events, uint32_t key);
  // Since the last ready() the loop saw something.
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  // What is ready, at most kProbeEventsMax; what is left comes first at the next call, or makes the
  // loop run again. Valid until the next call.
  [[nodiscard]] std::span<const epoll_event> ready();

 private:
  [[nodiscard]] bool open();

  Loop& loop_;
  int fd_ = -1;
  bool is_ready_ = false;
  std::unique_ptr<SocketWatch> watch_;
  std::array<epoll_event, limits::kProbeEventsMax> events_{};
};

}  // namespace mxbulk::net
