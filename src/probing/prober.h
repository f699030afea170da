// Connects to mail servers. src/net implements it over sockets, src/lab and the simulation without.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/ip_address.h"
#include "model/trace_sink.h"

namespace mxbulk::probing {

// One connection to one mail server.
struct ProbeDial {
  uint64_t ticket = 0;    // the caller's; unique among those not yet reported
  IpAddress address;      // vetted: it is dialled as it stands
  std::string_view host;  // a name it goes by (text form): for SNI; borrowed for the call
};

class ProbeSink {
 public:
  virtual ~ProbeSink() = default;
  virtual void on_probe(const ProbeReport& report) = 0;
};

// One loop thread only. Each dial() is followed by exactly one on_probe(), never inside dial(). How
// deep, from where and how long is the implementation's own, the same for all.
class Prober {
 public:
  virtual ~Prober() = default;
  virtual void dial(const ProbeDial& dial) = 0;
};

// A Prober that a loop drives. What is dialled counts its time from the last deliver().
class DrivenProber : public Prober {
 public:
  // Reports what has ended by `now_us`. Once a turn of the loop.
  virtual void deliver(ProbeSink& sink, int64_t now_us) = 0;
  // On the clock of `now_us`; the largest number where nothing is out.
  [[nodiscard]] virtual int64_t next_wake_us() const = 0;
};

}  // namespace mxbulk::probing
