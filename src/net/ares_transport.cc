#include "net/ares_transport.h"

#include <cassert>
#include <utility>

#include "base/limits.h"

namespace mxbulk::net {
namespace {

// How often c-ares looks for overdue queries: it goes through all of them, which would cost too
// much for each one.
constexpr int64_t kExpireEveryUs = 50'000;

}  // namespace

AresTransport::AresTransport(Loop& loop, std::vector<Endpoint> resolvers, int64_t timeout_us)
    : loop_(loop), timeout_us_(timeout_us), shared_{.loop = loop_, .replies = replies_} {
  for (Endpoint& resolver : resolvers) upstreams_.push_back({resolver, {}, nullptr});
}

void AresTransport::ask(const asking::DnsQuery& query) {
  assert(query.timeout_us == timeout_us_);
  Upstream& upstream = upstreams_[query.upstream];
  if (query.proto == Proto::kTcp) {
    if (!upstream.tcp) {
      upstream.tcp = std::make_unique<TcpChannel>(loop_, upstream.resolver, timeout_us_,
                                                  shared_.random, replies_);
    }
    upstream.tcp->ask(query);
    return;
  }
  UdpChannel* const channel = channel_with_room(upstream);
  if (channel == nullptr) {
    replies_.add(query.ticket, asking::ReplyKind::kLocalTrouble);
    loop_.wake();  // nothing else would wake it for this reply
    return;
  }
  channel->ask(query);
  if (!replies_.empty()) loop_.wake();  // c-ares refused it at once
}

// The first that has: filling one before the next keeps batches large.
UdpChannel* AresTransport::channel_with_room(Upstream& upstream) {
  // A channel that could not connect (no route to the resolver) is replaced too: it may come back.
  std::erase_if(upstream.channels,
                [](const auto& channel) { return channel->is_retired() && channel->idle(); });
  for (const std::unique_ptr<UdpChannel>& channel : upstream.channels) {
    if (channel->has_room()) return channel.get();
  }
  if (upstream.channels.size() >= limits::kUdpChannelsMax) return nullptr;
  auto channel = std::make_unique<UdpChannel>(shared_, upstream.resolver, timeout_us_);
  if (!channel->has_room()) return nullptr;
  upstream.channels.push_back(std::move(channel));
  return upstream.channels.back().get();
}

void AresTransport::deliver(asking::DnsReplySink& sink, int64_t now_us) {
  if (now_us - expired_at_us_ >= kExpireEveryUs) {
    expired_at_us_ = now_us;
    for (Upstream& upstream : upstreams_) {
      for (const std::unique_ptr<UdpChannel>& channel : upstream.channels)
        channel->expire(loop_.now_us());
      if (upstream.tcp) upstream.tcp->expire();
    }
  }
  delivered_ += replies_.deliver(sink);
}

int64_t AresTransport::gather_us(int64_t now_us) {
  size_t in_flight = 0;
  for (const Upstream& upstream : upstreams_) {
    for (const std::unique_ptr<UdpChannel>& channel : upstream.channels)
      in_flight += channel->in_flight();
  }
  return gathering_.pause_us(now_us, std::exchange(delivered_, 0), in_flight);
}

size_t AresTransport::channels() const {
  size_t count = 0;
  for (const Upstream& upstream : upstreams_) count += upstream.channels.size();
  return count;
}

void AresTransport::flush() {
  for (Upstream& upstream : upstreams_) {
    for (const std::unique_ptr<UdpChannel>& channel : upstream.channels) channel->flush();
  }
}

}  // namespace mxbulk::net
