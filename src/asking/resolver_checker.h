// Checks the resolvers of a run: whether they are there, and whether their answers can be relied
// on. Excludes one whose answers are proven false; ends the run if none is left, if false answers
// were used, or if nothing answers any more.
//
//   LookupRunner ─ good answers, failed rounds ─► ResolverChecker ─ test queries ─► LookupRunner
//   Dispatcher ─ outcomes of domains, run state ──────┘     │
//                                    Integrity (pure, one a resolver), OutageDetector (pure)
//
// Integrity is checked before the first domain, now and then, and after the last (Phase).
//
// Threads: one loop thread. Ownership: borrows runner, table and trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "asking/integrity.h"
#include "asking/lookup_runner.h"
#include "asking/outage_detector.h"
#include "asking/random_name.h"
#include "asking/wildcard_checks.h"
#include "base/limits.h"
#include "base/pool.h"
#include "model/domain_name.h"
#include "mxbulk/status.h"
#include "table/domain_table.h"

namespace mxbulk::asking {

struct CheckSettings {
  RandomSource random;               // for random names; empty: integrity is not checked
  std::vector<DomainName> canaries;  // must have MX; at most limits::kCanariesGivenMax
  bool detects_outage = true;
};

// What the dispatcher knows of the run.
struct RunState {
  int64_t now_us = 0;
  uint32_t domains_begun = 0;
  bool all_begun = false;    // the lookups of all domains in the table have begun
  bool is_end = false;       // all domains are decided, and no more will come
  bool wants_check = false;  // of the answers that no check covers yet
};

class ResolverChecker final : public LookupClient, public LookupObserver, public WildcardObserver {
 public:
  // `budget_us`: of asking time for each test query.
  ResolverChecker(CheckSettings settings, const LookupSettings& lookup, int64_t budget_us,
                  LookupRunner& runner, const table::DomainTable& domains, TraceSink* trace);

  // Begins the checks that are due.
  void turn(const RunState& run);

  // A lookup for a domain or a host has ended.
  void on_domain_lookup(const LookupReport& report) {
    if (!is_temporary(report.outcome.status)) all_[report.upstream].integrity.on_answer();
    if (report.outcome.status == LookupStatus::kNxDomain) on_denial(report.denied_by);
  }
  // Likewise, for the MX of `domain`.
  void on_mx_lookup(const LookupReport& report, DomainId domain) {
    on_domain_lookup(report);
    const bool is_found = report.outcome.status == LookupStatus::kFound;
    Checked& one = all_[report.upstream];
    if (!is_temporary(report.outcome.status)) one.integrity.on_mx(is_found);
    if (is_found) one.canaries.on_mx(domain);
  }

  // The first check is not over: only a domain that needs no query may begin.
  [[nodiscard]] bool holds_start() const {
    return phase_ == Phase::kIdle || phase_ == Phase::kFirst;
  }
  // An outage is being checked: no domain may begin.
  [[nodiscard]] bool holds_domains() const { return outage_.is_checking() || is_down(); }
  // The resolver itself may be the reason for failures.
  [[nodiscard]] bool is_in_doubt() const { return outage_.is_in_doubt(); }
  // The last check is over, or there is nothing to check.
  [[nodiscard]] bool has_ended() const;
  [[nodiscard]] int64_t next_wake_us() const;

  // Not ok: false answers were used, or no resolver is left. The verdicts of the run are not valid.
  [[nodiscard]] const Status& failure() const { return failure_; }
  // Not ok: nothing answers any more.
  [[nodiscard]] const Status& outage() const { return outage_.failure(); }
  [[nodiscard]] bool is_down() const { return !outage_.failure().ok(); }
  // How the test queries failed; queries for domains would fail in the same way.
  [[nodiscard]] LookupStatus outage_status() const { return outage_status_; }
  [[nodiscard]] uint8_t outage_rcode() const { return outage_rcode_; }
  // What was decided before this time rests on answers that a good check covers, or on resolvers
  // that are used unchecked. kNeverUs: all of it does. 0 after a failure.
  [[nodiscard]] int64_t checked_until_us() const;
  // A resolver is used unchecked: it has answered domains, and passed no check so far. Most do not
  // answer test queries.
  [[nodiscard]] bool uses_unchecked() const;
  // One line for each excluded resolver: which one, and why.
  [[nodiscard]] const std::vector<std::string>& excluded() const { return excluded_; }

