#include "lab/dns_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/thread.h"
#include "lab/answer.h"

namespace mxbulk::lab {
namespace {

constexpr size_t kUdpBatch = 256;  // datagrams read before other sockets are served

Status failed(const char* what) {
  return Status::internal(std::string("the built-in DNS server cannot ") + what + ": " +
                          std::strerror(errno));
}

// A descriptor, closed by its destructor.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Fd bound_socket(int type, uint16_t port) {
  Fd fd(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fd;
  const int yes = 1;
  const int buffer = 4 << 20;
  if (type == SOCK_STREAM) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (type == SOCK_DGRAM) setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return Fd();
  return fd;
}

uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

class ServerThread final : public DnsServer {
 public:
  ServerThread(Zone zone, AnswerHook hook) : answerer_(std::move(zone)), hook_(std::move(hook)) {}
  ~ServerThread() override {
    stopping_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
  }

  // UDP and TCP at the same port; with `port` 0 another one is tried if TCP's is taken.
  Status open(uint16_t port) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      udp_ = bound_socket(SOCK_DGRAM, port);
      if (udp_.get() < 0) break;
      port_ = port_of(udp_.get());
      tcp_ = bound_socket(SOCK_STREAM, port_);
      if (tcp_.get() >= 0 || port != 0) break;
    }
    if (udp_.get() < 0 || tcp_.get() < 0) return failed("bind a port on 127.0.0.1");
    if (listen(tcp_.get(), 512) != 0) return failed("listen");
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return failed("open a pipe");
    wake_read_ = Fd(ends[0]);
    wake_write_ = Fd(ends[1]);
    return start_thread(thread_, [this] { serve(); });
  }

  [[nodiscard]] uint16_t port() const override { return port_; }
  void set_answer_hook(AnswerHook hook) override {
    const std::lock_guard lock(mutex_);
    hook_ = std::move(hook);
  }
  [[nodiscard]] Counters counters() const override {
    return {udp_questions_.load(), tcp_questions_.load(), answers_.load()};
  }

 private:
  struct Connection {
    Fd fd;
    std::string in;
    std::string out;
  };
  // An answer on its way, over UDP (`connection` < 0) or TCP.
  struct Sending {
    sockaddr_in peer{};
    int connection = -1;
    std::string bytes;
  };

  void wake() {
    const char byte = 0;
    (void)!write(wake_write_.get(), &byte, 1);
  }

  void serve() {
    std::vector<pollfd> fds;
    while (!stopping_) {
      fds.assign({{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}, {wake_read_.get(), POLLIN, 0}});
      for (const auto& [fd, connection] : connections_) {
        const short events = static_cast<short>(POLLIN | (connection.out.empty() ? 0 : POLLOUT));
        fds.push_back({fd, events, 0});
      }
      poll(fds.data(), fds.size(), poll_timeout_ms());
      const std::lock_guard lock(mutex_);
      if ((fds[0].revents & POLLIN) != 0) read_udp();
      if ((fds[1].revents & POLLIN) != 0) accept_all();
      for (size_t i = 3; i < fds.size(); ++i) {
        if (fds[i].revents != 0) serve_connection(fds[i].fd);
      }
      send_due();
    }
  }

