// Questions to one resolver over one UDP socket, through one c-ares channel.
//
// c-ares keeps the queries; UdpChannel is its socket (DatagramPort). It sends many packets at a
// time, and reads each datagram before c-ares does: it compares ID and question, drops what does
// not match, and keeps the answer with its query. c-ares gets header and question, which is what it
// needs to find the query and call back; then the query has its answer as it arrived. c-ares would
// clip the rest at 512 octets (1.18), or close the socket if it cannot parse it (1.34).
//
// It keeps the time too: a query that is overdue ends in the same way, without an answer.
//
// Threads: one loop thread. Ownership: owns the c-ares channel and the socket.
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
#include "net/cares_channel.h"
#include "net/loop.h"
#include "net/query_book.h"
#include "net/query_ids.h"
#include "net/random_pool.h"
#include "net/receive_batch.h"
#include "net/reply_box.h"
#include "net/udp_port.h"

namespace mxbulk::net {

class UdpChannel final : DatagramPort {
 public:
  // What all channels of a transport share; it outlives them.
  struct Shared {
    Loop& loop;
    ReplyBox& replies;
    RandomPool random{};
    ReceiveBatch received{};
    uint64_t forged = 0;  // datagrams that were dropped
  };

  UdpChannel(Shared& shared, const Endpoint& resolver, int64_t timeout_us);
  ~UdpChannel() override;
  UdpChannel(const UdpChannel&) = delete;
  UdpChannel& operator=(const UdpChannel&) = delete;

  // False: the channel is full, has no socket, or takes no more.
  [[nodiscard]] bool has_room() const {
    return is_open_ && book_.size() < capacity_ && asked_ < limits::kUdpChannelQueriesMax;
  }
  // It never has room again: c-ares has closed the socket, or its port has been used for long
  // enough that a forger may have found it (RFC 5452 §9.2).
  [[nodiscard]] bool is_retired() const {
    return !is_open_ || asked_ >= limits::kUdpChannelQueriesMax;
  }
  [[nodiscard]] bool idle() const { return book_.size() == 0; }
  [[nodiscard]] size_t in_flight() const { return book_.size(); }
  // Requires: has_room().
  void ask(const asking::DnsQuery& query);
  // Sends what was asked since the last flush.
  void flush();
  // Ends what has waited for its whole time.
  void expire(int64_t now_us);

 private:
  friend struct OpenQuery;  // on_done()

  // What a datagram answers; no `query`: nothing, it is forged or too late.
  struct Match {
    OpenQuery* query = nullptr;
    bool kept_case = true;
  };

  ares_socket_t open_port() override;
  void close_port() override;
  bool connect_port(const Peer& peer) override;
  void send_packet(std::span<const uint8_t> packet) override;
  std::optional<Ended> next_ended() override;

  void read();
  void process();
  [[nodiscard]] OpenQuery* end_next();
  [[nodiscard]] Match match(std::span<const uint8_t> datagram) const;
  void on_done(OpenQuery& query, int status);
  void report(OpenQuery& query, asking::ReplyKind without_answer);
  void watch(bool for_room);

  Shared& shared_;
  const int64_t timeout_us_;
  std::unique_ptr<UdpPort> port_;
  bool is_open_;
  const uint32_t capacity_;
  std::unique_ptr<SocketWatch> watch_;
  QueryIds ids_;
  QueryBook book_;
  OpenQuery* asking_ = nullptr;            // while c-ares is being asked
  std::span<uint8_t> packet_;              // what it asks, as we wrote it
  std::vector<OpenQuery*> ended_;          // by the call into c-ares that is being made
  int64_t expired_by_us_ = 0;              // those with a deadline up to it end
  uint32_t asked_ = 0;                     // since it was opened
  std::unique_ptr<CaresChannel> channel_;  // last: its end calls back into the members above
};

}  // namespace mxbulk::net
