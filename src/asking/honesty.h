// How far one resolver is to be trusted: which of its answers a check has covered, when the next
// check is due, and what the answers to a check prove.
//
// A check asks for the address of a name that cannot exist (RFC 6761 §6.4), for the SOA of the
// root, which does, and for the MX of canaries, names that have some.
//
// Pure. Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "model/lookup_outcome.h"

namespace mxbulk::asking {

enum class Lie : uint8_t {
  kNone,
  kAddressForAll,  // even for a name that cannot exist
  kDeniesRoot,     // and so would any name
  kDeniesGiven,    // a canary that the user named
  kDeniesKept,     // names for which it gave MX earlier in this run
};

// What a liar may have done to the verdicts since its last good check.
enum class Harm : uint8_t {
  kNone,
  kShared,  // it denied names, and another resolver agreed each time
  kSole,    // something stands on its word alone
};

class Honesty {
 public:
  // --- what it told the run

  // A lookup ended by its word.
  void on_answer() { ++heard_.answers; }
  // It said NXDOMAIN, and so it was. `is_shared`: another said so too.
  void on_denial(bool is_shared) { ++(is_shared ? heard_.shared_denials : heard_.sole_denials); }
  void on_mx(bool is_found) { denials_in_a_row_ = is_found ? 0 : denials_in_a_row_ + 1; }

  // --- checks

  // Answers came since the last good check began.
  [[nodiscard]] bool has_unchecked() const { return heard_.answers > sure_.answers; }
  // Time for a check in mid-run. `domains_begun`: of the run so far.
  [[nodiscard]] bool is_due(int64_t now_us, uint32_t domains_begun) const;
  void begin_check(int64_t now_us, uint32_t domains_begun);
  // What came of the questions of a check.
  void on_probe(LookupStatus status) { check_.probe = status; }
  void on_root(LookupStatus status) { check_.root = status; }
  void on_given_canary(LookupStatus status) { count(status, check_.given); }
  void on_kept_canary(LookupStatus status) { count(status, check_.kept); }
  // What is proven by now. `is_over`: no more answers to this check will come; a good one covers
  // all that was heard before it began.
  Lie judge(bool is_over);
  // Requires: judge() said that it lies.
  [[nodiscard]] Harm harm() const;

 private:
  struct Heard {
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
    LookupStatus probe = LookupStatus::kTimeout;
    LookupStatus root = LookupStatus::kTimeout;
    Canaries given;
    Canaries kept;
    bool denies_by_nodata = false;
  };

  void count(LookupStatus status, Canaries& canaries);
  [[nodiscard]] Lie proven(bool is_over) const;
  [[nodiscard]] bool is_good() const;

  Heard heard_;
  Heard heard_at_check_;  // when the last check began
  Heard sure_;            // covered by the last good one
  Check check_;
  Lie lie_ = Lie::kNone;
  int64_t checked_at_us_ = 0;
  uint32_t domains_at_check_ = 0;
  uint32_t denials_in_a_row_ = 0;  // of MX, since the last check
};

}  // namespace mxbulk::asking
