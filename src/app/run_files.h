// The files that a run writes: its rows, in one file or several, and its summary.
// All are renamed to their names together, or none is. A run that fails writes a summary with its
// error, so that the summary of an earlier run is not taken for this one's.
//
//   RunFiles files(options);
//   Result<Summary> result = run(files);  // plan(), set_inputs(), open(), rows().write(), commit()
//   return files.end(std::move(result));
//
// Threads: one. Ownership: owns the files; without commit() no file appears, except the summary of
// a failed run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_lock.h"
#include "base/clock.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "output/output_file.h"
#include "output/output_names.h"
#include "rows/row_sink.h"

namespace mxbulk::app {

// The format of the output by flag, else by the extension of its path; kAuto if neither says.
[[nodiscard]] Format output_format(const OutputOptions& options);

struct NamedFile {
  std::string role;  // for messages: `the input`, `--summary-json`
  std::string path;  // "-": standard input or output
};

// Refuses to overwrite: none of `outputs` may be one of `inputs` or another output. Compares files,
// not names: through symbolic links, hard links and redirected streams. Two outputs that do not
// exist yet are compared by their folder and name. Devices and pipes never conflict. Threads: any.
// Errors: kUsage with both roles.
[[nodiscard]] Status check_file_conflicts(const std::vector<NamedFile>& inputs,
                                          const std::vector<NamedFile>& outputs);

class RunFiles {
 public:
  // `system` outlives the object.
  explicit RunFiles(const Options& options,
                    output::FileSystem& system = output::FileSystem::real());

  // Call it first. Decides which files there will be; none may be one that the run reads, or
  // another output. Errors: kUsage; nothing was written.
  Status plan();
  // The same for commands that write one file: `{action}` in its name is an error.
  Status plan_one();
  // Locks all that the run writes, the state too. Errors: as RunLock::take().
  Status lock();
  // Call it before the input is read, so that a path that cannot be written fails at once. Errors:
  // as OutputFile::create() and lock().
  Status open();

  // Of the rows; empty for a dry run. Requires: open().
  [[nodiscard]] std::vector<rows::RowDestination> destinations() const;
  [[nodiscard]] const std::string& first_path() const { return names_.front().path; }
  [[nodiscard]] output::OutputFile& rows() { return *rows_.front(); }
  // How the inputs were read, for the summary.
  void set_inputs(std::vector<InputDescription> inputs) { inputs_ = std::move(inputs); }

  // The lines of --changes, if it was given. Errors: kInternal.
  Status write_changes(std::string_view text);

  // Ends a run that succeeded. Returns `summary` with times, path, settings, inputs and
  // `exit_code`. `last_step`: as in output::commit_all(). After an error no file of the run has its
  // name.
  Result<Summary> commit(Summary summary, int exit_code,
                         const std::function<Status()>& last_step = {});

  // Ends any run. If it failed, drops the rows and writes the summary, if one is requested and its
  // path is no other file of the run; an error of that is not reported.
  Result<Summary> end(Result<Summary> result);

 private:
  [[nodiscard]] std::vector<output::OutputFile*> all() const;
  void complete(Summary& summary) const;
  void write_failure(const Status& status);
  bool reopen(std::unique_ptr<output::OutputFile>& file, const std::string& path);
  Status open_metrics();
  Status write_metrics(const Summary& summary);

  const Options& options_;
  output::FileSystem& system_;
  SteadyClock clock_;
  int64_t began_us_;
  int64_t began_unix_ms_;
  std::vector<std::unique_ptr<RunLock>> locks_;  // freed last
  std::vector<output::OutputName> names_;
  std::vector<std::unique_ptr<output::OutputFile>> rows_;
  std::unique_ptr<output::OutputFile> summary_;  // nullptr: not requested, or not opened
  std::unique_ptr<output::OutputFile> changes_;  // nullptr: not requested
  std::unique_ptr<output::OutputFile> metrics_;  // likewise
  int64_t last_success_s_ = 0;                   // Unix time, by the metrics of an earlier run
  bool may_write_summary_ = false;               // its path is no other file of the run
  std::vector<InputDescription> inputs_;
};

}  // namespace mxbulk::app
