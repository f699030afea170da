// One run of `validate`: reads rows, looks up their domains, writes the rows with their verdicts.
//
// Threads: run() blocks. It writes on the calling thread, and starts and joins a reader thread and
// the network thread. Ownership: owns tables, queues and gates; borrows options, progress and
// files.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/fail_gates.h"
#include "app/net_runner.h"
#include "app/night.h"
#include "app/run_files.h"
#include "enrich/enrich.h"
#include "input/row_reader.h"
#include "mxbulk/options.h"
#include "mxbulk/validator.h"
#include "rows/block_queue.h"
#include "rows/gates.h"
#include "rows/reporter.h"
#include "rows/row_keys.h"
#include "rows/row_sink.h"
#include "table/address_set.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::app {

class RowRun {
 public:
  RowRun(const Options& options, Progress& progress, RunFiles& files);

  Result<Summary> run();

 private:
  Status open();
  Result<Summary> dry_run();
  Result<Summary> look_up(const output::RowEncoder& encoder);
  Status open_night();
  Status start_night();
  Result<Summary> finish(const rows::RowSink& sink);
  Status write_changes(const std::vector<DomainChange>& changes, Summary& summary);
  void count_domains(OutcomeCounts& counts);
  [[nodiscard]] rows::RowKeys make_keys(bool keeps_local_parts);
  // Reader thread.
  Status read_rows();
  // Calling thread.
  Status write_rows(rows::RowSink& sink);
  void abort();
  // Remembers the place of the first invalid row that is not empty.
  void note_invalid(const input::RowBatch& batch);
  void describe_reading(Summary& summary);
  [[nodiscard]] Summary summary_of(const rows::RowSink& sink);

  const Options& options_;
  Progress& progress_;
  RunFiles& files_;
  Format output_format_ = Format::kCsv;
  bool keeps_local_parts_ = false;

  enrich::Enricher enricher_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  std::optional<table::AddressSet> addresses_;  // if duplicates are marked
  rows::ReadyGate gate_;
  rows::IntakeGate intake_;
  rows::BlockQueue blocks_;
  rows::Reporter reporter_;
  std::unique_ptr<input::RowReader> reader_;
  Night::Refused state_refused_;
  std::unique_ptr<NetRunner> net_;
  std::unique_ptr<Night> night_;  // nullptr without a state; ends before the loop that it may wake
  std::string first_invalid_place_;  // by the reader thread, read after its end
};

}  // namespace mxbulk::app