  int poll_timeout_ms() const {
    if (delayed_.empty()) return -1;
    const int64_t wait_us = delayed_.begin()->first - clock_.now_us();
    return wait_us <= 0 ? 0 : static_cast<int>(wait_us / 1'000 + 1);
  }

  void read_udp() {
    std::array<uint8_t, 4'096> buffer;
    for (size_t i = 0; i < kUdpBatch; ++i) {
      Sending sending;
      socklen_t size = sizeof sending.peer;
      const ssize_t got = recvfrom(udp_.get(), buffer.data(), buffer.size(), 0,
                                   reinterpret_cast<sockaddr*>(&sending.peer), &size);
      if (got < 0) return;
      ++udp_questions_;
      take({buffer.data(), static_cast<size_t>(got)}, sending);
    }
  }

  // `to` has no bytes yet.
  void take(std::span<const uint8_t> query, const Sending& to) {
    const bool over_tcp = to.connection >= 0;
    std::optional<Reply> reply = answerer_.answer(query, over_tcp);
    if (!reply) return;
    Exchange exchange{.query = query, .over_tcp = over_tcp, .peer = to.peer};
    exchange.closes_tcp = reply->closes_tcp;
    if (!reply->bytes.empty()) exchange.messages.push_back(std::move(reply->bytes));
    if (hook_) hook_(exchange);
    if (exchange.closes_tcp) {
      connections_.erase(to.connection);
      return;
    }
    for (std::string& message : exchange.messages) {
      Sending sending{to.peer, to.connection, std::move(message)};
      if (exchange.delay_us == 0) {
        send(sending);
      } else {
        delayed_.emplace(clock_.now_us() + exchange.delay_us, std::move(sending));
      }
    }
  }

  void send_due() {
    while (!delayed_.empty() && delayed_.begin()->first <= clock_.now_us()) {
      Sending sending = std::move(delayed_.begin()->second);
      delayed_.erase(delayed_.begin());
      send(std::move(sending));
    }
  }

  void send(const Sending& sending) {
    ++answers_;
    if (sending.connection < 0) {
      (void)sendto(udp_.get(), sending.bytes.data(), sending.bytes.size(), 0,
                   reinterpret_cast<const sockaddr*>(&sending.peer), sizeof sending.peer);
      return;
    }
    const auto found = connections_.find(sending.connection);
    if (found == connections_.end()) return;
    std::string& out = found->second.out;
    out.push_back(static_cast<char>(sending.bytes.size() >> 8));  // RFC 1035 §4.2.2
    out.push_back(static_cast<char>(sending.bytes.size()));
    out += sending.bytes;
    flush(found->second);
  }

  void accept_all() {
    while (true) {
      Fd fd(accept4(tcp_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd.get() < 0) return;
      const int number = fd.get();
      connections_[number].fd = std::move(fd);
    }
  }

  void serve_connection(int fd) {
    const auto found = connections_.find(fd);
    if (found == connections_.end()) return;
    Connection& connection = found->second;
    flush(connection);
    std::array<char, 16'384> buffer;
    const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
      connections_.erase(found);
      return;
    }
    if (got > 0) connection.in.append(buffer.data(), static_cast<size_t>(got));
    take_questions(fd);
  }

  void take_questions(int fd) {
    while (true) {
      const auto found = connections_.find(fd);  // an answer may have closed it
      if (found == connections_.end()) return;
      std::string& in = found->second.in;
      if (in.size() < 2) return;
      const size_t size =
          static_cast<size_t>(static_cast<uint8_t>(in[0]) << 8 | static_cast<uint8_t>(in[1]));
      if (in.size() < 2 + size) return;
      const std::string query = in.substr(2, size);
      in.erase(0, 2 + size);
      ++tcp_questions_;
      Sending sending;
      sending.connection = fd;
      take({reinterpret_cast<const uint8_t*>(query.data()), query.size()}, sending);
    }
  }

  static void flush(Connection& connection) {
    while (!connection.out.empty()) {
      const ssize_t sent =
          ::send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      connection.out.erase(0, static_cast<size_t>(sent));
    }
  }

  SteadyClock clock_;
  Answerer answerer_;  // server thread
  std::mutex mutex_;   // guards hook_
  AnswerHook hook_;
  Fd udp_;
  Fd tcp_;
  Fd wake_read_;
  Fd wake_write_;
  uint16_t port_ = 0;
  std::map<int, Connection> connections_;    // server thread
  std::multimap<int64_t, Sending> delayed_;  // server thread, by due time
  std::atomic<uint64_t> udp_questions_{0};
  std::atomic<uint64_t> tcp_questions_{0};
  std::atomic<uint64_t> answers_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<DnsServer>> DnsServer::start(Zone zone, AnswerHook hook, uint16_t port) {
  auto server = std::make_unique<ServerThread>(std::move(zone), std::move(hook));
  Status status = server->open(port);
  if (!status.ok()) return status;
  return std::unique_ptr<DnsServer>(std::move(server));
}

std::string_view builtin_zone_text() {
  static constexpr char kText[] =
#include "data/lab.zone.inc"
      ;
  return {kText, sizeof kText - 1};
}

}  // namespace mxbulk::lab
