// Is it the domains that fail, or the resolver? Decides when to ask the resolver what any working
// one can answer, and when to give up.
//
// It asks for the SOA of the root, and for names under domains that had MX: the root may come from
// the resolver's own cache when its way to the name servers is cut, such a name cannot.
//
// Pure. Threads: a plain value of one loop thread.
#pragma once

#include <cstdint>

#include "base/limits.h"
#include "model/lookup_outcome.h"
#include "mxbulk/status.h"

namespace mxbulk::asking {

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

  // The watch's own questions should go out now. While they are out, no new domain should begin.
  // `nothing_runs`: no good answer can come any more, so few failures are all the proof there is.
  [[nodiscard]] bool wants_question(bool nothing_runs) const {
    if (!enabled_ || open_ > 0 || !failure_.ok()) return false;
    // Nothing has been heard of it yet: the first failure is reason enough to ask.
    if (!has_ever_answered_ || nothing_runs) return failures_ > 0;
    return failures_ >= limits::kBreakerRounds;
  }
  // For the root, and for so many names under canaries.
  void on_asked(uint32_t canaries) {
    is_asking_ = true;
    has_answered_since_ = false;
    open_ = 1 + canaries;
    has_canaries_ = canaries > 0;
    root_ = LookupStatus::kTimeout;
  }
  [[nodiscard]] bool is_asking() const { return is_asking_; }
  // One round for a resolver never heard of, two (some 10 s) for one that answered before and may
  // only be restarting.
  [[nodiscard]] uint32_t rounds() const { return has_ever_answered_ ? 2 : 1; }

  void on_root(LookupStatus status) {
    root_ = status;
    on_outcome(!has_canaries_ && !is_temporary(status), status);
  }
  void on_canary(LookupStatus status) { on_outcome(!is_temporary(status), status); }

  [[nodiscard]] const Status& failure() const { return failure_; }

 private:
  // It is alive by the first answer, and dead by the last failure.
  void on_outcome(bool is_alive, LookupStatus status) {
    --open_;
    if (!is_asking_ || (!is_alive && open_ > 0)) return;
    is_asking_ = false;
    failures_ = 0;
    // Whoever answers others in the meantime is not down, only lossy.
    if (!is_alive && !has_answered_since_) failure_ = Status::resolver(message(status));
    if (is_alive) has_ever_answered_ = true;
  }

  [[nodiscard]] std::string message(LookupStatus status) const {
    if (!is_temporary(root_)) {
      return "the resolver answers for the root, but for no name under a canary: its own way to "
             "the name servers seems cut; try again when it is back";
    }
    if (has_ever_answered_) return "the resolver has stopped answering; try again when it is back";
    return "the resolver does not answer (" + std::string(name_of(status)) +
           "); check --resolver or /etc/resolv.conf";
  }

  bool enabled_;
  bool has_ever_answered_ = false;
  bool has_answered_since_ = false;  // since its own questions went out
  bool is_asking_ = false;
  bool has_canaries_ = false;
  LookupStatus root_ = LookupStatus::kTimeout;
  uint32_t open_ = 0;      // of its own questions
  uint32_t failures_ = 0;  // rounds since the last good answer
  Status failure_;
};

}  // namespace mxbulk::asking
