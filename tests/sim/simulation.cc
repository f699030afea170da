#include "sim/simulation.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "enrich/enrich.h"
#include "output/text_row_encoder.h"
#include "rows/block_queue.h"
#include "rows/gates.h"
#include "rows/reporter.h"
#include "rows/row_keys.h"
#include "rows/row_sink.h"
#include "support/memory_spill.h"
#include "support/simulated_output.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kEndUs = int64_t{24} * 3'600 * 1'000'000;  // a run that takes longer hangs
constexpr uint64_t kBlockBytes = 2'000;                      // about that of a scenario
constexpr uint64_t kManyBytes = 1U << 30;
constexpr int kTurnsAtOneTimeMax = 1'000;  // more is a busy loop

const enrich::Enricher& enricher() {
  static const enrich::Enricher kEnricher;
  return kEnricher;
}

engine::DispatcherSettings settings_of(const Scenario& scenario,
                                       engine::DecisionObserver* observer) {
  engine::DispatcherSettings settings;
  for (size_t i = 0; i < scenario.resolvers.size(); ++i) {
    settings.lookup.upstream_names.push_back("resolver " + std::to_string(i));
  }
  settings.lookup.concurrency = scenario.concurrency;
  settings.lookup.qps = scenario.qps;
  settings.lookup.policy.tries = scenario.tries;
  settings.lookup.policy.timeout_us = scenario.timeout_us;
  settings.observer = observer;
  if (!scenario.checks_resolvers) return settings;
  settings.checks.random = [random = SimulatedRandom(~scenario.seed)]() mutable {
    return random.next();
  };
  for (const std::string& canary : scenario.canaries) {
    settings.checks.canaries.push_back(*DomainName::from_text(canary));
  }
  return settings;
}

// The reader, the loop and the writer of a real run, one after the other on one thread.
class Run final : private engine::DecisionObserver {
 public:
  explicit Run(const Scenario& scenario)
      : scenario_(scenario),
        network_(scenario.world, scenario.faults, scenario.resolvers, scenario.timeout_us,
                 scenario.seed),
        dispatcher_(settings_of(scenario, this), domains_, hosts_, network_, nullptr),
        gate_(domains_),
        reporter_(domains_, hosts_, enricher()),
        keys_(rows::RowKeys::Cells::kAddresses, domains_, enricher(), {.keeps_local_parts = true}),
        encoder_(output::TextRowEncoder::create(options_, row_shape()).value()),
        sink_(options_, Format::kCsv, encoder_, {{.file = &file_}}, gate_, reporter_),
        blocks_(scenario.has_disk ? scenario.blocks_max * kBlockBytes : kManyBytes,
                disk_.opener()) {}

  RunResult go() {
    sink_.write_header();
    while (result_.trouble.empty() && turn()) advance_clock();
    result_.last_good_us = network_.last_good_us();
    if (result_.failure.ok()) keep(sink_.finish());
    drain();
    result_.ended_us = now_us_;
    finish();
    return std::move(result_);
  }

 private:
  // False once there is nothing left to do.
  bool turn() {
    read();
    network_.set_now(now_us_);
    network_.deliver(dispatcher_.sink(now_us_));
    const bool is_closed = next_row_ == scenario_.rows.size();
    dispatcher_.turn(now_us_, {.closed = is_closed, .reader_waits = reader_waits()});
    gate_.poll();
    write();
    result_.failure = dispatcher_.failure();
    if (!result_.failure.ok()) return false;
    return !(dispatcher_.finished() && blocks_in_flight_ == 0);
  }

  void read() {
    if (next_row_ == scenario_.rows.size() || now_us_ < next_read_us_ || reader_waits()) return;
    const size_t count = std::min(scenario_.batch_rows_max, scenario_.rows.size() - next_row_);
    input::RowBatch batch;
    fill_batch(scenario_.rows, next_row_, count, batch);
    keep(keys_.fill(batch));
    next_row_ += count;
    next_read_us_ = now_us_ + scenario_.read_gap_us;
    // On one thread a push must not wait: without a disk the reader reads only what fits.
    blocks_.set_writer_waits(scenario_.has_disk);
    const bool pushed = blocks_.push(std::move(batch.block), [this] {
      result_.trouble = "the reader waits for a verdict";
      blocks_.abort();
    });
    blocks_.set_writer_waits(false);
    if (pushed) ++blocks_in_flight_;
  }

