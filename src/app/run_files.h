// The files that a run writes: its rows, in one file or several, and its summary.
// They take their names together or not at all. A run that fails writes a summary that says so, so
// that nobody takes that of an earlier run for its own.
//
// Threads: one. Ownership: owns the files; without commit() only the summary of a failure appears.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "output/output_file.h"
#include "output/output_names.h"
#include "rows/row_sink.h"

namespace mxbulk::app {

// The format of the output by flag, else by the extension of its path; kAuto if neither says.
[[nodiscard]] Format output_format(const OutputOptions& options);

class RunFiles {
 public:
  // `system` outlives the object.
  explicit RunFiles(const Options& options,
                    output::FileSystem& system = output::FileSystem::real());

  // First of all: which files there will be, and that none of them is one that the run reads, or
  // another of its own. Errors: kUsage; nothing was written.
  Status plan();
  // The same for commands that write one file only: `{action}` in its name is an error.
  Status plan_one();
  // Before the input is read, so that a path that cannot be written fails at once. Errors: as
  // OutputFile::create().
  Status open();

  // Of the rows; empty for a dry run. Requires: open().
  [[nodiscard]] std::vector<rows::RowDestination> destinations() const;
  [[nodiscard]] const std::string& first_path() const { return names_.front().path; }
  [[nodiscard]] output::OutputFile& rows() { return *rows_.front(); }
  // How the inputs were read, once that is known.
  void set_inputs(std::vector<InputDescription> inputs) { inputs_ = std::move(inputs); }

  // The end of a run that went well. Gives `summary` back, with the times, the settings, the inputs
  // and `exit_code` filled in. After an error no file of the run has its name.
  Result<Summary> commit(Summary summary, int exit_code);

  // The end of any run. Of one that failed it drops the rows and writes the summary, if one is
  // wanted and its path is no file of the user's; an error of that is not told.
  Result<Summary> end(Result<Summary> result);

 private:
  [[nodiscard]] std::vector<output::OutputFile*> all() const;
  void complete(Summary& summary) const;
  void write_failure(const Status& status);

  const Options& options_;
  output::FileSystem& system_;
  int64_t began_unix_ms_;
  std::vector<output::OutputName> names_;
  std::vector<std::unique_ptr<output::OutputFile>> rows_;
  std::unique_ptr<output::OutputFile> summary_;  // null: none wanted, or not opened
  bool may_write_summary_ = false;               // its path is none of the run's other files
  std::vector<InputDescription> inputs_;
};

}  // namespace mxbulk::app
