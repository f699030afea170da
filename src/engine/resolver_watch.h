// Is it the domains that fail, or the resolver? Decides when to ask the resolver a question that
// any working one can answer (SOA of the root), and when to give up.
//
// Pure. Threads: a plain value of one loop thread.
#pragma once

#include <cstdint>

#include "base/limits.h"
#include "model/lookup_outcome.h"
#include "mxbulk/status.h"

namespace mxbulk::engine {

class ResolverWatch {
 public:
  explicit ResolverWatch(bool enabled) : enabled_(enabled) {}

  void on_good_answer() {
    has_ever_answered_ = true;
    has_answered_since_ = true;
    failures_ = 0;
  }
  // A lookup failed in all tries of one round.
  void on_round_failed() { ++failures_; }

  // Something failed and nothing good came since: what failed may be the resolver's fault.
  [[nodiscard]] bool is_in_doubt() const {
    return enabled_ && (failures_ > 0 || is_asking_ || !failure_.ok());
  }

  // The watch's own question should go out now. While it is out, no new domain should begin.
  // `nothing_runs`: no good answer can come any more, so few failures are all the proof there is.
  [[nodiscard]] bool wants_question(bool nothing_runs) const {
    if (!enabled_ || is_asking_ || !failure_.ok()) return false;
    // Nothing has been heard of it yet: the first failure is reason enough to ask.
    if (!has_ever_answered_ || nothing_runs) return failures_ > 0;
    return failures_ >= limits::kBreakerRounds;
  }
  void on_asked() {
    is_asking_ = true;
    has_answered_since_ = false;
  }
  [[nodiscard]] bool is_asking() const { return is_asking_; }
  // One round for a resolver never heard of, two (some 10 s) for one that answered before and may
  // only be restarting.
  [[nodiscard]] uint32_t rounds() const { return has_ever_answered_ ? 2 : 1; }

  void on_outcome(LookupStatus status) {
    is_asking_ = false;
    failures_ = 0;
    // Whoever answers others in the meantime is not down, only lossy.
    if (!is_temporary(status) || has_answered_since_) return;
    failure_ = Status::resolver(
        has_ever_answered_ ? "the resolver has stopped answering; try again when it is back"
                           : "the resolver does not answer (" + std::string(name_of(status)) +
                                 "); check --resolver or /etc/resolv.conf");
  }

  [[nodiscard]] const Status& failure() const { return failure_; }

 private:
  bool enabled_;
  bool has_ever_answered_ = false;
  bool has_answered_since_ = false;  // since its own question went out
  bool is_asking_ = false;
  uint32_t failures_ = 0;  // rounds since the last good answer
  Status failure_;
};

}  // namespace mxbulk::engine
