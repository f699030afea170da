// The state of a run, `--state`: what earlier runs know of its domains, and what it learns of them.
//
//   reader ─ take(block) ─► DomainReader ─► Known ─► recall() ─► Dispatcher
//   Dispatcher ─ on_decided() ─► UncheckedDomains ─ a resolver check ─► StateWriter ─► file
//   writer ─ complete() ─► action by evidence, previous verdict
//   end: stop_writing(), compare(), prepare_baseline(), commit_baseline(); or end_failed()
//
// No answer reaches the file before a resolver check has covered it: a run that is killed, or ends
// with code 5, leaves none that may be false.
//
// Threads: as each part says. open(), start() and the end are the calling thread's.
// Ownership: owns the connections and the lock; borrows options, tables and enricher.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/night_changes.h"
#include "app/unchecked_domains.h"
#include "base/slab.h"
#include "engine/dispatcher.h"
#include "engine/recall.h"
#include "enrich/enrich.h"
#include "model/block.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "output/temporaries.h"
#include "rows/past.h"
#include "state/baseline.h"
#include "state/domain_reader.h"
#include "state/evidence.h"
#include "state/state_writer.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::app {

class Night final : public engine::Recall, public engine::DecisionObserver, public rows::Past {
 public:
  struct Tables {
    const table::DomainTable& domains;
    table::HostTable& hosts;
    const enrich::Enricher& enricher;
  };
  // What a run that goes on without its state says about it.
  struct Refused {
    std::string why;
  };

  // nullptr without --state, or if the state is bad and --state-optional says to go on: then
  // `refused` says why. Errors: kInternal, kUsage.
  static Result<std::unique_ptr<Night>> open(const Options& options, const Tables& tables,
                                             Refused& refused);
  ~Night() override;

  struct Hooks {
    std::function<void()> on_failure;   // the state cannot be written; not if it is optional
    std::function<void(bool)> on_wait;  // writer's thread: it waits for rows; it does not any more
    std::function<void()> wake_loop;    // any thread: a turn is needed
  };
  [[nodiscard]] Status start(Hooks hooks);

  // --- reader thread
  // Counts the rows of a block, and looks up the domains that are new with it. Call it before the
  // loop is woken. Errors: kInternal.
  [[nodiscard]] Status take(const Block& block);
  // All rows are counted, or cannot be before some are written.
  void end_count();

