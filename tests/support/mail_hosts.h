// Scripted mail hosts in this process: each an address with a manner of its own,
// all at one port. They count connections.
//
//   MailHosts hosts(port);
//   hosts.add("127.0.1.1", {.greeting = "220 mx.one.example ESMTP\r\n"});
//   ASSERT_TRUE(hosts.start());
//
// Threads: one of its own with poll(2), begun by start(), joined by the destructor; add() before
// start(), the rest from any thread. Sockets live in the network namespace of the thread that calls
// add(). Ownership: owns sockets and thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mxbulk::test {

// What a host does with a connection.
struct Manner {
  enum class Then : uint8_t {
    kTalks,    // answers EHLO, HELO and QUIT, waits for more
    kCloses,   // at once
    kRepeats,  // sends it again and again, as fast as it is read
  };
  std::string greeting{};      // any octets; empty: none
  int64_t delay_ms = 0;        // before the greeting
  int64_t octet_every_ms = 0;  // 0: all of it at once
  Then then = Then::kTalks;
};

class MailHosts {
 public:
  explicit MailHosts(uint16_t port);
  ~MailHosts();
  MailHosts(const MailHosts&) = delete;
  MailHosts& operator=(const MailHosts&) = delete;

  // A failure of the test if the address cannot be bound.
  void add(const std::string& address, Manner manner);
  void start();

  // Connections accepted so far, of one host and of all.
  [[nodiscard]] uint64_t accepted(std::string_view address) const;
  [[nodiscard]] uint64_t accepted() const;
  // The most connections that were open at once.
  [[nodiscard]] uint64_t open_max() const { return open_max_; }
  // Clients that sent QUIT.
  [[nodiscard]] uint64_t said_quit() const { return said_quit_; }

 private:
  struct Host;
  struct Client;
  void serve();
  void take(Host& host);
  // False if the connection is over.
  [[nodiscard]] bool receive(Client& client);
  [[nodiscard]] bool say(Client& client, int64_t now_us);

  uint16_t port_;
  int wake_fd_;  // readable: the thread ends
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Client> clients_;  // the thread's
  std::atomic<uint64_t> open_max_{0};
  std::atomic<uint64_t> said_quit_{0};
  std::thread thread_;
};

}  // namespace mxbulk::test
