// Questions to one resolver over TCP (RFC 7766), through a c-ares channel of its own: its
// connections come and go without touching what is in flight over UDP.
//
// Threads: one loop thread. Ownership: owns channel and sockets.
#pragma once

#include <ares.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "engine/ports.h"
#include "net/ares_channel.h"
#include "net/loop.h"
#include "net/query_ids.h"
#include "net/reply_box.h"

namespace mxbulk::net {

class TcpLane {
 public:
  TcpLane(Loop& loop, const Endpoint& resolver, int64_t timeout_us, ReplyBox& replies);

  void ask(const engine::DnsQuery& query);
  void expire();

 private:
  struct Pending {
    TcpLane* lane = nullptr;
    uint64_t ticket = 0;
    uint16_t id = 0;
  };

  static void on_socket_state(void* lane, ares_socket_t fd, int readable, int writable);
  static void on_done(void* pending, int status, int timeouts, unsigned char* bytes, int size);

  Loop& loop_;
  ReplyBox& replies_;
  QueryIds ids_;
  std::map<ares_socket_t, std::unique_ptr<SocketWatch>> watches_;
  std::deque<Pending> pool_;
  std::vector<Pending*> free_;
  uint32_t in_flight_ = 0;
  std::unique_ptr<AresChannel> channel_;  // last: its end calls back into the members above
};

}  // namespace mxbulk::net
