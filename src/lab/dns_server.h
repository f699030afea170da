// A small DNS server in this process: real UDP and TCP sockets on loopback, and a zone in memory.
// `--resolver lab` and the tests use the same one.
//
// Threads: one thread of its own with poll(2), started by start(), joined by the destructor. The
// public calls are safe from any thread. Ownership: owns zone, sockets and thread.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/zone.h"
#include "mxbulk/status.h"

namespace mxbulk::lab {

// One question, and what the server sends for it.
struct Exchange {
  std::span<const uint8_t> query;  // one that can be answered
  bool over_tcp = false;
  sockaddr_in peer{};                   // over UDP
  std::vector<std::string> messages{};  // sent in this order: the answer from the zone, or none
  bool closes_tcp = false;              // the connection is closed instead
  int64_t delay_us = 0;                 // until they are sent
};

// Called on the server's thread before anything is sent; may change all but the question. Tests use
// it to play a resolver that misbehaves.
using AnswerHook = std::function<void(Exchange& exchange)>;

class DnsServer {
 public:
  struct Counters {
    uint64_t udp_questions = 0;
    uint64_t tcp_questions = 0;
    uint64_t answers = 0;
  };

  // Binds 127.0.0.1 at `port` (0 = any free one) for UDP and TCP. Errors: kInternal.
  static Result<std::unique_ptr<DnsServer>> start(Zone zone, AnswerHook hook = {},
                                                  uint16_t port = 0);
  virtual ~DnsServer() = default;

  [[nodiscard]] virtual uint16_t port() const = 0;
  // For the questions from now on.
  virtual void set_answer_hook(AnswerHook hook) = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
};

// The zone that is built into the program: data/lab.zone.
[[nodiscard]] std::string_view builtin_zone_text();

}  // namespace mxbulk::lab
