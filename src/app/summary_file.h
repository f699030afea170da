// The run's summary as a file, where one is wanted (`--summary-json`).
//
// Threads: one. Ownership: owns the file; without commit() no summary appears.
#pragma once

#include <memory>

#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "output/output_file.h"

namespace mxbulk::app {

class SummaryFile {
 public:
  // Before the run, so that a path that cannot be written fails at once. Errors: as
  // OutputFile::create(); none where no summary is wanted.
  Status open(const OutputOptions& options);

  // At the end of a run that went well: the summary's file takes its name, then that of the rows
  // (`rows` null: a run without). An error of the summary leaves no new output file. Gives
  // `summary` back.
  Result<Summary> commit(const Summary& summary, output::OutputFile* rows);

 private:
  std::unique_ptr<output::OutputFile> file_;  // null: none wanted
};

}  // namespace mxbulk::app
