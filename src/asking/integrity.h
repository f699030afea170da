// Decides if one resolver's answers can be relied on: which of them a check has covered, when the
// next check is due, and what the answers to a check prove.
//
// A check asks for the address of a random name under .invalid, which cannot exist (RFC 6761 §6.4),
// for those of random names under real top-level domains, for the SOA of the root, which exists,
// and for the MX of canaries, names that have some. Many resolvers answer about .invalid by
// themselves, and have an address for any other name that does not exist.
//
// Pure. Threads: plain values of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "base/strong_id.h"
#include "model/lookup_outcome.h"

namespace mxbulk::asking {

enum class Misbehaviour : uint8_t {
  kNone,
  kAddressForAny,      // even for a name that cannot exist
  kDeniesRoot,         // and so would any name
  kDeniesGivenCanary,  // a name of --canary
  kDeniesKeptCanary,   // names for which it gave MX earlier in this run
};

// What false answers may have done to the verdicts since the last good check.
enum class Harm : uint8_t {
  kNone,
  kShared,  // it denied names, and another resolver agreed each time
  kSole,    // some verdict rests on its answer alone
};

class Integrity {
 public:
  // --- its answers in the run

  // It gave the answer that ended a lookup.
  void on_answer() { ++given_.answers; }
  // That answer was NXDOMAIN. `is_shared`: another resolver said so too.
  void on_denial(bool is_shared) { ++(is_shared ? given_.shared_denials : given_.sole_denials); }
  void on_mx(bool is_found) { denials_in_a_row_ = is_found ? 0 : denials_in_a_row_ + 1; }

  // --- checks

  // It gave answers since the last good check began, or denied a name that another denied last.
  [[nodiscard]] bool has_unchecked() const {
    return given_.answers > checked_.answers || given_.shared_denials > checked_.shared_denials;
  }
  // A check is due during the run. `domains_begun`: of the run so far.
  [[nodiscard]] bool is_due(int64_t now_us, uint32_t domains_begun) const;
  void begin_check(int64_t now_us, uint32_t domains_begun);
  // The outcomes of the questions of a check.
  void on_random_name(LookupStatus status) { check_.random_name = status; }
  // One of limits::kTopLevelNames. A failure proves nothing, and does not make a check worse: a
  // resolver of a closed network may fail for all of them.
  void on_top_level_name(LookupStatus status);
  void on_root(LookupStatus status) { check_.root = status; }
  void on_given_canary(LookupStatus status) { count(status, check_.given); }
  void on_kept_canary(LookupStatus status) { count(status, check_.kept); }
  // What is proven so far. `is_over`: no more outcomes of this check will come; a good check covers
  // all answers from before it began.
  Misbehaviour evaluate(bool is_over);
  // Requires: evaluate() returned a misbehaviour.
  [[nodiscard]] Harm harm() const;
  // When the last good check began: it covers all answers from before. 0: there was none.
  [[nodiscard]] int64_t good_check_us() const { return good_check_us_; }

 private:
  struct Given {
    uint64_t answers = 0;
    uint64_t sole_denials = 0;
    uint64_t shared_denials = 0;
  };
  struct Canaries {
    uint32_t asked = 0;
    uint32_t found = 0;
    uint32_t denied = 0;
  };
  struct Check {
    LookupStatus random_name = LookupStatus::kTimeout;
    LookupStatus root = LookupStatus::kTimeout;
    bool has_top_level_address = false;
    size_t top_level_denials = 0;
    Canaries given;
    Canaries kept;
    bool denies_by_nodata = false;
  };

  void count(LookupStatus status, Canaries& canaries);
  [[nodiscard]] Misbehaviour proven(bool is_over) const;
  [[nodiscard]] bool is_good() const;

  Given given_;
  Given given_before_check_;
  Given checked_;  // covered by the last good check
  // Answers covered by the last check that found no address for names under top-level domains.
  uint64_t top_level_checked_ = 0;
  Check check_;
  Misbehaviour misbehaviour_ = Misbehaviour::kNone;
  int64_t checked_at_us_ = 0;
  int64_t good_check_us_ = 0;
  uint32_t domains_at_check_ = 0;
  uint32_t denials_in_a_row_ = 0;  // of MX, since the last check
};

// Some of the domains for which a resolver gave MX, spread over all that it gave: asked again, it
// should give MX again.
class CanaryRing {
 public:
  // The 1st, 2nd, 4th, 7th, 11th, 17th … is kept, each in the place of the oldest.
  void on_mx(DomainId domain) {
    if (++seen_ < keep_at_) return;
    keep_at_ = seen_ + seen_ / 2 + 1;
    kept_[next_to_replace_++ % kept_.size()] = domain;
  }
  [[nodiscard]] size_t size() const {
    return next_to_replace_ < kept_.size() ? next_to_replace_ : kept_.size();
  }
  // Another one each time. Requires: size() > 0.
  [[nodiscard]] DomainId next() { return kept_[next_to_ask_++ % size()]; }

 private:
  std::array<DomainId, limits::kCanariesKept> kept_;
  size_t next_to_replace_ = 0;
  size_t next_to_ask_ = 0;
  uint64_t seen_ = 0;
  uint64_t keep_at_ = 1;
};

}  // namespace mxbulk::asking
