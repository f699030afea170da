// One DNS question, from the request until it is answered, and the attempts at it: copies of the
// query that were sent and have had no reply yet.
//
// Threads: plain values of the loop thread.
// Ownership: the names that a question borrows live longer than it. An attempt may outlive its
// question, because a late answer still shows the state of the resolver.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "asking/lookup.h"
#include "base/linked_list.h"
#include "base/pool.h"
#include "base/timer_wheel.h"
#include "model/domain_name.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"

namespace mxbulk::asking {

struct LookupReport {
  uint64_t token = 0;     // of the request
  LookupOutcome outcome;  // its spans are good for the call
  uint8_t upstream = 0;   // the one that answered last
  // Time with an attempt out, or waiting for a retry; time in a queue for room does not count.
  int64_t asked_us = 0;
  uint32_t denied_by = 0;         // bit set: that upstream said NXDOMAIN
  std::optional<bool> kept_case;  // of a case test: the answer repeats the case of the letters
};

// Receives the outcome of what it asked for.
class LookupClient {
 public:
  virtual ~LookupClient() = default;
  virtual void on_lookup(const LookupReport& report) = 0;
};

struct LookupRequest {
  LookupClient* client = nullptr;  // lives as long as the run
  uint64_t token = 0;              // the client's own
  NameView name{};                 // borrowed until the report
  RecordType type = RecordType::kMx;
  int64_t budget_us = 0;  // of asking time
  // As in LookupPolicy; 0: as the settings say.
  uint32_t attempts_max = 0;
  bool one_round = false;
  bool one_silent_round = false;
  bool accepts_nodata = false;  // as in LookupPolicy
  int avoid_upstream = -1;      // a second opinion is wanted
  int only_upstream = -1;       // this resolver is asked, and no other
  bool is_urgent = false;  // sent at once, whatever the window: it may be full of lost questions
  // A test query about a resolver, not about a domain: it is not traced, and counts neither as a
  // good answer nor as a failed round.
  bool is_test = false;
  bool is_case_test = false;      // LetterCase::kTest
  bool is_liveness_test = false;  // if it is lost, the resolver is unresponsive
};

// Time with an attempt out, or waiting for a retry.
class AskingClock {
 public:
  void start(int64_t now_us) {
    if (since_us_ < 0) since_us_ = now_us;
  }
  void stop(int64_t now_us) {
    total_us_ = total_us(now_us);
    since_us_ = -1;
  }
  [[nodiscard]] int64_t total_us(int64_t now_us) const {
    return since_us_ < 0 ? total_us_ : total_us_ + now_us - since_us_;
  }

 private:
  int64_t total_us_ = 0;
  int64_t since_us_ = -1;  // -1: stopped
};

struct Question;

struct Attempt {
  Handle<Question> question;
  int64_t sent_us = 0;
  uint8_t upstream = 0;
  bool over_tcp = false;
  bool with_edns = true;
  bool in_mixed_case = false;
  bool is_lower_case_fallback = false;  // because attempts in mixed case were not answered
  uint8_t ordinal = 0;                  // among those of its question, from 1
  bool is_in_window = true;             // counts as in flight
  bool is_overdue = false;              // its time ran out; an answer is late, but good
};

// Attempts at one question that brought no good answer. If a later one does, the name was not the
// reason.
class FailedAttempts {
 public:
  struct Failed {
    uint8_t upstream = 0;
    uint8_t ordinal = 0;        // Attempt::ordinal
    bool was_answered = false;  // with SERVFAIL or the like; else not in time
  };

  // What does not fit is left out: it would say nothing new.
  void add(const Failed& failed) {
    if (count_ < all_.size()) all_[count_++] = failed;
  }
  // It was answered after all, or again.
  void remove(uint8_t ordinal) {
    const auto is_it = [ordinal](const Failed& failed) { return failed.ordinal == ordinal; };
    const auto end = all_.begin() + count_;
    count_ = static_cast<uint8_t>(std::remove_if(all_.begin(), end, is_it) - all_.begin());
  }
  [[nodiscard]] std::span<const Failed> all() const { return {all_.data(), count_}; }
  [[nodiscard]] bool has_answered(uint8_t upstream) const {
    return std::ranges::any_of(all(), [upstream](const Failed& failed) {
      return failed.was_answered && failed.upstream == upstream;
    });
  }

 private:
  std::array<Failed, 8> all_{};
  uint8_t count_ = 0;
};

struct Question : ListLink {
  enum class State : uint8_t {
    kAsking,      // an attempt is out
    kQueued,      // the next attempt waits for room at its resolver
    kRetryQueue,  // all attempts of a round failed; the next round comes later
  };

  Handle<Question> handle;
  LookupRequest request;
  NameView name;  // asked for now: the request's, or the target of a CNAME
  std::unique_ptr<DomainName> cname_target;
  Lookup lookup;
  State state = State::kAsking;
  bool is_first_round = false;  // as counted by the runner; never of test queries
  uint8_t queued_for = 0;       // kQueued: that upstream
  Handle<Attempt> attempt;      // the newest, while it is in the window
  TimerWheel<Handle<Question>>::Timer timer;
  int64_t due_us = 0;  // kAsking: the newest attempt's time runs out; the timer may be earlier
  FailedAttempts failed;
  // The resolver answered questions that were sent after an attempt at this one.
  bool was_overtaken = false;
  AskingClock clock;
  uint32_t attempts = 0;        // for the name asked for now
  uint32_t cname_links = 0;     // followed, over all its answers
  bool has_cname = false;       // in an answer, even in a denial that is not confirmed yet
  uint32_t ttl_s = 0xFFFFFFFF;  // the smallest of them
  uint32_t negative_ttl_s = 0;  // of the last negative answer
  uint8_t rcode = 0;            // of the last answer
  uint8_t upstream = 0;         // the one that gave it
  std::optional<bool> kept_case;

  // 0 to 1, another for each attempt; the same in each run. Spreads what otherwise happened at the
  // same time.
  [[nodiscard]] double jitter() const {
    constexpr uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // 2^64 / the golden ratio
    return static_cast<double>((handle.packed() + attempts) * kGolden >> 32) / 0x1p32;
  }
};

}  // namespace mxbulk::asking
