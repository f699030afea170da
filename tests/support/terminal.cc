#include "support/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace mxbulk::test {

Terminal::Terminal(uint16_t columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  std::array<char, 128> path{};
  const bool is_open = master_ >= 0 && ::grantpt(master_) == 0 && ::unlockpt(master_) == 0 &&
                       ::ptsname_r(master_, path.data(), path.size()) == 0;
  slave_ = is_open ? ::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  if (slave_ < 0 || ::ioctl(master_, TIOCSWINSZ, &size) != 0 ||
      ::fcntl(master_, F_SETFL, O_NONBLOCK) != 0) {
    std::perror("cannot make a terminal");
    std::abort();
  }
  path_ = path.data();
}

Terminal::~Terminal() {
  ::close(slave_);
  ::close(master_);
}

void Terminal::type(std::string_view text) const {
  if (::write(master_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::perror("cannot type");
    std::abort();
  }
}

void Terminal::turn_line_editing_off() const {
  termios settings{};
  ::tcgetattr(slave_, &settings);
  settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(slave_, TCSANOW, &settings);
}

const std::string& Terminal::text() {
  std::array<char, 4'096> piece{};
  ssize_t size = 0;
  while ((size = ::read(master_, piece.data(), piece.size())) > 0) {
    text_.append(piece.data(), static_cast<size_t>(size));
  }
  return text_;
}

}  // namespace mxbulk::test
