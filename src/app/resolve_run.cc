// `resolve`: domains in, one record for each line out, in the order in which they are decided.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "app/exit_code.h"
#include "app/net_runner.h"
#include "app/read_batches.h"
#include "app/run_files.h"
#include "app/user_lists.h"
#include "input/row_reader.h"
#include "mxbulk/validator.h"
#include "output/output_file.h"
#include "output/records.h"
#include "rows/reporter.h"
#include "rows/row_keys.h"

namespace mxbulk {
namespace app {
namespace {

// What reader and network thread hand to the writer.
class ResolveInbox {
 public:
  static constexpr size_t kBatchesMax = 64;  // of rows; past it the reader waits

  struct Rows {
    std::vector<RowKey> keys;
    std::vector<std::pair<size_t, std::string>> invalid_lines;  // row, text
  };

  bool push_rows(Rows rows) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return rows_.size() < kBatchesMax || is_aborted_; });
    if (is_aborted_) return false;
    rows_.push_back(std::move(rows));
    changed_.notify_all();
    return true;
  }
  void push_done(std::vector<DomainId>& domains) {
    if (domains.empty()) return;
    const std::lock_guard lock(mutex_);
    done_.insert(done_.end(), domains.begin(), domains.end());
    domains.clear();
    changed_.notify_all();
  }
  void close_rows() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }
  void abort() {
    const std::lock_guard lock(mutex_);
    is_aborted_ = true;
    changed_.notify_all();
  }

  // Waits until there is something; false if rows are closed and nothing is left.
  bool take(std::deque<Rows>& rows, std::vector<DomainId>& done, bool waits_for_done) {
    std::unique_lock lock(mutex_);
    const auto has_news = [&] {
      return is_aborted_ || !rows_.empty() || !done_.empty() || (is_closed_ && !waits_for_done);
    };
    changed_.wait(lock, has_news);
    if (is_aborted_) return false;
    rows.swap(rows_);
    done.swap(done_);
    changed_.notify_all();
    return !rows.empty() || !done.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Rows> rows_;
  std::vector<DomainId> done_;
  bool is_closed_ = false;
  bool is_aborted_ = false;
};

class ResolveRun final : private engine::DecisionObserver {
 public:
  ResolveRun(const Options& options, Progress& progress, RunFiles& files)
      : options_(options),
        progress_(progress),
        files_(files),
        reporter_(domains_, hosts_, enricher_) {
    const Format asked = output_format(options.output);
    format_ = asked == Format::kAuto ? Format::kJsonl : asked;
  }

  Result<Summary> run() {
    Status status = files_.plan_one();
    if (status.ok()) status = open();
    if (!status.ok()) return status;
    status = net_->run({.read = [this] { return read(); },
                        .close = [this] { inbox_.close_rows(); },
                        .write = [this] { return write(); },
                        .abort = [this] { abort(); }});
    if (!status.ok()) return status;
    const Summary summary = finish();
    return files_.commit(summary, exit_code_of_domains(summary, options_));
  }

 private:
  void on_decided(DomainId domain, const DomainRecord&) override { decided_.push_back(domain); }

  Status open() {
    if (Status status = add_user_lists(options_.lists_path, enricher_); !status.ok()) return status;
    InputOptions input = options_.input;
    if (input.format == Format::kAuto) input.format = Format::kLines;
    input::RowNeeds needs;
    needs.keep_rows = false;
    Result<std::unique_ptr<input::RowReader>> reader = input::RowReader::open(input, needs);
    if (!reader.ok()) return reader.status();
    reader_ = std::move(reader.value());
    progress_.bytes_total = reader_->bytes_total();
    files_.set_inputs(reader_->inputs());
    NetRunner::Hooks hooks;
    hooks.observer = this;
    hooks.after_turn = [this](engine::Dispatcher&) { inbox_.push_done(decided_); };
    hooks.probe_as_they_come = progress_.bytes_total == 0;  // what reads our pipe must not wait
    hooks.finish_when_down = true;  // each line gets a record, even if the resolver is down
    Result<std::unique_ptr<NetRunner>> net =
        NetRunner::create(options_, {domains_, hosts_, enricher_, progress_}, std::move(hooks));
    if (!net.ok()) return net.status();
    net_ = std::move(net.value());
    return files_.open();
  }