  // --- loop thread
  [[nodiscard]] uint32_t looked_up() const override {
    return looked_up_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool recall(DomainId domain, DomainRecord& record) override;
  void on_decided(DomainId domain, const DomainRecord& record) override;
  [[nodiscard]] int64_t check_due_us() const override { return check_due_us_; }
  // Once an iteration. `checked_until_us`: as ResolverChecker::checked_until_us().
  void after_turn(int64_t now_us, int64_t checked_until_us);

  // --- writer's thread
  [[nodiscard]] bool must_count_rows(DomainId domain) override;
  [[nodiscard]] bool wait_for_count() override;
  void complete(DomainId domain, DomainReport& report) override;

  // --- any thread
  void abort();

  // --- the end: the other threads are joined
  // `run`: how the loop ended. If it is ok, all answers are checked, and the rest is written; else
  // what is not checked is dropped. Errors: the first that the writing had, unless the state is
  // optional.
  [[nodiscard]] Status stop_writing(const Status& run);
  // What changed since the last run; fills summary.night. Errors: kResolver if a verdict's share
  // moved too far; kInternal.
  [[nodiscard]] Result<std::vector<DomainChange>> compare(Summary& summary);
  // Takes the place of the last run, in two steps. Nothing happens if the exit code is not one of a
  // complete run. If the run goes on without its state, the summary gets the reason, and a file
  // that is bad is moved away.
  [[nodiscard]] Status prepare_baseline(Summary& summary, int exit_code);
  [[nodiscard]] Status commit_baseline();
  // The same for what went wrong in commit_baseline(), which no file of the run can say.
  void end(Summary& summary) { give_up_state(summary.night); }
  // Of a run without output. With code 5, what may rest on false answers is taken back;
  // `uses_unchecked`: as ResolverChecker::uses_unchecked(). Returns `status`, with what went wrong
  // beside.
  [[nodiscard]] Status end_failed(const Status& status, bool uses_unchecked);

 private:
  struct Known {
    state::DomainHistory history;
    std::unique_ptr<state::StoredAnswer> answer;  // usable; taken by the loop
    bool is_recalled = false;                     // written by the loop before it is published
  };

  Night(const Options& options, const Tables& tables);
  [[nodiscard]] Status connect(Refused& refused);
  [[nodiscard]] bool has_bad_file() const;
  void close();
  // Requires: it is closed. Appends its new name to `why`.
  void move_aside(std::string& why) const;
  // With --state-optional an error only ends the use of the state.
  [[nodiscard]] Status unless_optional(const Status& status);
  void give_up_state(NightTotals& totals);
  void write_checked();
  void note_all_checked();
  [[nodiscard]] Status find_sorted(uint32_t first, uint32_t end);
  [[nodiscard]] Status take_found(const state::WantedKey& wanted, state::Found& found);
  [[nodiscard]] HostId host_id(state::StoredHost& host);
  [[nodiscard]] bool row_of(DomainId domain, state::DomainRow& row) const;
  [[nodiscard]] state::HostRow host_row(HostId host, bool with_address) const;
  // With the lookup of this run.
  [[nodiscard]] state::DomainHistory history_of(DomainId domain) const;
  [[nodiscard]] uint32_t asked_at_s(const DomainRecord& record) const;
  [[nodiscard]] std::vector<state::ListedDomain> listed_now(std::vector<uint32_t>& ids) const;
  [[nodiscard]] Status check_shift(const std::vector<bool>& was_listed) const;
  [[nodiscard]] DomainChange change_of(DomainId domain, bool was_listed) const;
  [[nodiscard]] Status add_vanished(const std::vector<state::ListedDomain>& vanished,
                                    std::vector<DomainChange>& changes);
  void count_change(const DomainChange& change, NightTotals& totals) const;

  const Options& options_;
  const Tables tables_;
  const int64_t now_s_;  // at the beginning
  const uint32_t how_;
  state::EvidenceRules rules_;

  std::unique_ptr<state::Database> write_database_;
  std::unique_ptr<state::Database> read_database_;
  state::RunRow last_;
  uint32_t run_ = 1;
  std::vector<state::ListedDomain> listed_before_;
  std::unique_ptr<state::DomainReader> reader_;  // reader thread; its hosts are the loop's

  Slab<Known> known_;                 // by DomainId
  Slab<std::atomic<uint32_t>> rows_;  // likewise: rows of the list
  Slab<Action> actions_;              // likewise, writer's thread
  std::atomic<uint64_t> all_rows_{0};
  std::atomic<uint32_t> looked_up_{0};
  std::string why_off_;  // it failed, and is optional; reader thread, after its join the end's
  std::vector<state::WantedKey> wanted_;  // reader thread, scratch
  std::vector<HostId> exchanges_;         // loop thread, scratch
  UncheckedDomains unchecked_;            // loop thread; the end's after its join
  std::vector<DomainId> checked_;         // likewise, scratch
  int64_t check_period_us_;
  int64_t check_due_us_ = kNeverUs;     // loop thread
  int64_t ending_us_ = kNeverUs;        // likewise: when it saw is_ending_
  std::atomic<bool> is_ending_{false};  // a signal: what is decided is to be checked at once

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_counted_ = false;
  bool is_aborted_ = false;
  bool is_all_checked_ = false;  // that was decided when is_ending_ was seen
  Hooks hooks_;

  std::unique_ptr<state::StateWriter> writer_;
  state::NewBaseline next_;
  std::unique_ptr<state::BaselineChange> baseline_;
  std::unique_ptr<output::LastWork> last_work_;  // ends before what it uses
};

}  // namespace mxbulk::app
