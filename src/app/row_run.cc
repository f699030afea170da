#include "app/row_run.h"

#include <thread>

#include "app/first_failure.h"
#include "app/output_format.h"
#include "output/output_file.h"
#include "output/row_renderer.h"

namespace mxbulk::app {

RowRun::RowRun(const Options& options, Progress& progress)
    : options_(options),
      progress_(progress),
      began_us_(clock_.now_us()),
      gate_(domains_),
      blocks_(options.memory_bytes),
      reporter_(domains_, hosts_, enricher_) {}

Status RowRun::open() {
  input::RowNeeds needs;
  needs.output_format = output_format(options_.output);
  needs.mode = options_.output.mode;
  needs.new_column_prefix = options_.output.prefix;
  needs.keep_rows = options_.output.mode != Mode::kDomains && !options_.dry_run;
  Result<std::unique_ptr<input::RowReader>> reader = input::RowReader::open(options_.input, needs);
  if (!reader.ok()) return reader.status();
  reader_ = std::move(reader.value());
  output_format_ = reader_->shape().format;
  if (options_.output.mode == Mode::kDomains) {
    const Format asked = needs.output_format;
    output_format_ = asked == Format::kAuto ? Format::kCsv : asked;
  }
  progress_.bytes_total = reader_->bytes_total();
  return {};
}

Result<Summary> RowRun::run() {
  Status status = open();
  if (!status.ok()) return status;
  Result<output::RowRenderer> renderer =
      output::RowRenderer::create(options_.output, reader_->shape());
  if (!renderer.ok()) return renderer.status();
  status = summary_file_.open(options_.output);
  if (!status.ok()) return status;
  if (options_.dry_run) return dry_run();

  NetRunner::Hooks hooks;
  hooks.after_turn = [this](engine::Dispatcher&) { gate_.poll(); };
  hooks.on_failure = [this] { abort(); };
  Result<std::unique_ptr<NetRunner>> net =
      NetRunner::create(options_.dns, domains_, hosts_, progress_, std::move(hooks));
  if (!net.ok()) return net.status();
  net_ = std::move(net.value());
  Result<std::unique_ptr<output::OutputFile>> file =
      output::OutputFile::create(options_.output.path);
  if (!file.ok()) return file.status();

  engine::RowSink sink(options_.output, output_format_, renderer.value(), *file.value(), gate_,
                       reporter_);
  net_->start();
  std::thread reading([this] { read_rows(); });
  status = write_rows(sink);
  if (!status.ok()) {
    abort();
    net_->stop();
  }
  reading.join();
  if (!read_status_.ok()) net_->stop();
  net_->join();
  status = first_failure(read_status_, status, net_->failure());
  if (!status.ok()) return status;
  return summary_file_.commit(summary_of(sink), file.value().get());
}

void RowRun::abort() {
  reader_->stop();
  gate_.abort();
  blocks_.abort();
}

void RowRun::read_rows() {
  read_status_ = read_batches();
  if (!read_status_.ok()) {
    abort();
    return;
  }
  blocks_.close();
  net_->close_intake();
}

Status RowRun::read_batches() {
  engine::RowKeys keys(engine::RowKeys::Cells::kAddresses, domains_, enricher_);
  input::RowBatch batch;
  while (true) {
    Result<bool> more = reader_->next(batch);
    if (!more.ok()) return more.status();
    progress_.bytes_read.store(reader_->bytes_read(), std::memory_order_relaxed);
    if (!more.value()) return {};
    Status status = keys.fill(batch);
    if (!status.ok()) return status;
    progress_.rows_read.fetch_add(batch.block.keys.size(), std::memory_order_relaxed);
    net_->wake();
    const bool pushed =
        blocks_.push(std::move(batch.block), [this] { net_->set_reader_waits(true); });
    if (!pushed) return {};
    net_->set_reader_waits(false);
  }
}

Status RowRun::write_rows(engine::RowSink& sink) {
  sink.write_header();
  Status status;
  while (status.ok() && !sink.is_aborted()) {
    if (blocks_.is_empty()) status = sink.flush();  // who reads our pipe shall not wait with us
    if (!status.ok()) break;
    const std::optional<Block> block = blocks_.pop();
    if (!block) break;
    status = sink.write(*block);
    progress_.rows_written.fetch_add(block->keys.size(), std::memory_order_relaxed);
  }
  if (status.ok() && !sink.is_aborted()) status = sink.finish();
  return status;
}

// Reads and interns everything, asks nothing.
Result<Summary> RowRun::dry_run() {
  engine::RowKeys keys(engine::RowKeys::Cells::kAddresses, domains_, enricher_);
  input::RowBatch batch;
  Summary summary;
  while (true) {
    Result<bool> more = reader_->next(batch);
    if (!more.ok()) return more.status();
    if (!more.value()) break;
    Status status = keys.fill(batch);
    if (!status.ok()) return status;
    for (const RowKey key : batch.block.keys) {
      ++summary.rows;
      if (!key.is_invalid()) continue;
      ++summary.rows_by_reason[static_cast<size_t>(key.reason())];
      if (summary.first_invalid_row == 0) summary.first_invalid_row = summary.rows;
    }
    progress_.rows_read.store(summary.rows, std::memory_order_relaxed);
    progress_.bytes_read.store(reader_->bytes_read(), std::memory_order_relaxed);
  }
  summary.domains = domains_.size();
  summary.bytes_read = reader_->bytes_read();
  summary.seconds = static_cast<double>(clock_.now_us() - began_us_) / 1e6;
  summary.dry_run = true;
  return summary_file_.commit(summary, nullptr);
}

Summary RowRun::summary_of(const engine::RowSink& sink) const {
  Summary summary;
  sink.fill(summary);
  net_->fill(summary);
  summary.domains = domains_.size();
  summary.bytes_read = reader_->bytes_read();
  summary.seconds = static_cast<double>(clock_.now_us() - began_us_) / 1e6;
  summary.output_path = options_.output.path;
  return summary;
}

}  // namespace mxbulk::app

namespace mxbulk {

Result<Summary> validate(const Options& options, Progress& progress) {
  app::RowRun run(options, progress);
  return run.run();
}

}  // namespace mxbulk
