#include "net/tcp_channel.h"

#include "base/limits.h"

namespace mxbulk::net {

TcpChannel::TcpChannel(Loop& loop, const Endpoint& resolver, int64_t timeout_us, RandomPool& random,
                       ReplyBox& replies)
    : loop_(loop),
      resolver_(resolver),
      timeout_us_(timeout_us),
      replies_(replies),
      random_(random),
      shared_(make_line()) {}

std::unique_ptr<TcpChannel::Line> TcpChannel::make_line() {
  auto line = std::make_unique<Line>();
  line->owner = this;
  line->channel = std::make_unique<CaresChannel>(resolver_, ARES_FLAG_USEVC, timeout_us_,
                                                 on_socket_state, line.get());
  return line;
}

void TcpChannel::ask(const asking::DnsQuery& query) {
  if (!shared_->channel->ok() || in_flight_ >= limits::kUdpChannelInFlightMax) {
    replies_.add(query.ticket, asking::ReplyKind::kLocalTrouble);
    return;
  }
  if (free_.empty()) {
    pool_.emplace_back();
    free_.push_back(&pool_.back());
  }
  Pending& pending = *free_.back();
  free_.pop_back();
  pending.owner = this;
  pending.ticket = query.ticket;
  pending.id = ids_.take(random_);
  pending.is_alone = false;
  pending.size = static_cast<uint16_t>(
      dns::build_query(pending.packet, pending.id, query.name, query.type, query.edns));
  ++in_flight_;
  send(*shared_, pending);
}

void TcpChannel::expire() {
  if (in_flight_ == 0) return;
  ares_process_fd(shared_->channel->get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  if (alone_is_busy_) ares_process_fd(alone_->channel->get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  ask_next_alone();
}

void TcpChannel::send(Line& line, Pending& pending) {
  send_over_tcp(line.channel->get(), std::span(pending.packet).first(pending.size), pending);
}

// Never from within a callback of c-ares: the connection that calls may be the one that is removed.
void TcpChannel::ask_next_alone() {
  while (!alone_is_busy_ && !left_alone_.empty()) {
    Pending& pending = *left_alone_.front();
    left_alone_.pop_front();
    alone_ = make_line();
    if (!alone_->channel->ok()) {
      finish(pending, asking::ReplyKind::kLocalTrouble);
      continue;
    }
    alone_is_busy_ = true;
    send(*alone_, pending);
  }
}

void TcpChannel::on_socket_state(void* data, ares_socket_t fd, int readable, int writable) {
  auto* const line = static_cast<Line*>(data);
  if (readable == 0 && writable == 0) {
    line->watches.erase(fd);
    return;
  }
  std::unique_ptr<SocketWatch>& watch = line->watches[fd];
  if (!watch) {
    const auto on_ready = [line, owner = line->owner, fd](bool can_read, bool can_write) {
      ares_process_fd(line->channel->get(), can_read ? fd : ARES_SOCKET_BAD,
                      can_write ? fd : ARES_SOCKET_BAD);
      owner->ask_next_alone();  // `line` may be deleted by it
    };
    watch = std::make_unique<SocketWatch>(line->owner->loop_.handle(), fd, on_ready);
  }
  watch->want(readable != 0, writable != 0);  // if it cannot be watched, its questions time out
}

void TcpChannel::on_done(Pending& pending, int status, std::span<const uint8_t> answer) {
  if (pending.is_alone) alone_is_busy_ = false;
  if (status == ARES_SUCCESS && !answer.empty()) {
    replies_.add(pending.ticket, answer);
    finish(pending, asking::ReplyKind::kBytes);
  } else if (status == ARES_ETIMEOUT) {
    finish(pending, asking::ReplyKind::kTimeout);
    if (pending.is_alone) give_up_on_waiting();
  } else if (!pending.is_alone && status != ARES_EDESTRUCTION &&
             left_alone_.size() < limits::kTcpLeftAloneMax) {
    pending.is_alone = true;
    pending.left_alone_at_us = loop_.now_us();
    left_alone_.push_back(&pending);
  } else {
    finish(pending, asking::ReplyKind::kLocalTrouble);
  }
}

// After a question that timed out: ends those that have waited as long. Later ones are still asked.
void TcpChannel::give_up_on_waiting() {
  const int64_t whole_ms = timeout_us_ / 1'000;  // as c-ares counts
  const int64_t left_by_us = loop_.now_us() - whole_ms * 1'000;
  while (!left_alone_.empty() && left_alone_.front()->left_alone_at_us <= left_by_us) {
    finish(*left_alone_.front(), asking::ReplyKind::kTimeout);
    left_alone_.pop_front();
  }
}

void TcpChannel::finish(Pending& pending, asking::ReplyKind kind) {
  if (kind != asking::ReplyKind::kBytes) replies_.add(pending.ticket, kind);
  ids_.give_back(pending.id);
  --in_flight_;
  free_.push_back(&pending);
}

}  // namespace mxbulk::net
