// Finds out if failures are the domains' or the resolver's fault: decides when to send questions
// that any working resolver answers, and when the resolver is down.
//
//   kUp ─ rounds fail, no good answer ─► kChecking ─ any answer ─► kUp
//                                           └─ no answer at all ─► kDown
//
// The questions are the SOA of the root, and random names under domains that had MX: a resolver
// whose own way to the name servers is cut may have the root in its cache, but not such a name.
//
// Pure. Threads: a plain value of one loop thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.h"
#include "model/lookup_outcome.h"
#include "mxbulk/status.h"

namespace mxbulk::asking {

class OutageDetector {
 public:
  explicit OutageDetector(bool enabled) : enabled_(enabled) {}

  void on_good_answer() {
    has_ever_answered_ = true;
    has_answered_since_ = true;
    failed_rounds_ = 0;
  }
  // All attempts of one round of a lookup failed.
  void on_round_failed() { ++failed_rounds_; }

  // Rounds have failed and no good answer came since: it may be the resolver's fault.
  [[nodiscard]] bool is_in_doubt() const {
    return enabled_ && (failed_rounds_ > 0 || phase_ != Phase::kUp);
  }

  // The check should begin now; while it runs, no new domain should. `nothing_runs`: no good answer
  // can come any more, so that a few failures are all the evidence there will be.
  [[nodiscard]] bool wants_check(bool nothing_runs) const {
    if (!enabled_ || open_ > 0 || phase_ == Phase::kDown) return false;
    // If the resolver never answered, the first failure is reason enough.
    if (!has_ever_answered_ || nothing_runs) return failed_rounds_ > 0;
    return failed_rounds_ >= limits::kOutageRounds;
  }
  // `canaries`: names asked for beside the root.
  void begin_check(uint32_t canaries) {
    phase_ = Phase::kChecking;
    has_answered_since_ = false;
    ++check_;
    open_ = 1 + canaries;
    has_canaries_ = canaries > 0;
    root_ = LookupStatus::kTimeout;
  }
  // Number of the last check. Outcomes of those before it are not to be passed on: questions may be
  // out for long after a check is decided.
  [[nodiscard]] uint32_t check() const { return check_; }
  [[nodiscard]] bool is_checking() const { return phase_ == Phase::kChecking; }
  // One that did may be restarting.
  [[nodiscard]] bool has_ever_answered() const { return has_ever_answered_; }

  void on_root(LookupStatus status) {
    root_ = status;
    on_outcome(!has_canaries_ && !is_temporary(status), status);
  }
  void on_canary(LookupStatus status) { on_outcome(!is_temporary(status), status); }

  // Not ok: it is down.
  [[nodiscard]] const Status& failure() const { return failure_; }

 private:
  enum class Phase : uint8_t { kUp, kChecking, kDown };

  // The first answer proves that it is up, the last failure that it is down.
  void on_outcome(bool is_up, LookupStatus status) {
    if (phase_ != Phase::kChecking) return;  // it is decided
    --open_;
    if (!is_up && open_ > 0) return;
    open_ = 0;
    failed_rounds_ = 0;
    has_ever_answered_ = has_ever_answered_ || is_up;
    // If other questions are answered meanwhile, it is not down, only lossy.
    const bool is_down = !is_up && !has_answered_since_;
    phase_ = is_down ? Phase::kDown : Phase::kUp;
    if (is_down) failure_ = Status::resolver(message(status));
  }

  [[nodiscard]] std::string message(LookupStatus status) const {
    if (!is_temporary(root_)) {
      return "the resolver answers for the root, but for no name under a canary: it seems to have "
             "lost its own connection to the name servers; try again when it is back";
    }
    if (has_ever_answered_) return "the resolver has stopped answering; try again when it is back";
    return "the resolver does not answer (" + std::string(name_of(status)) +
           "); check --resolver or /etc/resolv.conf";
  }

  bool enabled_;
  Phase phase_ = Phase::kUp;
  bool has_ever_answered_ = false;
  bool has_answered_since_ = false;  // since the check began
  bool has_canaries_ = false;
  LookupStatus root_ = LookupStatus::kTimeout;
  uint32_t check_ = 0;
  uint32_t open_ = 0;           // questions of the check without an outcome, until it is decided
  uint32_t failed_rounds_ = 0;  // since the last good answer
  Status failure_;
};

}  // namespace mxbulk::asking
