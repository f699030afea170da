// Reads the greetings of mail servers on port 25, thousands at once: the prober over sockets.
//
// What a server sends is passed on octet by octet; the code that prints it escapes it.
//
// Threads: one loop thread. Ownership: owns its sockets, which its destructor closes at once;
// borrows the loop.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/timer_wheel.h"
#include "mxbulk/options.h"
#include "net/epoll_set.h"
#include "net/loop.h"
#include "net/smtp_session.h"
#include "probing/prober.h"

namespace mxbulk::net {

struct ProbeSettings {
  ProbeDepth depth = ProbeDepth::kConnect;  // not kOff
  uint16_t port = 25;
  int64_t timeout_us = 10'000'000;  // of a whole connection
  std::string helo;                 // from kEhlo on
  std::optional<IpAddress> source;  // of the other family: kNoRoute
};

class SmtpProber final : public probing::DrivenProber {
 public:
  SmtpProber(Loop& loop, const ProbeSettings& settings);

  void dial(const probing::ProbeDial& dial) override;
  // Reads and answers what has arrived, applies the time limits that are due, reports the
  // connections that have ended.
  void deliver(probing::ProbeSink& sink, int64_t now_us) override;
  [[nodiscard]] int64_t next_wake_us() const override;
  // Connections not yet reported.
  [[nodiscard]] size_t open() const { return sessions_.size() - free_.size(); }

 private:
  struct Slot {
    SmtpSession session;
    uint32_t generation = 0;  // counts the connections, so that a timer of an earlier one is known
    uint32_t watched_events = 0;  // 0: not watched yet
    int64_t timer_us = 0;         // the earliest timer that is set for it
  };
  struct TimerKey {
    uint32_t index;
    uint32_t generation;
  };

  void serve_ready();
  // Called after each event of a connection: watches it, sets its timer, or ends it.
  void after_event(uint32_t index);
  void watch(uint32_t index);
  void on_timer(TimerKey key);

  const std::unique_ptr<const TlsContext> tls_;  // at depth kStarttls
  const SmtpRules rules_;
  EpollSet sockets_;
  std::deque<Slot> sessions_;  // used again; they never move
  std::vector<uint32_t> free_;
  std::vector<uint32_t> ended_;      // to be reported
  std::vector<uint32_t> reporting_;  // the same, while deliver() reports them
  TimerWheel<TimerKey> timers_;
  int64_t now_us_ = 0;
  std::array<char, limits::kProbeReadBytes> buffer_{};
};

}  // namespace mxbulk::net