  void abort() {
    reader_->stop();
    inbox_.abort();
  }

  Status read() {
    rows::RowKeys keys(rows::RowKeys::Cells::kDomains, domains_, enricher_);
    return read_batches(*reader_, keys, progress_, [this](input::RowBatch& batch) {
      ResolveInbox::Rows rows;
      rows.keys = std::move(batch.block.keys);
      for (size_t i = 0; i < rows.keys.size(); ++i) {
        if (rows.keys[i].is_invalid()) rows.invalid_lines.emplace_back(i, batch.cells[i].text);
      }
      net_->wake();
      return inbox_.push_rows(std::move(rows));
    });
  }

  Status write() {
    Status status = files_.rows().write(output::domain_header(format_));
    std::deque<ResolveInbox::Rows> rows;
    std::vector<DomainId> done;
    while (status.ok() && inbox_.take(rows, done, waiting_lines_ > 0)) {
      for (const ResolveInbox::Rows& batch : rows) take_rows(batch);
      rows.clear();
      for (DomainId domain : done) take_done(domain);
      done.clear();
      status = files_.rows().write(out_);
      out_.clear();
      if (status.ok()) status = files_.rows().flush();
    }
    return status;
  }

  void take_rows(const ResolveInbox::Rows& rows) {
    auto invalid = rows.invalid_lines.begin();
    for (const RowKey key : rows.keys) {
      if (key.is_passed()) {  // a blank line: no record
        ++summary_.rows_passed;
        continue;
      }
      ++summary_.rows;
      if (key.row_lints().has(Lint::kTrimmed)) ++summary_.rows_trimmed;
      if (key.is_invalid()) {
        count(key.reason());
        if (summary_.first_invalid_row == 0) summary_.first_invalid_row = summary_.rows;
        const std::string& line = (invalid++)->second;
        if (line.find('@') != line.npos) ++summary_.lines_with_at_sign;
        output::append_invalid_record(line, key.reason(), reporter_.suggestion_of(key), format_,
                                      out_);
      } else if (domains_.is_ready(key.domain())) {
        write_record(key.domain(), 1);
      } else {
        const uint32_t domain = key.domain().value();
        if (domain >= waiting_.size()) waiting_.resize(domain + 1);
        ++waiting_[domain];
        ++waiting_lines_;
      }
    }
  }

  // The domain may have been written already: it was ready when its line was read.
  void take_done(DomainId domain) {
    if (domain.value() >= waiting_.size()) return;
    const uint32_t lines = std::exchange(waiting_[domain.value()], 0);
    waiting_lines_ -= lines;
    if (lines > 0) write_record(domain, lines);
  }

  void write_record(DomainId domain, uint64_t times) {
    const DomainReport& report = reporter_.report_of(domain);
    for (uint64_t i = 0; i < times; ++i) {
      output::append_domain_record(report, format_, out_);
      count(report.reason);
    }
  }

  void count(Reason reason) {
    ++summary_.rows_by_reason[static_cast<size_t>(reason)];
    ++summary_.rows_written;
    progress_.rows_written.fetch_add(1, std::memory_order_relaxed);
  }

  Summary finish() {
    net_->fill(summary_);
    files_.set_inputs(reader_->inputs());
    summary_.domains = domains_.size();
    summary_.bytes_read = reader_->bytes_read();
    summary_.outputs = {{options_.output.path, summary_.rows_written}};
    return summary_;
  }

  const Options& options_;
  Progress& progress_;
  RunFiles& files_;
  Format format_;
  enrich::Enricher enricher_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  rows::Reporter reporter_;
  ResolveInbox inbox_;
  std::vector<DomainId> decided_;  // network thread
  std::unique_ptr<input::RowReader> reader_;
  std::unique_ptr<NetRunner> net_;
  Summary summary_;
  std::string out_;
  std::vector<uint32_t> waiting_;  // by domain: its lines until it is decided
  uint64_t waiting_lines_ = 0;
};

}  // namespace
}  // namespace app

Result<Summary> resolve(const Options& options, Progress& progress) {
  app::RunFiles files(options);
  app::ResolveRun run(options, progress, files);
  return files.end(run.run());
}

}  // namespace mxbulk
