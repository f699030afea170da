// DnsTransport over real sockets: for each resolver as many UDP channels as its questions in flight
// need, and one for TCP.
//
// Threads: one loop thread. Ownership: borrows the loop, which outlives it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "asking/dns_transport.h"
#include "model/endpoint.h"
#include "net/gathering.h"
#include "net/loop.h"
#include "net/reply_box.h"
#include "net/tcp_channel.h"
#include "net/udp_channel.h"

namespace mxbulk::net {

class AresTransport final : public asking::DnsTransport {
 public:
  // `timeout_us` of every try; DnsQuery::timeout_us must equal it.
  AresTransport(Loop& loop, std::vector<Endpoint> resolvers, int64_t timeout_us);

  void ask(const asking::DnsQuery& query) override;

  // Hands over what has arrived since the last call.
  void deliver(asking::DnsReplySink& sink, int64_t now_us);
  // Sends what was asked since the last call.
  void flush();
  // Call at the end of each loop iteration: how long the loop should sleep before its next poll, so
  // that answers gather.
  [[nodiscard]] int64_t gather_us(int64_t now_us);

  // Datagrams that answered no question of ours.
  [[nodiscard]] uint64_t forged() const { return shared_.forged; }
  // UDP sockets to all resolvers together.
  [[nodiscard]] size_t channels() const;

 private:
  struct Upstream {
    Endpoint resolver;
    std::vector<std::unique_ptr<UdpChannel>> channels;
    std::unique_ptr<TcpChannel> tcp;
  };

  UdpChannel* channel_with_room(Upstream& upstream);

  Loop& loop_;
  int64_t timeout_us_;
  int64_t expired_at_us_ = 0;
  size_t delivered_ = 0;  // answers, since the last gather_us()
  Gathering gathering_;
  ReplyBox replies_;
  UdpChannel::Shared shared_;
  std::vector<Upstream> upstreams_;
};

}  // namespace mxbulk::net