  [[nodiscard]] bool reader_waits() const {
    return !scenario_.has_disk && blocks_in_flight_ >= scenario_.blocks_max;
  }

  void write() {
    while (take_block() && is_ready(*block_)) {
      keep(sink_.write(*block_));
      block_.reset();
      --blocks_in_flight_;
    }
  }

  // The block that is written next is in block_; false if there is none.
  bool take_block() {
    if (block_) return true;
    if (blocks_in_flight_ == 0) return false;
    const Result<bool> popped = blocks_.pop(block_.emplace());
    keep(popped.status());
    if (!popped.ok() || !popped.value()) block_.reset();
    return block_.has_value();
  }

  [[nodiscard]] bool is_ready(const Block& block) const {
    return std::all_of(block.keys.begin(), block.keys.end(), [this](RowKey key) {
      return !key.has_domain() || domains_.is_ready(key.domain());
    });
  }

  void on_decided(DomainId id, const DomainRecord&) override {
    result_.domains.push_back({plain_text(domains_.name(id)), domains_.record(id), now_us_});
  }

  void advance_clock() {
    const bool reads_on = next_row_ < scenario_.rows.size() && !reader_waits();
    const int64_t next = std::min({network_.next_reply_us(), dispatcher_.next_wake_us(),
                                   reads_on ? std::max(next_read_us_, now_us_) : kNever});
    if (next > kEndUs) {
      result_.trouble =
          next == kNever ? "nothing is due, and domains are undecided" : "no end in sight";
      return;
    }
    turns_at_once_ = next > now_us_ ? 0 : turns_at_once_ + 1;
    if (turns_at_once_ > kTurnsAtOneTimeMax) result_.trouble = "turns without end at one time";
    now_us_ = std::max(now_us_, next);
  }

  // Replies to questions that are over arrive too.
  void drain() {
    while (network_.next_reply_us() != kNever) {
      const int64_t due_us = std::max(now_us_, network_.next_reply_us());
      network_.set_now(due_us);
      network_.deliver(dispatcher_.sink(due_us));
    }
  }

  void finish() {
    Progress progress;
    dispatcher_.report_progress(progress);
    result_.in_flight_at_end = progress.in_flight;
    result_.output = file_.text();
    result_.rows_deferred = blocks_.rows_deferred();
    result_.digest = network_.digest();
    result_.queries = network_.queries();
    result_.replies = network_.replies();
    result_.excluded = dispatcher_.excluded();
    result_.asked_in_vain = network_.asked_in_vain();
    result_.asked_in_mixed_case = network_.asked_in_mixed_case();
    result_.has_doubled_ticket = network_.has_doubled_ticket();
    result_.history = network_.history();
    result_.last_watch_us = network_.last_watch_us();
  }

  void keep(const Status& status) {
    if (!status.ok()) result_.trouble = status.message();
  }

  const Scenario& scenario_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  SimulatedNetwork network_;
  engine::Dispatcher dispatcher_;
  rows::ReadyGate gate_;
  rows::Reporter reporter_;
  rows::RowKeys keys_;
  OutputOptions options_;
  SimulatedOutput file_;
  output::TextRowEncoder encoder_;
  rows::RowSink sink_;

  MemoryDisk disk_;
  rows::BlockQueue blocks_;
  std::optional<Block> block_;   // popped, not yet written
  size_t blocks_in_flight_ = 0;  // in the queue, and that one
  RunResult result_;
  size_t next_row_ = 0;
  int64_t now_us_ = 0;
  int64_t next_read_us_ = 0;
  int turns_at_once_ = 0;
};

}  // namespace

RunResult run(const Scenario& scenario) {
  return Run(scenario).go();
}

}  // namespace mxbulk::test
