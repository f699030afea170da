#include "support/mail_hosts.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "support/smtp_client.h"

namespace mxbulk::test {
namespace {

constexpr int kBacklog = 1'000;
constexpr size_t kLineMax = 1'000;

}  // namespace

struct MailHosts::Host {
  std::string address;
  Manner manner;
  int fd = -1;
  std::atomic<uint64_t> accepted{0};
};

struct MailHosts::Client {
  const Manner* manner;  // of its host
  int fd;
  int64_t due_us;          // nothing is sent before
  std::string to_say;      // what is not yet sent
  std::string received{};  // not yet a line
  bool has_greeted = false;
  bool is_leaving = false;  // closed once all is sent
};

MailHosts::MailHosts(uint16_t port) : port_(port), wake_fd_(eventfd(0, EFD_CLOEXEC)) {}

MailHosts::~MailHosts() {
  const uint64_t one = 1;
  if (thread_.joinable() && write(wake_fd_, &one, sizeof one) == sizeof one) thread_.join();
  for (const Client& client : clients_) close(client.fd);
  for (const auto& host : hosts_) close(host->fd);
  close(wake_fd_);
}

void MailHosts::add(const std::string& address, Manner manner) {
  auto host = std::make_unique<Host>();
  host->address = address;
  host->manner = std::move(manner);
  const SocketAddress local(address, port_);
  host->fd = socket(local.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(host->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  ASSERT_EQ(bind(host->fd, local.get(), local.length), 0) << address << std::strerror(errno);
  ASSERT_EQ(listen(host->fd, kBacklog), 0) << address << std::strerror(errno);
  hosts_.push_back(std::move(host));
}

void MailHosts::start() {
  thread_ = std::thread([this] { serve(); });
}

uint64_t MailHosts::accepted(std::string_view address) const {
  uint64_t sum = 0;
  for (const auto& host : hosts_) sum += host->address == address ? host->accepted.load() : 0;
  return sum;
}

uint64_t MailHosts::accepted() const {
  uint64_t sum = 0;
  for (const auto& host : hosts_) sum += host->accepted;
  return sum;
}

void MailHosts::serve() {
  const SteadyClock clock;
  std::vector<pollfd> watched;
  while (true) {
    watched.assign(1, {wake_fd_, POLLIN, 0});
    for (const auto& host : hosts_) watched.push_back({host->fd, POLLIN, 0});
    int64_t now_us = clock.now_us();
    std::optional<int64_t> wait_us;
    for (const Client& client : clients_) {
      const bool has_words = !client.to_say.empty() || !client.has_greeted;
      const bool is_due = has_words && client.due_us <= now_us;
      watched.push_back({client.fd, static_cast<short>(is_due ? POLLIN | POLLOUT : POLLIN), 0});
      if (!has_words || is_due) continue;
      wait_us = std::min(client.due_us - now_us, wait_us.value_or(client.due_us - now_us));
    }
    poll(watched.data(), watched.size(), wait_us ? static_cast<int>(*wait_us / 1'000 + 1) : -1);
    if (watched[0].revents != 0) return;
    now_us = clock.now_us();
    const pollfd* ready = watched.data() + 1 + hosts_.size();
    std::erase_if(clients_, [&](Client& client) {
      const bool has_spoken = (ready++)->revents & (POLLIN | POLLHUP | POLLERR);
      if ((!has_spoken || receive(client)) && say(client, now_us)) return false;
      close(client.fd);
      return true;
    });
    for (size_t i = 0; i < hosts_.size(); ++i) {
      if (watched[1 + i].revents != 0) take(*hosts_[i]);
    }
  }
}

void MailHosts::take(Host& host) {
  const int64_t now_us = SteadyClock().now_us();
  for (int fd = 0; (fd = accept4(host.fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
    ++host.accepted;
    clients_.push_back({.manner = &host.manner,
                        .fd = fd,
                        .due_us = now_us + host.manner.delay_ms * 1'000,
                        .to_say = host.manner.greeting});
  }
  open_max_ = std::max<uint64_t>(open_max_, clients_.size());
}

bool MailHosts::receive(Client& client) {
  std::array<char, 512> bytes{};
  const ssize_t got = recv(client.fd, bytes.data(), bytes.size(), 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  client.received.append(bytes.data(), static_cast<size_t>(got));
  for (size_t end = 0; (end = client.received.find('\n')) != std::string::npos;) {
    const std::string verb = client.received.substr(0, 4);
    client.received.erase(0, end + 1);
    if (verb == "QUIT") {
      ++said_quit_;
      client.is_leaving = true;
      client.to_say += "221 2.0.0 bye\r\n";
    } else if (verb == "EHLO") {
      client.to_say += "250-at your service\r\n250 8BITMIME\r\n";
    } else {
      client.to_say += "502 5.5.1 not here\r\n";
    }
  }
  return client.received.size() <= kLineMax;
}

bool MailHosts::say(Client& client, int64_t now_us) {
  if (client.due_us > now_us) return true;
  const Manner& manner = *client.manner;
  if (!client.to_say.empty()) {
    const size_t size = manner.octet_every_ms > 0 ? 1 : client.to_say.size();
    const ssize_t sent = send(client.fd, client.to_say.data(), size, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    client.to_say.erase(0, static_cast<size_t>(sent));
    client.due_us = now_us + manner.octet_every_ms * 1'000;
  }
  if (!client.to_say.empty()) return true;
  if (client.is_leaving) return false;
  if (!client.has_greeted || manner.then == Manner::Then::kRepeats) {
    client.has_greeted = true;
    if (manner.then == Manner::Then::kCloses) return false;
    if (manner.then == Manner::Then::kRepeats) client.to_say = manner.greeting;
  }
  return true;
}

}  // namespace mxbulk::test
