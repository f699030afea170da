// Questions to one resolver over one UDP socket, through one c-ares channel.
//
// c-ares keeps the books (what is in flight, when its time is over); the lane keeps the bytes: it
// compares ID and question of every datagram before c-ares sees it, drops what does not match, and
// hands c-ares no more than an empty answer, so that nothing in it can close the socket, resend, or
// clip. Threads: one loop thread. Ownership: owns channel and socket.
#pragma once

#include <ares.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "dns/message.h"
#include "engine/ports.h"
#include "net/ares_channel.h"
#include "net/loop.h"
#include "net/query_ids.h"
#include "net/random_pool.h"
#include "net/reply_box.h"
#include "net/udp_port.h"

namespace mxbulk::net {

class AresLane {
 public:
  // `forged` counts datagrams that were dropped.
  AresLane(Loop& loop, const Endpoint& resolver, int64_t timeout_us, ReplyBox& replies,
           uint64_t& forged);
  ~AresLane();
  AresLane(const AresLane&) = delete;
  AresLane& operator=(const AresLane&) = delete;

  // False: the lane is full, or has no socket.
  [[nodiscard]] bool has_room() const { return is_open_ && in_flight_ < capacity_; }
  // False once c-ares has closed the socket, for good.
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] bool idle() const { return in_flight_ == 0; }
  [[nodiscard]] uint32_t in_flight() const { return in_flight_; }
  // Requires: has_room().
  void ask(const engine::DnsQuery& query);
  // Sends what was asked since the last flush.
  void flush();
  // Lets c-ares find the queries whose time is over.
  void expire();

 private:
  struct Pending {
    AresLane* lane = nullptr;
    Pending* next = nullptr;  // in its bucket
    uint64_t ticket = 0;
    uint16_t id = 0;
    bool has_reply = false;
    bool takes_any_case = false;
    uint16_t question_size = 0;  // header not counted
    std::array<uint8_t, limits::kNameWireOctetsMax + 4> question{};
  };

  // What a datagram answers; no `pending`: nothing, it is forged or too late.
  struct Match {
    Pending* pending = nullptr;
    bool kept_case = true;
  };

  static ares_socket_t on_socket(int family, int type, int protocol, void* lane);
  static int on_close(ares_socket_t fd, void* lane);
  static int on_connect(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void* lane);
  static ares_ssize_t on_receive(ares_socket_t fd, void* buffer, size_t size, int flags,
                                 sockaddr* from, ares_socklen_t* from_size, void* lane);
  static ares_ssize_t on_send(ares_socket_t fd, const iovec* parts, int count, void* lane);
  static void on_done(void* pending, int status, int timeouts, unsigned char* bytes, int size);

  [[nodiscard]] Pending*& bucket_of(uint16_t id) { return by_id_[id & (by_id_.size() - 1)]; }
  [[nodiscard]] Pending* find(uint16_t id);
  void forget(const Pending& pending);
  [[nodiscard]] Match match(std::span<const uint8_t> datagram);
  ares_ssize_t receive(std::span<uint8_t> out);
  void settle(Pending& pending, int status);
  void watch(bool for_room);

  Loop& loop_;
  ReplyBox& replies_;
  uint64_t& forged_;
  sockaddr_storage peer_{};
  ares_socklen_t peer_size_ = 0;
  std::unique_ptr<UdpPort> port_;
  std::unique_ptr<SocketWatch> watch_;
  RandomPool random_;
  QueryIds ids_;
  std::vector<Pending*> by_id_;  // buckets of those in flight; IDs are random, so they spread
  std::deque<Pending> pool_;
  std::vector<Pending*> free_;
  uint32_t in_flight_ = 0;
  uint32_t capacity_ = 1;
  uint32_t receive_budget_ = 0;
  bool is_open_ = false;
  std::unique_ptr<AresChannel> channel_;  // last: its end calls back into the members above
};

}  // namespace mxbulk::net
