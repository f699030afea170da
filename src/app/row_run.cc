#include "app/row_run.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "app/exit_code.h"
#include "app/read_batches.h"
#include "app/user_lists.h"
#include "base/limits.h"
#include "output/output_file.h"
#include "output/records.h"
#include "output/text_row_encoder.h"

namespace mxbulk::app {
namespace {

// For deferred rows: $TMPDIR, else the folder of the output file, which needs room for the rows
// anyway, else a disk (/tmp may be memory).
std::string spill_folder(const std::string& output) {
  const char* const temporary = std::getenv("TMPDIR");
  if (temporary != nullptr && *temporary != '\0') return temporary;
  std::error_code error;
  const auto kind = std::filesystem::symlink_status(output, error).type();
  const bool is_file =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  if (!is_file || output == "-") return "/var/tmp";
  const std::string folder = std::filesystem::path(output).parent_path().string();
  return folder.empty() ? "." : folder;
}

void count(RowKey key, Summary& summary) {
  ++(key.is_passed() ? summary.rows_passed : summary.rows);
  const LintSet lints = key.row_lints();
  summary.ragged_rows += lints.has(Lint::kRagged) ? 1 : 0;
  summary.rows_trimmed += lints.has(Lint::kTrimmed) ? 1 : 0;
  summary.rows_duplicate += lints.has(Lint::kDuplicate) ? 1 : 0;
  if (!key.is_invalid()) return;
  ++summary.rows_by_reason[static_cast<size_t>(key.reason())];
  if (summary.first_invalid_row == 0) {
    summary.first_invalid_row = summary.rows + summary.rows_passed;
  }
}

}  // namespace

RowRun::RowRun(const Options& options, Progress& progress, RunFiles& files)
    : options_(options),
      progress_(progress),
      files_(files),
      gate_(domains_, [this](bool waits) { blocks_.set_writer_waits(waits); }),
      intake_(limits::kUnbegunDomainsMax),
      blocks_(options.memory_bytes,
              [this] { return rows::open_spill_file(spill_folder(files_.first_path())); }),
      reporter_(domains_, hosts_, enricher_) {}

Status RowRun::open() {
  if (Status status = add_user_lists(options_.lists_path, enricher_); !status.ok()) return status;
  input::RowNeeds needs;
  needs.output_format = output_format(options_.output);
  needs.mode = options_.output.mode;
  needs.new_column_prefix = options_.output.prefix;
  needs.keep_rows = options_.output.mode == Mode::kAppend && !options_.dry_run;
  Result<std::unique_ptr<input::RowReader>> reader = input::RowReader::open(options_.input, needs);
  if (!reader.ok()) return reader.status();
  reader_ = std::move(reader.value());
  output_format_ = reader_->shape().format;
  if (options_.output.mode == Mode::kDomains) {
    const Format asked = needs.output_format;
    output_format_ = asked == Format::kAuto ? Format::kCsv : asked;
  }
  progress_.bytes_total = reader_->bytes_total();
  files_.set_inputs(reader_->inputs());
  return {};
}

Result<Summary> RowRun::run() {
  Status status = files_.plan();
  if (status.ok()) status = open();
  if (!status.ok()) return status;
  Result<output::TextRowEncoder> encoder =
      output::TextRowEncoder::create(options_.output, reader_->shape());
  if (!encoder.ok()) return encoder.status();
  status = files_.open();
  if (!status.ok()) return status;
  return options_.dry_run ? dry_run() : look_up(encoder.value());
}

Result<Summary> RowRun::look_up(const output::RowEncoder& encoder) {
  keeps_local_parts_ = options_.output.mode != Mode::kDomains && encoder.needs_local_parts();
  if (Status status = open_night(); !status.ok()) return status;
  NetRunner::Hooks hooks;
  hooks.after_turn = [this](engine::Dispatcher& dispatcher) {
    gate_.poll();
    intake_.poll(dispatcher.domains_begun());
    if (night_ == nullptr) return;
    night_->after_turn(dispatcher.now_us(), dispatcher.checked_until_us());
  };
  hooks.observer = night_.get();
  hooks.recall = night_.get();
  hooks.probe_as_they_come = progress_.bytes_total == 0;  // what reads our pipe must not wait
  Result<std::unique_ptr<NetRunner>> net =
      NetRunner::create(options_, {domains_, hosts_, enricher_, progress_}, std::move(hooks));
  if (!net.ok()) return net.status();
  net_ = std::move(net.value());

  rows::RowSink sink(options_.output, output_format_, encoder, files_.destinations(), gate_,
                     reporter_);
  if (night_ != nullptr) {
    sink.set_past(*night_);
    reporter_.set_past(*night_);
    if (Status status = start_night(); !status.ok()) return status;
  }
  if (progress_.on_input) progress_.on_input(reader_->inputs().front());
  Status status = net_->run({.read = [this] { return read_rows(); },
                             .close = [this] { blocks_.close(); },
                             .write = [&] { return write_rows(sink); },
                             .abort = [this] { abort(); }});
  if (night_ != nullptr) {
    const Status writing = night_->stop_writing(status);
    if (!writing.ok() && status.code() != StatusCode::kInternal) status = writing;
  }
  Result<Summary> result = status.ok() ? finish(sink) : Result<Summary>(status);
  if (result.ok() || night_ == nullptr) return result;
  return night_->end_failed(result.status(), net_->dispatcher().uses_unchecked());
}

Status RowRun::open_night() {
  Result<std::unique_ptr<Night>> night =
      Night::open(options_, {domains_, hosts_, enricher_}, state_refused_);
  if (!night.ok()) return night.status();
  night_ = std::move(night.value());
  return {};
}

Status RowRun::start_night() {
  // What reads our pipe must not wait for the end of the list.
  if (progress_.bytes_total == 0) night_->end_count();
  return night_->start({.on_failure =
                            [this] {
                              abort();
                              net_->stop();
                            },
                        .on_wait = [this](bool waits) { blocks_.set_writer_waits(waits); },
                        .wake_loop = [this] { net_->wake(); }});
}

// All rows are written, but no file has its name.
Result<Summary> RowRun::finish(const rows::RowSink& sink) {
  Summary summary = summary_of(sink);
  if (night_ != nullptr) {
    const Result<std::vector<DomainChange>> changes = night_->compare(summary);
    if (!changes.ok()) return changes.status();
    if (Status status = write_changes(changes.value(), summary); !status.ok()) return status;
  } else {
    summary.night.bad_state = state_refused_.why;
    if (Status status = write_changes({}, summary); !status.ok()) return status;
  }
  const OutcomeCounts rows = {summary.rows, summary.rows_by_reason, summary.rows_by_action};
  OutcomeCounts domains;
  count_domains(domains);
  for (uint32_t id = 0; id < domains_.size(); ++id) {
    const DomainRecord& record = domains_.record(DomainId(id));
    if (record.checked_at_s != 0 && !record.from_state) summary.latencies.add(record.dns_ms);
  }
  summary.tripped_gates = tripped_gates(options_.fail_if, rows, domains);
  const int code = exit_code_of_rows(summary, options_);
  if (night_ == nullptr) return files_.commit(summary, code);
  if (Status status = night_->prepare_baseline(summary, code); !status.ok()) return status;
  Result<Summary> result =
      files_.commit(summary, code, [this] { return night_->commit_baseline(); });
  if (result.ok()) night_->end(result.value());
  return result;
}

// A domain with few rows could identify a person.
Status RowRun::write_changes(const std::vector<DomainChange>& changes, Summary& summary) {
  const StateOptions& state = options_.state;
  if (state.changes_path.empty()) return {};
  const Format format = changes_format(state.changes_path);
  std::string text = changes_header(format);
  for (const DomainChange& change : changes) {
    if (change.kind != DomainChange::Kind::kChanged && !state.changes_all) continue;
    if (change.rows < limits::kNamedFromRows && !state.names_all_domains) {
      ++summary.night.changes_unnamed;
      continue;
    }
    append_change(change, format, text);
  }
  return files_.write_changes(text);
}

// Only if a gate needs it: each domain is described once more for its action.
void RowRun::count_domains(OutcomeCounts& counts) {
  const bool is_needed = std::any_of(options_.fail_if.begin(), options_.fail_if.end(),
                                     [](const FailGate& gate) { return gate.of_domains; });
  if (!is_needed) return;
  for (uint32_t id = 0; id < domains_.size(); ++id) {
    const DomainReport& report = reporter_.row_report_of(DomainId(id));
    ++counts.all;
    ++counts.by_reason[static_cast<size_t>(report.reason)];
    ++counts.by_action[static_cast<size_t>(output::action_of_domain(report))];
  }
}

// Addresses are kept only for --mark-duplicates.
rows::RowKeys RowRun::make_keys(bool keeps_local_parts) {
  if (options_.output.mark_duplicates) addresses_.emplace();
  return {
      rows::RowKeys::Cells::kAddresses,
      domains_,
      enricher_,
      {.keeps_local_parts = keeps_local_parts, .addresses = addresses_ ? &*addresses_ : nullptr}};
}

void RowRun::abort() {
  reader_->stop();
  gate_.abort();
  intake_.abort();
  blocks_.abort();
  if (night_ != nullptr) night_->abort();
}

Status RowRun::read_rows() {
  rows::RowKeys keys = make_keys(keeps_local_parts_);
  Status remembering;
  const Status reading = read_batches(*reader_, keys, progress_, [&](input::RowBatch& batch) {
    note_invalid(batch);
    if (night_ != nullptr) remembering = night_->take(batch.block);
    if (!remembering.ok()) return false;
    net_->wake();
    const bool is_pushed = blocks_.push(std::move(batch.block), [this] {
      // The writer must not wait for rows that wait for it.
      if (night_ != nullptr) night_->end_count();
      net_->set_reader_waits(true);
    });
    net_->set_reader_waits(false);
    return is_pushed && intake_.wait(domains_.size());
  });
  if (night_ != nullptr) night_->end_count();
  return remembering.ok() ? reading : remembering;
}

void RowRun::note_invalid(const input::RowBatch& batch) {
  if (!first_invalid_place_.empty()) return;
  const std::vector<RowKey>& keys = batch.block.keys;
  const auto found = std::find_if(keys.begin(), keys.end(), [](RowKey key) {
    return key.is_invalid() && key.reason() != Reason::kEmpty;
  });
  if (found == keys.end()) return;
  const uint64_t line = batch.line_of(static_cast<size_t>(found - keys.begin()));
  first_invalid_place_ = batch.input_name + ":" + std::to_string(line);
}

Status RowRun::write_rows(rows::RowSink& sink) {
  sink.write_header();
  Block block;
  while (!sink.is_aborted()) {
    if (blocks_.is_empty()) {  // what reads our pipe must not wait too
      Status status = sink.flush();
      if (!status.ok()) return status;
    }
    const Result<bool> more = blocks_.pop(block);
    if (!more.ok()) return more.status();
    if (!more.value()) break;
    Status status = sink.write(block);
    if (!status.ok()) return status;
    progress_.rows_written.fetch_add(block.keys.size(), std::memory_order_relaxed);
  }
  return sink.is_aborted() || blocks_.is_aborted() ? Status() : sink.finish();
}

// Reads and interns all rows, sends no query.
Result<Summary> RowRun::dry_run() {
  if (progress_.on_input) progress_.on_input(reader_->inputs().front());
  rows::RowKeys keys = make_keys(false);
  Summary summary;
  const Status status = read_batches(*reader_, keys, progress_, [&](const input::RowBatch& batch) {
    note_invalid(batch);
    for (const RowKey key : batch.block.keys) count(key, summary);
    return true;
  });
  if (!status.ok()) return status;
  describe_reading(summary);
  summary.dry_run = true;  // before the exit code
  return files_.commit(summary, exit_code_of_rows(summary, options_));
}

// What is known after all rows were read.
void RowRun::describe_reading(Summary& summary) {
  files_.set_inputs(reader_->inputs());
  for (const InputDescription& input : reader_->inputs()) summary.rows_passed += input.lines_above;
  summary.first_invalid_place = first_invalid_place_;
  summary.domains = domains_.size();
  summary.bytes_read = reader_->bytes_read();
}

Summary RowRun::summary_of(const rows::RowSink& sink) {
  Summary summary;
  summary.rows_deferred = blocks_.rows_deferred();
  summary.deferring_failed = blocks_.deferring_failure().message();
  sink.fill(summary);
  net_->fill(summary);
  describe_reading(summary);
  return summary;
}

}  // namespace mxbulk::app

namespace mxbulk {

Result<Summary> validate(const Options& options, Progress& progress) {
  app::RunFiles files(options);
  app::RowRun run(options, progress, files);
  return files.end(run.run());
}

}  // namespace mxbulk