  // Under `com` and the like no registry gives it, so the resolver does. Under another suffix it
  // does so if it began in this run: a wildcard of a registry was there before.
  void on_wildcard(uint8_t upstream, NameView name, const IpAddress& address,
                   bool began_in_run) override;
  // A test query ended.
  void on_lookup(const LookupReport& report) override;
  // Of a resolver that has just answered others, it says nothing.
  void on_round_failed() override {
    if (run_.now_us - good_answer_us_ >= limits::kOutageAfterUs) outage_.on_round_failed();
  }
  void on_good_answer() override {
    outage_.on_good_answer();
    good_answer_us_ = run_.now_us;
  }

 private:
  // Of the integrity checks.
  enum class Phase : uint8_t {
    kOff,
    kIdle,     // no domain has come yet
    kFirst,    // before the first query for a domain
    kRunning,  // checks when they are due
    kLast,     // all domains are decided; the answers since the last check are covered
  };
  enum class Topic : uint8_t {
    // of an integrity check, to one resolver
    kRandomName,
    kTopLevelName,
    kRoot,
    kGivenCanary,
    kKeptCanary,
    kLiveness,  // to one resolver: is it there?
    // of an outage check, to any resolver
    kOutageRoot,
    kOutageCanary,
  };
  struct TestQuery {
    Topic topic = Topic::kRoot;
    uint8_t upstream = 0;  // of an integrity check
    uint32_t canary = 0;   // kGivenCanary: which
    uint32_t outage_check = 0;
    DomainName name;
  };
  struct Checked {
    Integrity integrity;
    CanaryRing canaries;
    uint32_t open = 0;  // questions of the running check without an outcome
    uint32_t given_open = 0;
    uint32_t top_level_open = 0;  // not counted in `open`: a check may end without them
    uint32_t denied_canary = 0;   // that it denied
    bool is_excluded = false;
    bool has_answered = false;          // any test query
    bool answers_random_names = false;  // did so the last time
    bool answers_top_level = false;     // likewise, under top-level domains
    bool changes_case = false;          // did so once
    bool has_begun_last_check = false;
    std::string false_answer;  // the address, and the name for which it was given
  };

  [[nodiscard]] static bool is_integrity(Topic topic) { return topic < Topic::kLiveness; }
  [[nodiscard]] static bool is_outage(Topic topic) { return topic >= Topic::kOutageRoot; }

  void begin_first_checks();
  [[nodiscard]] bool is_first_over() const;
  void begin_due_checks();
  void begin_last_checks();
  void begin_check(uint32_t upstream);
  void ask_top_level_names(uint32_t upstream);
  void wait_for_answers();
  void begin_outage_check();
  void begin_liveness_tests();
  void ask(Topic topic, uint32_t upstream, uint32_t canary, const DomainName& name,
           RecordType type);
  [[nodiscard]] LookupRequest request_for(Topic topic, uint32_t upstream) const;

  void on_denial(uint32_t denied_by);
  void on_random_name(const TestQuery& query, const LookupReport& report);
  void on_integrity_outcome(const TestQuery& query, const LookupReport& report);
  void on_outage_outcome(Topic topic, const LookupOutcome& outcome);
  void note_case(uint32_t upstream, const LookupReport& report);
  void on_given_canary(uint32_t upstream, uint32_t canary, LookupStatus status);
  void evaluate_given_canaries();
  void exclude(uint32_t upstream, Misbehaviour misbehaviour, Harm harm);
  [[nodiscard]] Status none_left(Misbehaviour last) const;
  [[nodiscard]] std::string text_of(uint32_t upstream, Misbehaviour misbehaviour) const;
  [[nodiscard]] std::vector<DomainName> fresh_names(size_t count);

  CheckSettings settings_;
  std::vector<std::string> names_;
  uint32_t qps_;
  int64_t budget_us_;
  LookupRunner& runner_;
  const table::DomainTable& domains_;
  TraceSink* trace_;

  Phase phase_;
  RunState run_;
  std::vector<Checked> all_;         // by upstream
  std::vector<LookupStatus> given_;  // the best answer about each given canary, in the first check
  std::vector<std::string> excluded_;
  Status failure_;
  bool has_shared_harm_ = false;  // denials were believed because another resolver had agreed
  size_t next_top_level_ = 0;     // of kWithoutWildcard: asked in turn
  int64_t wait_until_us_ = 0;     // missing answers delay the run no longer than this
  Pool<TestQuery> queries_;       // a token is the handle of its query
  OutageDetector outage_;
  int64_t good_answer_us_ = -limits::kOutageAfterUs;  // the last one
  LookupStatus outage_status_ = LookupStatus::kTimeout;
  uint8_t outage_rcode_ = 0;
};

}  // namespace mxbulk::asking
