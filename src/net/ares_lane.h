// Questions to one resolver over one UDP socket, through one c-ares channel.
//
// c-ares carries the packets. The lane reads each datagram first: it compares ID and question,
// drops what does not match, keeps the bytes of what does, and hands c-ares no more than an empty
// answer, so that nothing in it can close the socket, resend, or clip. It keeps the time too:
// c-ares from 1.32 on ends a query when it thinks fit, and some versions forget one in ten
// thousand.
//
// Threads: one loop thread. Ownership: owns channel and socket.
#pragma once

#include <ares.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "asking/dns_transport.h"
#include "base/limits.h"
#include "dns/message.h"
#include "net/ares_channel.h"
#include "net/loop.h"
#include "net/query_book.h"
#include "net/query_ids.h"
#include "net/random_pool.h"
#include "net/receive_batch.h"
#include "net/reply_box.h"
#include "net/udp_port.h"

namespace mxbulk::net {

class AresLane {
 public:
  // What all lanes of a transport share; it outlives them.
  struct Shared {
    Loop& loop;
    ReplyBox& replies;
    RandomPool random{};
    ReceiveBatch received{};
    uint64_t forged = 0;  // datagrams that were dropped
  };

  AresLane(Shared& shared, const Endpoint& resolver, int64_t timeout_us);
  ~AresLane();
  AresLane(const AresLane&) = delete;
  AresLane& operator=(const AresLane&) = delete;

  // False: the lane is full, has no socket, or takes no more.
  [[nodiscard]] bool has_room() const {
    return is_open_ && book_.size() < capacity_ && asked_ < limits::kLaneQueriesMax;
  }
  // It never has room again: c-ares has closed the socket, or its port has been used for long
  // enough that somebody may have found it out (RFC 5452 §9.2).
  [[nodiscard]] bool is_retired() const { return !is_open_ || asked_ >= limits::kLaneQueriesMax; }
  [[nodiscard]] bool idle() const { return book_.size() == 0; }
  [[nodiscard]] size_t in_flight() const { return book_.size(); }
  // Requires: has_room().
  void ask(const asking::DnsQuery& query);
  // Sends what was asked since the last flush.
  void flush();
  // Ends what has waited for its whole time.
  void expire(int64_t now_us);

 private:
  // What a datagram answers; no `query`: nothing, it is forged or too late.
  struct Match {
    OpenQuery* query = nullptr;
    bool kept_case = true;
  };

  static ares_socket_t on_socket(int family, int type, int protocol, void* lane);
  static int on_close(ares_socket_t fd, void* lane);
  static int on_connect(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void* lane);
  static ares_ssize_t on_receive(ares_socket_t fd, void* buffer, size_t size, int flags,
                                 sockaddr* from, ares_socklen_t* from_size, void* lane);
  static ares_ssize_t on_send(ares_socket_t fd, const iovec* parts, int count, void* lane);
  static void on_done(void* query, int status, int timeouts, unsigned char* bytes, int size);

  [[nodiscard]] Match match(std::span<const uint8_t> datagram) const;
  ares_ssize_t receive(std::span<uint8_t> out);
  [[nodiscard]] std::optional<std::span<const uint8_t>> next_datagram();
  void settle(OpenQuery& query, asking::ReplyKind kind);
  void let_go(OpenQuery& query);
  void take_over_sockets();
  void send_asked(std::span<const uint8_t> rewritten);
  void watch(bool for_room);

  Shared& shared_;
  sockaddr_storage peer_{};
  ares_socklen_t peer_size_ = 0;
  const int64_t timeout_us_;
  std::unique_ptr<UdpPort> port_;
  bool is_open_;
  const uint32_t capacity_;
  std::unique_ptr<SocketWatch> watch_;
  QueryIds ids_;
  QueryBook book_;
  OpenQuery* asking_ = nullptr;           // while c-ares is being asked
  std::span<uint8_t> packet_;             // what it asks, as we wrote it
  uint32_t asked_ = 0;                    // since it was opened
  uint32_t receive_budget_ = 0;           // batches
  std::unique_ptr<AresChannel> channel_;  // last: its end calls back into the members above
};

}  // namespace mxbulk::net
