// Questions to one resolver over TCP (RFC 7766), through c-ares channels of its own: its
// connections come and go without touching what is in flight over UDP.
//
// All share one connection. A resolver that closes it takes every question on it down, whichever
// one it did not like (or after the first answer: RFC 7766 §6.2.1 is not everywhere). So what a
// closed connection leaves without an answer is asked once more, one by one, each on a connection
// alone.
//
// Threads: one loop thread. Ownership: owns channels and sockets.
#pragma once

#include <ares.h>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "asking/dns_transport.h"
#include "dns/message.h"
#include "net/cares_api.h"
#include "net/cares_channel.h"
#include "net/loop.h"
#include "net/query_ids.h"
#include "net/random_pool.h"
#include "net/reply_box.h"

namespace mxbulk::net {

class TcpChannel {
 public:
  TcpChannel(Loop& loop, const Endpoint& resolver, int64_t timeout_us, RandomPool& random,
             ReplyBox& replies);

  void ask(const asking::DnsQuery& query);
  void expire();

 private:
  struct Pending final : CaresQuery {
    void on_done(int status, std::span<const uint8_t> answer) override {
      owner->on_done(*this, status, answer);
    }

    TcpChannel* owner = nullptr;
    uint64_t ticket = 0;
    uint16_t id = 0;
    bool is_alone = false;
    int64_t left_alone_at_us = 0;  // if is_alone
    uint16_t size = 0;
    std::array<uint8_t, dns::kQueryBytesMax> packet{};
  };
  // A channel and the watches of its sockets.
  struct Line {
    TcpChannel* owner = nullptr;
    std::map<ares_socket_t, std::unique_ptr<SocketWatch>> watches;
    std::unique_ptr<CaresChannel> channel;  // last: its end calls back into the watches
  };

  static void on_socket_state(void* line, ares_socket_t fd, int readable, int writable);
  void on_done(Pending& pending, int status, std::span<const uint8_t> answer);

  [[nodiscard]] std::unique_ptr<Line> make_line();
  static void send(Line& line, Pending& pending);
  void finish(Pending& pending, asking::ReplyKind kind);
  void ask_next_alone();
  void give_up_on_waiting();

  Loop& loop_;
  const Endpoint resolver_;
  const int64_t timeout_us_;
  ReplyBox& replies_;
  RandomPool& random_;
  QueryIds ids_;
  std::deque<Pending> pool_;
  std::vector<Pending*> free_;
  std::deque<Pending*> left_alone_;  // wait for a connection of their own
  bool alone_is_busy_ = false;
  uint32_t in_flight_ = 0;        // those that wait included
  std::unique_ptr<Line> shared_;  // the lines last: their end calls back into the members above
  std::unique_ptr<Line> alone_;   // of one question; the next one gets a new line
};

}  // namespace mxbulk::net
