#include "input/stop_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace mxbulk::input {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  if (event_ >= 0) ::close(event_);
}

void StopSignal::set() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_, &one, sizeof one);
}

bool StopSignal::wait_readable(int descriptor) const {
  std::array<pollfd, 2> waited = {{{descriptor, POLLIN, 0}, {event_, POLLIN, 0}}};
  while (::poll(waited.data(), waited.size(), -1) < 0) {
  }
  return (waited[1].revents & POLLIN) == 0;
}

}  // namespace mxbulk::input
