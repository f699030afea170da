#include "unit/net/played_mail_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mxbulk::test {
namespace {

using Then = MailScript::Then;

void reset(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

}  // namespace

PlayedMailServer::PlayedMailServer(MailScript script, std::string_view address)
    : script_(std::move(script)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_in own{};
  own.sin_family = AF_INET;
  socklen_t size = sizeof own;
  EXPECT_EQ(inet_pton(AF_INET, std::string(address).c_str(), &own.sin_addr), 1);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&own), size), 0);
  EXPECT_EQ(listen(listener_, SOMAXCONN), 0);
  EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size), 0);
  endpoint_ = {IpAddress::from_text(address).value(), ntohs(own.sin_port)};
}

PlayedMailServer::~PlayedMailServer() {
  for (const Line& line : lines_) reset(line.fd);
  close(listener_);
}

void PlayedMailServer::serve() {
  accept_all();
  std::erase_if(lines_, [this](Line& line) { return !serve(line); });
}

void PlayedMailServer::accept_all() {
  while (true) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    Line line;
    line.fd =
        accept4(listener_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (line.fd < 0) return;
    ++accepted_;
    const auto* const octets = reinterpret_cast<const uint8_t*>(&from.sin_addr);
    peer_ = IpAddress::v4(std::span<const uint8_t, 4>(octets, 4)).text();
    line.unsaid = script_.greeting;
    line.closes = script_.then == Then::kCloses;
    lines_.push_back(std::move(line));
  }
}

bool PlayedMailServer::serve(Line& line) {
  if (!receive(line)) {
    close(line.fd);
    return false;
  }
  if (script_.then == Then::kFloods) line.unsaid += std::string(1U << 20, 'x');
  const bool is_said = say(line);
  if (is_said && script_.then == Then::kResets) {
    reset(line.fd);
    return false;
  }
  if (is_said && line.closes) {
    close(line.fd);
    return false;
  }
  return true;
}

bool PlayedMailServer::receive(Line& line) {
  std::array<char, 4'096> bytes{};
  const ssize_t got = recv(line.fd, bytes.data(), bytes.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) {
    last_error_ = got == 0 ? 0 : errno;
    return false;
  }
  if (got < 0) return true;
  const std::string_view received(bytes.data(), static_cast<size_t>(got));
  if (line.is_asked_for_tls && !line.tls) {
    ++hellos_;
    line.unsaid += script_.instead_of_tls;
    return true;
  }
  line.unread += line.tls ? line.tls->receive(received) : received;
  if (line.tls) line.unsaid += line.tls->take_unsent();
  take_lines(line);
  return true;
}

void PlayedMailServer::take_lines(Line& line) {
  for (size_t end = 0; (end = line.unread.find("\r\n")) != std::string::npos;) {
    received_.push_back(line.unread.substr(0, end));
    line.unread.erase(0, end + 2);
    const std::string verb = received_.back().substr(0, received_.back().find(' '));
    const auto answer = script_.answers.find(verb);
    if (answer == script_.answers.end()) continue;
    if (line.tls) {
      line.tls->say(answer->second);
      line.unsaid += line.tls->take_unsent();
    } else {
      line.unsaid += answer->second;
    }
    if (verb == "QUIT") line.closes = !script_.waits_after_quit;
    if (verb == "STARTTLS" && answer->second.starts_with("220")) begin_tls(line);
  }
}

void PlayedMailServer::begin_tls(Line& line) {
  line.is_asked_for_tls = true;
  if (script_.tls != nullptr) line.tls = std::make_unique<TlsServer>(*script_.tls);
}

bool PlayedMailServer::say(Line& line) {
  const size_t size = script_.drips ? std::min<size_t>(1, line.unsaid.size()) : line.unsaid.size();
  if (size == 0) return true;
  const ssize_t sent = send(line.fd, line.unsaid.data(), size, MSG_NOSIGNAL);
  if (sent > 0) line.unsaid.erase(0, static_cast<size_t>(sent));
  return line.unsaid.empty();
}

}  // namespace mxbulk::test
