#include "net/tcp_lane.h"

#include <array>

#include "dns/message.h"

namespace mxbulk::net {

TcpLane::TcpLane(Loop& loop, const Endpoint& resolver, int64_t timeout_us, ReplyBox& replies)
    : loop_(loop),
      replies_(replies),
      channel_(std::make_unique<AresChannel>(resolver, ARES_FLAG_USEVC, timeout_us,
                                             on_socket_state, this)) {}

void TcpLane::ask(const engine::DnsQuery& query) {
  if (!channel_->ok() || in_flight_ >= 16'384) {
    replies_.add(query.ticket, engine::ReplyKind::kLocalTrouble);
    return;
  }
  if (free_.empty()) {
    pool_.emplace_back();
    free_.push_back(&pool_.back());
  }
  Pending* const pending = free_.back();
  free_.pop_back();
  *pending = {this, query.ticket, ids_.take()};
  std::array<uint8_t, dns::kQueryBytesMax> packet{};
  const size_t size = dns::build_query(packet, pending->id, query.name, query.type, query.edns);
  ++in_flight_;
  ares_send(channel_->get(), packet.data(), static_cast<int>(size), on_done, pending);
}

void TcpLane::expire() {
  if (in_flight_ > 0) ares_process_fd(channel_->get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void TcpLane::on_socket_state(void* data, ares_socket_t fd, int readable, int writable) {
  auto* const lane = static_cast<TcpLane*>(data);
  if (readable == 0 && writable == 0) {
    lane->watches_.erase(fd);
    return;
  }
  std::unique_ptr<SocketWatch>& watch = lane->watches_[fd];
  if (!watch) {
    watch = std::make_unique<SocketWatch>(
        lane->loop_.handle(), fd, [lane, fd](bool can_read, bool can_write) {
          ares_process_fd(lane->channel_->get(), can_read ? fd : ARES_SOCKET_BAD,
                          can_write ? fd : ARES_SOCKET_BAD);
        });
  }
  watch->want(readable != 0, writable != 0);
}

void TcpLane::on_done(void* data, int status, int, unsigned char* bytes, int size) {
  auto* const pending = static_cast<Pending*>(data);
  TcpLane& lane = *pending->lane;
  if (status == ARES_SUCCESS && bytes != nullptr && size > 0) {
    lane.replies_.add(pending->ticket, {bytes, static_cast<size_t>(size)});
  } else {
    const bool is_timeout = status == ARES_ETIMEOUT;
    lane.replies_.add(pending->ticket, is_timeout ? engine::ReplyKind::kTimeout
                                                  : engine::ReplyKind::kLocalTrouble);
  }
  lane.ids_.give_back(pending->id);
  --lane.in_flight_;
  lane.free_.push_back(pending);
}

}  // namespace mxbulk::net
