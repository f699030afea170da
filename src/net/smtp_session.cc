#include "net/smtp_session.h"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace mxbulk::net {
namespace {

using End = ProbeReport::End;
using Phase = probe::SmtpDialogue::Phase;
using Step = probe::SmtpDialogue::Step;

// Of the whole time. With 10 s, SYNs go out at 0, 1, 3 and 7 s, and the last one may be answered.
int64_t connect_limit_us(int64_t whole_us) {
  return whole_us / 4 * 3;
}

int64_t phase_limit_us(Phase phase, int64_t whole_us) {
  switch (phase) {
    case Phase::kGreeting: return whole_us;
    case Phase::kEhlo:
    case Phase::kHelo:
    case Phase::kStarttls:
    case Phase::kTls: return whole_us / 2;
    case Phase::kQuit:
    case Phase::kOver: break;
  }
  return whole_us / 10;
}

// If the connection did not open.
ProbeOutcome closed_outcome(ConnectState state) {
  if (state == ConnectState::kRefused) return ProbeOutcome::kTcpRefused;
  return state == ConnectState::kTimeout ? ProbeOutcome::kTcpTimeout
                                         : ProbeOutcome::kTcpUnreachable;
}

End end_of(ConnectState state) {
  if (state == ConnectState::kNoRoom) return End::kNoRoom;
  return state == ConnectState::kNoRoute ? End::kNoRoute : End::kOutcome;
}

// Closing resets the connection: no port is left in TIME_WAIT.
void reset_at_close(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// The other side's system has acknowledged all that was sent (tcp(7)).
bool is_all_taken(int fd) {
  int left = 0;
  return ioctl(fd, SIOCOUTQ, &left) == 0 && left == 0;
}

}  // namespace

SmtpSession::~SmtpSession() {
  if (fd_ >= 0) close(fd_);
}

void SmtpSession::dial(const SmtpRules& rules, const probing::ProbeDial& dial, int64_t now_us) {
  assert(is_over());
  rules_ = &rules;
  report_ = {};
  report_.ticket = dial.ticket;
  host_ = dial.host;
  out_.clear();
  note_.clear();
  has_opened_ = is_decided_ = has_last_word_ = has_peer_closed_ = has_waited_after_quit_ = false;
  began_us_ = now_us;
  limit_us_ = now_us + connect_limit_us(rules.timeout_us);
  const ConnectStart start = begin_connect({dial.address, rules.port}, rules.source);
  fd_ = start.fd;
  if (start.state != ConnectState::kUnderWay) on_connected(start.state, now_us);
}

uint32_t SmtpSession::events() const {
  if (!has_opened_) return EPOLLOUT;
  return out_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
}

void SmtpSession::on_ready(uint32_t events, std::span<char> buffer, int64_t now_us) {
  if (!has_opened_) {
    on_connected(finish_connect(fd_), now_us);
    return;  // what the server has said already makes it ready again
  }
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & ~EPOLLOUT) != 0) read(buffer, now_us);
}

