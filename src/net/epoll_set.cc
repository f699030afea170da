#include "net/epoll_set.h"

#include <unistd.h>

#include <algorithm>

namespace mxbulk::net {

EpollSet::~EpollSet() {
  watch_.reset();
  if (fd_ >= 0) close(fd_);
}

// Tries again if it failed before: descriptors may be free again.
bool EpollSet::open() {
  if (fd_ >= 0) return true;
  fd_ = epoll_create1(EPOLL_CLOEXEC);
  if (fd_ < 0) return false;
  watch_ =
      std::make_unique<SocketWatch>(loop_.handle(), fd_, [this](bool, bool) { is_ready_ = true; });
  if (watch_->ok()) {
    watch_->want(true, false);
    return true;
  }
  watch_.reset();
  close(fd_);
  fd_ = -1;
  return false;
}

bool EpollSet::add(int fd, uint32_t events, uint32_t key) {
  if (!open()) return false;
  epoll_event event{.events = events, .data = {.u32 = key}};
  return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EpollSet::change(int fd, uint32_t events, uint32_t key) {
  epoll_event event{.events = events, .data = {.u32 = key}};
  (void)epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event);  // needs no memory: it was added before
}

std::span<const epoll_event> EpollSet::ready() {
  is_ready_ = false;
  if (fd_ < 0) return {};
  const int count = epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), 0);
  return {events_.data(), static_cast<size_t>(std::max(count, 0))};
}

}  // namespace mxbulk::net
