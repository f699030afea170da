// Connects to mail servers. src/net implements it over sockets, src/lab and the simulation without.
//
// Threads: one loop thread. Ownership: names are borrowed for one call.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/ip_address.h"
#include "model/trace_sink.h"

namespace mxbulk::probing {

// One connection to one mail server.
struct ProbeDial {
  uint64_t ticket = 0;    // the caller's; unique among those not yet reported
  IpAddress address;      // allowed by the address policy and the exclusions
  std::string_view host;  // a name it goes by (text form): for SNI; borrowed for the call
};

class ProbeSink {
 public:
  virtual ~ProbeSink() = default;
  virtual void on_probe(const ProbeReport& report) = 0;
};

// Each dial() is followed by exactly one on_probe(), never inside dial(). Depth, source address and
// timeouts are the implementation's settings, the same for all connections.
class Prober {
 public:
  virtual ~Prober() = default;
  virtual void dial(const ProbeDial& dial) = 0;
};

// A Prober that a loop drives. The time of a connection counts from the last deliver().
class DrivenProber : public Prober {
 public:
  // Reports what has ended by `now_us`. Once in each iteration of the loop.
  virtual void deliver(ProbeSink& sink, int64_t now_us) = 0;
  // On the clock of `now_us`; the largest number if no connection is out.
  [[nodiscard]] virtual int64_t next_wake_us() const = 0;
};

}  // namespace mxbulk::probing