void SmtpSession::on_connected(ConnectState state, int64_t now_us) {
  if (state != ConnectState::kOpen) {
    decide(end_of(state), closed_outcome(state), now_us);
    close_socket();
    return;
  }
  has_opened_ = true;
  report_.opened_ms = static_cast<uint32_t>((now_us - began_us_) / 1'000);
  dialogue_.begin(rules_->script);
  act(Step::kWait, now_us);
  restart_limit(now_us);
}

void SmtpSession::on_limit(int64_t now_us) {
  if (has_opened_) {
    has_waited_after_quit_ = dialogue_.phase() == Phase::kQuit;
    act(dialogue_.on_limit(), now_us);
  } else {
    on_connected(ConnectState::kTimeout, now_us);
  }
}

void SmtpSession::give_up() {
  decide(End::kNoRoom, ProbeOutcome::kSkipped, began_us_);
  close_socket();
}

void SmtpSession::read(std::span<char> buffer, int64_t now_us) {
  const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
  if (size > 0) {
    receive({buffer.data(), static_cast<size_t>(size)}, now_us);
    return;
  }
  if (size < 0 && (errno == EAGAIN || errno == EINTR || is_shortage(errno))) return;
  has_peer_closed_ = true;
  act(dialogue_.on_close(), now_us);
}

// Plain text after the server's 220 to STARTTLS is dropped: a man in the middle could have injected
// it (CVE-2011-0411).
void SmtpSession::receive(std::string_view bytes, int64_t now_us) {
  if (tls_) {
    hear_inside_tls(bytes, now_us);
    return;
  }
  const std::string_view arrived = bytes;
  while (!bytes.empty() && !is_over() && !tls_) act(dialogue_.on_bytes(bytes), now_us);
  const bool is_garbage =
      is_over() && dialogue_.outcome() == ProbeOutcome::kNotSmtp && !dialogue_.code();
  if (is_garbage) note_ = probe::garbage_text(arrived);
}

void SmtpSession::begin_tls(int64_t now_us) {
  restart_limit(now_us);
  note_ = "TLS did not come up";
  tls_ = std::make_unique<TlsClient>(*rules_->tls, host_);
  out_ += tls_->take_unsent();
  flush();
  if (tls_->is_over()) act(dialogue_.on_tls(false), now_us);
}

void SmtpSession::hear_inside_tls(std::string_view bytes, int64_t now_us) {
  std::string plain;
  tls_->receive(bytes, plain);
  out_ += tls_->take_unsent();  // if it failed, the alert that says so
  flush();
  const bool is_over_now = tls_->is_over();
  if (dialogue_.phase() == Phase::kTls && (tls_->has_come_up() || is_over_now)) {
    note_ = tls_->remark();
    has_last_word_ = true;
    act(dialogue_.on_tls(tls_->has_come_up()), now_us);
  }
  for (std::string_view rest = plain; !rest.empty() && !is_over();) {
    act(dialogue_.on_bytes(rest), now_us);
  }
  if (is_over_now && !is_over()) act(dialogue_.on_close(), now_us);
}

void SmtpSession::act(Step step, int64_t now_us) {
  if (dialogue_.is_decided()) decide(End::kOutcome, dialogue_.outcome(), now_us);
  switch (step) {
    case Step::kWait: break;
    case Step::kSend:
      has_last_word_ = dialogue_.phase() == Phase::kQuit;
      restart_limit(now_us);
      say(dialogue_.to_send());
      break;
    case Step::kBeginTls: begin_tls(now_us); break;
    case Step::kClose: close_socket(); break;
  }
}

// Our commands fit any socket's buffer, but the system may be short of memory.
void SmtpSession::say(std::string_view text) {
  if (tls_) {
    tls_->say(text);
    out_ += tls_->take_unsent();
  } else {
    out_ += text;
  }
  flush();
}

// If the peer has closed, the next read shows it.
void SmtpSession::flush() {
  if (out_.empty()) return;
  const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    out_.erase(0, static_cast<size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR && !is_shortage(errno)) {
    out_.clear();
  }
}

void SmtpSession::restart_limit(int64_t now_us) {
  const int64_t whole_us = rules_->timeout_us;
  limit_us_ = std::min(began_us_ + whole_us, now_us + phase_limit_us(dialogue_.phase(), whole_us));
}

void SmtpSession::decide(End end, ProbeOutcome outcome, int64_t now_us) {
  if (is_decided_) return;
  is_decided_ = true;
  report_.end = end;
  if (end == End::kOutcome) report_.outcome = outcome;
  report_.elapsed_ms = static_cast<uint32_t>((now_us - began_us_) / 1'000);
}

// The side that closes first gets TIME_WAIT, except by a reset. A reset must not overtake a QUIT
// that the server has not read. If the server does not answer QUIT, it had time to read what its
// system has acknowledged.
void SmtpSession::close_socket() {
  if (fd_ < 0) return;
  const bool may_reset =
      !has_last_word_ || dialogue_.is_quit_taken() || (has_waited_after_quit_ && is_all_taken(fd_));
  if (has_opened_ && !has_peer_closed_ && may_reset) reset_at_close(fd_);
  close(fd_);
  fd_ = -1;
  tls_.reset();
}

ProbeReport SmtpSession::report() {
  assert(is_over());
  report_.has_opened = has_opened_;
  remark_.clear();
  if (has_opened_) {
    report_.has_smtputf8 = dialogue_.has_smtputf8();
    report_.code = dialogue_.code().value_or(0);
    report_.greeting = dialogue_.greeting();
    remark_ = probe::offer_text(dialogue_.offer());
    if (!remark_.empty() && !note_.empty()) remark_ += "; ";
    remark_ += note_;
  }
  report_.remark = remark_;
  return report_;
}

}  // namespace mxbulk::net
