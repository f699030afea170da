// One connection to one mail server, from dialling until it is closed: carries the bytes of an
// SmtpDialogue and sets its limits.
//
// Threads: one loop thread. Ownership: owns the socket; borrows the rules. Used again for one
// connection after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/tcp_connect.h"
#include "net/tls_client.h"
#include "probe/smtp_dialogue.h"
#include "probing/prober.h"

namespace mxbulk::net {

// What all connections have in common.
struct SmtpRules {
  probe::SmtpScript script;
  uint16_t port = 25;
  int64_t timeout_us = 0;  // of a whole connection
  std::optional<IpAddress> source;
  const TlsContext* tls = nullptr;  // for depth kStarttls
};

class SmtpSession {
 public:
  SmtpSession() = default;
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  // Requires: is_over(). `rules` must outlive the connection. May be over at once.
  void dial(const SmtpRules& rules, const probing::ProbeDial& dial, int64_t now_us);
  // `events` of epoll; reads once, into `buffer`. Requires: not is_over().
  void on_ready(uint32_t events, std::span<char> buffer, int64_t now_us);
  // limit_us() has come. Requires: not is_over().
  void on_limit(int64_t now_us);
  // There is no room to watch it.
  void give_up();

  // The socket is closed; report() is valid until dial().
  [[nodiscard]] bool is_over() const { return fd_ < 0; }
  [[nodiscard]] int fd() const { return fd_; }
  // What to wait for.
  [[nodiscard]] uint32_t events() const;
  [[nodiscard]] int64_t limit_us() const { return limit_us_; }
  [[nodiscard]] ProbeReport report();

 private:
  void on_connected(ConnectState state, int64_t now_us);
  void read(std::span<char> buffer, int64_t now_us);
  void receive(std::string_view bytes, int64_t now_us);
  void hear_inside_tls(std::string_view bytes, int64_t now_us);
  void begin_tls(int64_t now_us);
  void act(probe::SmtpDialogue::Step step, int64_t now_us);
  void say(std::string_view text);
  void flush();
  void restart_limit(int64_t now_us);
  void decide(ProbeReport::End end, ProbeOutcome outcome, int64_t now_us);
  void close_socket();

  const SmtpRules* rules_ = nullptr;
  int fd_ = -1;
  bool has_opened_ = false;
  bool is_decided_ = false;
  bool has_last_word_ = false;  // out, and perhaps not read yet
  bool has_peer_closed_ = false;
  bool has_waited_after_quit_ = false;
  int64_t began_us_ = 0;
  int64_t limit_us_ = 0;
  ProbeReport report_;
  std::string host_;
  std::string out_;   // what the system has not yet taken
  std::string note_;  // for a person: of TLS, or of what was no SMTP
  std::string remark_;
  probe::SmtpDialogue dialogue_;
  std::unique_ptr<TlsClient> tls_;
};

}  // namespace mxbulk::net
