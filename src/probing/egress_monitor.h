// Is a port closed by its host, or is this machine's own egress blocked? One monitor for each
// address family, because many machines have a route for IPv6 that leads nowhere.
//
// A host counts as closed only if others opened before it was dialled, at the same time, and soon
// after it failed. Those at the same time and after are control probes: connections to hosts that
// opened earlier in this run.
//
// Pure. Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/limits.h"
#include "base/strong_id.h"

namespace mxbulk::probing {

class EgressMonitor {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  enum class Proof : uint8_t {
    kPending,       // another host may still open
    kClosed,        // another host opened soon after: the port is closed
    kInconclusive,  // none did in time
  };

  // A host dialled at `dialled_us` opened.
  void on_open(int64_t dialled_us);
  // A host that opened, and may be dialled again.
  void add_control(IpId host);
  void on_closed() {
    ++closed_;
    ++closed_in_row_;
  }
  void on_control_closed(int64_t now_us);

  // What later openings prove about a connection that failed at `ended_us`.
  [[nodiscard]] Proof proof_of_failure(int64_t ended_us, int64_t now_us) const;

  [[nodiscard]] bool has_opened() const { return opening_dialled_us_ >= 0; }
  [[nodiscard]] bool has_control() const { return control_count_ > 0; }
  // Closed connections since the start, or since the last opening.
  [[nodiscard]] uint32_t closed() const { return closed_; }
  [[nodiscard]] bool is_doubtful() const {
    return has_control() && closed_in_row_ >= limits::kEgressDoubtAfter;
  }
  // The control probes do not open either.
  [[nodiscard]] bool is_unresponsive() const { return unresponsive_since_us_ != kNever; }
  // Neither controls nor other hosts have opened for longer than a restart takes. `nothing_else`:
  // no other host is left to be dialled.
  [[nodiscard]] bool is_lost(int64_t now_us, bool nothing_else) const {
    return is_unresponsive() && now_us - unresponsive_since_us_ >= limits::kEgressPatienceUs &&
           (nothing_else || is_doubtful());
  }

  // The host to dial now as a control probe; nullopt if none is known, or it is too soon. Each call
  // gives the next one.
  std::optional<IpId> next_control(int64_t now_us);
  // When next_control() gives one again.
  [[nodiscard]] int64_t control_due_us() const { return pause_until_us_; }

 private:
  uint32_t closed_ = 0;
  uint32_t closed_in_row_ = 0;
  int64_t opening_dialled_us_ = -1;  // the last opening is not older
  int64_t unresponsive_since_us_ = kNever;
  int64_t pause_until_us_ = 0;
  uint32_t unresponsive_in_row_ = 0;
  std::array<IpId, limits::kControls> controls_;  // the last that opened
  size_t control_count_ = 0;
  size_t next_place_ = 0;  // of the next that opens
  size_t next_control_ = 0;
};

}  // namespace mxbulk::probing
