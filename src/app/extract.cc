// `extract`: address -> domain and syntax verdict. No network, input order.
#include "app/run_files.h"
#include "base/clock.h"
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

Result<Summary> run(const Options& options, Progress& progress, app::RunFiles& files) {
  const SteadyClock clock;
  const int64_t began_us = clock.now_us();
  const Format asked = app::output_format(options.output);
  const Format format = asked == Format::kAuto ? Format::kJsonl : asked;
  Status status = files.plan_one();
  if (!status.ok()) return status;
  input::RowNeeds needs;
  needs.keep_rows = false;
  needs.new_column_prefix.clear();  // no column is added
  Result<std::unique_ptr<input::RowReader>> reader = input::RowReader::open(options.input, needs);
  if (!reader.ok()) return reader.status();
  files.set_inputs(reader.value()->inputs());
  status = files.open();
  if (status.ok()) status = files.rows().write(output::extract_header(format));
  if (!status.ok()) return status;
  if (progress.on_input) progress.on_input(reader.value()->inputs().front());

  Summary summary;
  Extractor extractor;
  input::RowBatch batch;
  std::string out;
  while (true) {
    Result<bool> more = reader.value()->next(batch);
    if (!more.ok()) return more.status();
    if (!more.value()) break;
    for (const input::EmailCell& cell : batch.cells) {
      const output::ExtractRecord record = extractor.record_of(cell);
      output::append_extract_record(record, format, out);
      ++summary.rows;
      if (record.lints.has(Lint::kTrimmed)) ++summary.rows_trimmed;
      if (!record.invalid) continue;
      ++summary.rows_by_reason[static_cast<size_t>(*record.invalid)];
      if (summary.first_invalid_row == 0) summary.first_invalid_row = summary.rows;
    }
    status = files.rows().write(out);
    out.clear();
    if (status.ok()) status = files.rows().flush();
    if (!status.ok()) return status;
    progress.rows_read = summary.rows;
    progress.bytes_read = reader.value()->bytes_read();
  }
  files.set_inputs(reader.value()->inputs());
  summary.rows_written = summary.rows;
  summary.domains = extractor.domains();
  summary.bytes_read = reader.value()->bytes_read();
  summary.seconds = static_cast<double>(clock.now_us() - began_us) / 1e6;
  summary.output_path = options.output.path;
  summary.outputs = {{options.output.path, summary.rows}};
  return files.commit(std::move(summary), 0);
}

}  // namespace

Result<Summary> extract(const Options& options, Progress& progress) {
  app::RunFiles files(options);
  return files.end(run(options, progress, files));
}

}  // namespace mxbulk
