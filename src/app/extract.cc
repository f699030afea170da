// `extract`: address -> domain and syntax verdict. No network, input order.
#include "app/run_files.h"
#include "input/address_parser.h"
#include "input/row_reader.h"
#include "mxbulk/validator.h"
#include "output/output_file.h"
#include "output/records.h"
#include "table/domain_table.h"

namespace mxbulk {
namespace {

class Extractor {
 public:
  output::ExtractRecord record_of(const input::EmailCell& cell) {
    output::ExtractRecord record;
    record.email = cell.text;
    if (cell.is_ragged) record.lints.add(Lint::kRagged);
    if (cell.is_passed) {  // each line gets a record
      record.invalid = Reason::kEmpty;
      return record;
    }
    if (cell.is_bad_row) {
      record.invalid = Reason::kBadRow;
      return record;
    }
    const input::ParsedAddress parsed = parser_.parse(cell.text);
    record.invalid = parsed.invalid;
    record.lints.add(parsed.lints);
    if (!parsed.domain.empty()) record.domain = to_text(parsed.domain);
    if (parsed.invalid) return record;
    note(parsed.domain);
    record.mx_email.append(parsed.local_part).append("@").append(record.domain);
    return record;
  }

  // Distinct domains of valid addresses, up to the capacity of the table.
  [[nodiscard]] uint32_t domains() const { return domains_.size(); }

 private:
  void note(NameView domain) {
    const table::DomainTable::Request request{domain, {}};
    DomainId id;
    (void)domains_.intern({&request, 1}, {&id, 1});
  }

  input::AddressParser parser_;
  table::DomainTable domains_;
};

class ExtractRun {
 public:
  ExtractRun(const Options& options, Progress& progress, app::RunFiles& files)
      : options_(options), progress_(progress), files_(files) {
    const Format asked = app::output_format(options.output);
    format_ = asked == Format::kAuto ? Format::kJsonl : asked;
  }

  Result<Summary> run() {
    Status status = open();
    input::RowBatch batch;
    while (status.ok()) {
      const Result<bool> more = reader_->next(batch);
      if (!more.ok()) return more.status();
      if (!more.value()) return files_.commit(finish(), 0);
      status = write(batch);
    }
    return status;
  }

 private:
  Status open() {
    if (Status status = files_.plan_one(); !status.ok()) return status;
    input::RowNeeds needs;
    needs.keep_rows = false;
    needs.new_column_prefix.clear();  // no column is added
    Result<std::unique_ptr<input::RowReader>> reader =
        input::RowReader::open(options_.input, needs);
    if (!reader.ok()) return reader.status();
    reader_ = std::move(reader.value());
    files_.set_inputs(reader_->inputs());
    Status status = files_.open();
    if (status.ok()) status = files_.rows().write(output::extract_header(format_));
    if (status.ok() && progress_.on_input) progress_.on_input(reader_->inputs().front());
    return status;
  }

  Status write(const input::RowBatch& batch) {
    out_.clear();
    for (const input::EmailCell& cell : batch.cells) {
      const output::ExtractRecord record = extractor_.record_of(cell);
      output::append_extract_record(record, format_, out_);
      count(record);
    }
    progress_.rows_read = summary_.rows;
    progress_.bytes_read = reader_->bytes_read();
    Status status = files_.rows().write(out_);
    return status.ok() ? files_.rows().flush() : status;
  }

  void count(const output::ExtractRecord& record) {
    ++summary_.rows;
    if (record.lints.has(Lint::kTrimmed)) ++summary_.rows_trimmed;
    if (!record.invalid) return;
    ++summary_.rows_by_reason[static_cast<size_t>(*record.invalid)];
    if (summary_.first_invalid_row == 0) summary_.first_invalid_row = summary_.rows;
  }

  Summary finish() {
    files_.set_inputs(reader_->inputs());
    summary_.rows_written = summary_.rows;
    summary_.domains = extractor_.domains();
    summary_.bytes_read = reader_->bytes_read();
    summary_.outputs = {{options_.output.path, summary_.rows}};
    return summary_;
  }

  const Options& options_;
  Progress& progress_;
  app::RunFiles& files_;
  Format format_;
  std::unique_ptr<input::RowReader> reader_;
  Extractor extractor_;
  Summary summary_;
  std::string out_;
};

}  // namespace

Result<Summary> extract(const Options& options, Progress& progress) {
  app::RunFiles files(options);
  ExtractRun run(options, progress, files);
  return files.end(run.run());
}

}  // namespace mxbulk
