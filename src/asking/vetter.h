// Asks the resolvers whether they are honest: before the run, in between and before its end. Leaves
// out who lies, and ends the run where nobody honest is left or where a liar's word was taken.
//
//   Dispatcher ─what was heard─► Vetter ─questions, each to one resolver─► LookupRunner
//                                  └─► Honesty (pure), one a resolver
//
// Threads: one loop thread. Ownership: borrows runner and table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "asking/canary_ring.h"
#include "asking/honesty.h"
#include "asking/lookup_runner.h"
#include "asking/made_up_name.h"
#include "model/domain_name.h"
#include "mxbulk/status.h"
#include "table/domain_table.h"

namespace mxbulk::asking {

struct VettingSettings {
  RandomSource random;               // for names that nobody can guess; empty: nobody is vetted
  std::vector<DomainName> canaries;  // must have MX; at most limits::kCanariesGivenMax
};

class Vetter {
 public:
  // What the dispatcher knows of the run.
  struct Moment {
    int64_t now_us = 0;
    uint32_t domains_begun = 0;
    bool is_wanted = false;  // a domain waits to be asked for
    bool is_end = false;     // all are decided, and no more will come
  };
  // `first_owner` + n is the token of question number n, whose report goes to on_own().
  // `budget_us`: of asking time for each.
  Vetter(VettingSettings settings, const LookupSettings& lookup, int64_t budget_us,
         OwnerToken first_owner, LookupRunner& runner, const table::DomainTable& domains,
         TraceSink* trace);

  // Begins the checks that are due.
  void turn(const Moment& moment);
  // A lookup of the run has ended; `mx_of` is the domain whose MX it was.
  void on_lookup(const LookupReport& report) {
    if (!is_temporary(report.outcome.status)) all_[report.upstream].honesty.on_answer();
    if (report.outcome.status == LookupStatus::kNxDomain) on_denial(report.denied_by);
  }
  void on_mx_lookup(const LookupReport& report, DomainId mx_of) {
    on_lookup(report);
    const bool is_found = report.outcome.status == LookupStatus::kFound;
    Watched& one = all_[report.upstream];
    if (!is_temporary(report.outcome.status)) one.honesty.on_mx(is_found);
    if (is_found) one.canaries.on_mx(mx_of);
  }
  // So has question `number` of a check.
  void on_own(uint32_t number, const LookupReport& report);

  // The first check is not yet through: only what needs no question may begin.
  [[nodiscard]] bool holds_start() const;
  // The last check is through, or there was nothing to check.
  [[nodiscard]] bool has_ended() const;
  [[nodiscard]] int64_t next_wake_us() const;

  // Not ok: nothing that was learned may be kept.
  [[nodiscard]] const Status& failure() const { return failure_; }
  // One line for each resolver that is asked no more, and why.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

  // Names under canaries that were never asked for, so that no cache knows them; `count` at most,
  // none where no canary is known.
  [[nodiscard]] std::vector<DomainName> fresh_names(size_t count);

 private:
  static constexpr uint32_t kQuestionsMax = 64;  // of one check; numbers each upstream's apart
  enum Question : uint32_t { kProbe, kRoot, kGiven, kKept = kGiven + limits::kCanariesGivenMax };

  struct Watched {
    Honesty honesty;
    CanaryRing canaries;
    DomainName probe;   // of the check that runs
    uint32_t open = 0;  // its questions that have no outcome yet
    uint32_t given_open = 0;
    uint32_t denied_given = 0;  // which canary, where it denied one
    bool is_left_out = false;
    bool has_answered = false;      // any question of a check
    bool answers_probes = false;    // did so the last time
    bool folds_case = false;        // once and for all
    bool was_checked_last = false;  // the check before the end has begun
  };

  [[nodiscard]] bool is_on() const { return static_cast<bool>(settings_.random); }
  void on_denial(uint32_t denied_by);
  void begin_first_checks();
  void begin_last_checks();
  void begin_check(uint32_t upstream);
  void hold_for_answers();
  void ask(uint32_t upstream, uint32_t question, NameView name, RecordType type);
  void note_case(uint32_t upstream, const LookupReport& report);
  void on_given(uint32_t upstream, uint32_t canary, LookupStatus status);
  void judge_given();
  void leave_out(uint32_t upstream, Lie lie);
  [[nodiscard]] Status nobody_honest(Lie last) const;
  [[nodiscard]] std::string deed(uint32_t upstream, Lie lie) const;
  [[nodiscard]] bool holds_up(const Watched& one) const;

  VettingSettings settings_;
  std::vector<std::string> names_;
  uint32_t qps_;
  int64_t budget_us_;
  OwnerToken first_owner_;
  LookupRunner& runner_;
  const table::DomainTable& domains_;
  TraceSink* trace_;

  std::vector<Watched> all_;         // by upstream
  std::vector<LookupStatus> given_;  // the best that anybody said of each, at the start
  std::vector<std::string> left_out_;
  Status failure_;
  Moment now_;
  int64_t hold_until_us_ = 0;  // silence holds the run up no longer
  bool has_begun_ = false;
  bool is_first_over_ = false;
  bool has_shared_harm_ = false;  // a liar's denials were believed, for another had agreed
  bool is_ending_ = false;
};

}  // namespace mxbulk::asking
