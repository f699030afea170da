// A small DNS server in this process: real UDP and TCP sockets on loopback, a zone in memory, and a
// script of misbehaviour. `--resolver lab` and the tests use the same one.
//
// Threads: one thread of its own with poll(2), started by start(), joined by the destructor. The
// public calls are safe from any thread. Ownership: owns zone, sockets and thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lab/zone.h"
#include "mxbulk/status.h"

namespace mxbulk::lab {

// What happens to every answer of the server. Changeable while it runs.
struct Weather {
  uint32_t delay_ms = 0;
  uint32_t jitter_ms = 0;     // 0..jitter_ms more, drawn for each answer
  double loss = 0.0;          // share of questions that are never answered
  int rcode = -1;             // 0..15: for every question, whatever the zone says
  bool truncate_udp = false;  // every UDP answer is empty with TC set
  bool drop_tcp = false;      // TCP connections are closed at once
  bool garbage = false;       // random bytes behind the right ID
  // Before each answer: wrong ID, wrong question, from a wrong port, letters in another case. Not
  // under `invalid`, where nobody can guess the name.
  bool forge = false;
  bool answers_all = false;  // every name has an address; the root alone has other records
  bool denies_all = false;   // no name exists, not even the root
  bool folds_case = false;   // the question comes back in lower case
  uint64_t seed = 1;         // of loss, jitter and garbage
};

class DnsServer {
 public:
  struct Counters {
    uint64_t udp_questions = 0;
    uint64_t tcp_questions = 0;
    uint64_t answers = 0;
  };

  // Binds 127.0.0.1 at `port` (0 = any free one) for UDP and TCP. Errors: kInternal.
  static Result<std::unique_ptr<DnsServer>> start(Zone zone, Weather weather = {},
                                                  uint16_t port = 0);
  virtual ~DnsServer() = default;

  [[nodiscard]] virtual uint16_t port() const = 0;
  virtual void set_weather(const Weather& weather) = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
};

// The zone that is built into the program: data/lab.zone.
[[nodiscard]] std::string_view builtin_zone_text();

}  // namespace mxbulk::lab
