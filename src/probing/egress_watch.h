// Is a closed port the host's doing, or is our own way out closed? One watch for each address
// family, since many machines have a route for IPv6 that leads nowhere.
//
// A host counts as closed only where others opened before it was dialled, beside it, and soon after
// it failed. Those beside and after are witnesses: hosts that opened earlier in this run.
//
// Pure: times come in as arguments. Threads: plain value of one loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/limits.h"
#include "base/strong_id.h"

namespace mxbulk::probing {

class EgressWatch {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  enum class Proof : uint8_t {
    kNone,    // an opening behind it may still come
    kClosed,  // one came soon
    kVoid,    // none did in time: it proves nothing
  };

  // Somebody opened, at `dialled_us` at the earliest.
  void on_open(int64_t dialled_us);
  // He may be dialled again.
  void add_witness(IpId host);
  void on_closed() {
    ++closed_;
    ++closed_in_row_;
  }
  void on_witness_closed(int64_t now_us);

  // What openings behind it say of a connection that failed at `ended_us`.
  [[nodiscard]] Proof proof_of_failure(int64_t ended_us, int64_t now_us) const;

  [[nodiscard]] bool has_opened() const { return opening_dialled_us_ >= 0; }
  [[nodiscard]] bool has_witness() const { return witness_count_ > 0; }
  // Closed connections since the start, or since the last opening.
  [[nodiscard]] uint32_t closed() const { return closed_; }
  [[nodiscard]] bool is_doubtful() const {
    return has_witness() && closed_in_row_ >= limits::kEgressDoubtAfter;
  }
  // So are the witnesses.
  [[nodiscard]] bool is_silent() const { return silent_since_us_ != kNever; }
  // They have been for longer than a restart takes, and so has everybody else. `nobody_else`: there
  // is nobody else to be dialled.
  [[nodiscard]] bool is_lost(int64_t now_us, bool nobody_else) const {
    return is_silent() && now_us - silent_since_us_ >= limits::kEgressPatienceUs &&
           (nobody_else || is_doubtful());
  }

  // Who is to be dialled now as a witness; none where nobody is known, or not yet again. Each call
  // gives the next one.
  std::optional<IpId> next_witness(int64_t now_us);
  // When next_witness() gives one again.
  [[nodiscard]] int64_t witness_due_us() const { return pause_until_us_; }

 private:
  uint32_t closed_ = 0;
  uint32_t closed_in_row_ = 0;
  int64_t opening_dialled_us_ = -1;  // the last opening is not older
  int64_t silent_since_us_ = kNever;
  int64_t pause_until_us_ = 0;
  uint32_t silent_in_row_ = 0;
  std::array<IpId, limits::kWitnesses> witnesses_;  // the last that opened
  size_t witness_count_ = 0;
  size_t next_place_ = 0;  // of the next that opens
  size_t next_witness_ = 0;
};

}  // namespace mxbulk::probing
