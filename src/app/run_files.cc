#include "app/run_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "app/exit_code.h"
#include "app/user_lists.h"
#include "app/wall_clock.h"
#include "model/file_format.h"
#include "output/commit.h"
#include "output/metrics.h"
#include "output/summary_json.h"
#include "output/terminal_text.h"

namespace mxbulk::app {
namespace {

constexpr const char* kSystemResolvers = "/etc/resolv.conf";

// All files that a run reads. A flag that names another file adds it here.
std::vector<NamedFile> inputs_of(const Options& options) {
  std::vector<NamedFile> inputs;
  if (options.input.files.empty()) inputs.push_back({"the input", "-"});
  for (const std::string& file : options.input.files) inputs.push_back({"the input", file});
  if (!options.config_path.empty()) inputs.push_back({"--config", options.config_path});
  if (!options.probe.exclude_path.empty()) {
    inputs.push_back({"--probe-exclude", options.probe.exclude_path});
  }
  for (const std::string& list : list_paths(options.lists_path)) {
    inputs.push_back({"--lists", list});
  }
  if (options.dns.resolvers.empty()) inputs.push_back({"the resolvers of", kSystemResolvers});
  for (const std::string& resolver : options.dns.resolvers) {
    if (resolver.starts_with('@')) inputs.push_back({"--resolver", resolver.substr(1)});
  }
  return inputs;
}

// All files that a run writes besides its rows. A flag that names another file adds it here.
std::vector<NamedFile> reports_of(const Options& options) {
  std::vector<NamedFile> reports;
  const std::string& summary = options.output.summary_json_path;
  if (!summary.empty()) reports.push_back({"--summary-json", summary});
  const std::string& changes = options.state.changes_path;
  if (!changes.empty()) reports.push_back({"--changes", changes});
  const std::string& metrics = options.output.metrics_path;
  if (!metrics.empty()) reports.push_back({"--metrics-file", metrics});
  if (!options.state.path.empty()) reports.push_back({"--state", options.state.path});
  return reports;
}

int64_t last_success_in(const std::string& metrics_path) {
  std::ifstream in(metrics_path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return output::last_success_of(text);
}

// --- conflicts ---------------------------------------------------------------------------------

// Device and inode of a file; if it does not exist yet, those of its folder and its name.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;  // empty: the file exists

  friend bool operator==(const Identity&, const Identity&) = default;
};

// Nothing for a device or a pipe: writing to it replaces nothing.
std::optional<Identity> identity_of(const struct stat& found) {
  if (!S_ISREG(found.st_mode)) return std::nullopt;
  return Identity{found.st_dev, found.st_ino, {}};
}

std::optional<Identity> identity_of_stream(int descriptor) {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return std::nullopt;
  return identity_of(found);
}

std::optional<Identity> identity_of_existing(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return identity_of(found);
}

std::optional<Identity> identity_of_input(const std::string& path) {
  return path == "-" ? identity_of_stream(STDIN_FILENO) : identity_of_existing(path);
}

std::optional<Identity> identity_of_output(const std::string& path) {
  if (path == "-") return identity_of_stream(STDOUT_FILENO);
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return identity_of(found);
  if (errno != ENOENT) return std::nullopt;
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  if (::stat(folder.empty() ? "." : folder.c_str(), &found) != 0) return std::nullopt;
  return Identity{found.st_dev, found.st_ino, whole.filename().string()};
}

std::string named(const NamedFile& file) {
  return file.role + " " + (file.path == "-" ? "(a stream)" : output::terminal_text(file.path));
}

bool is_standard_output(const NamedFile& file) {
  return file.path == "-" || file.path == "/dev/stdout";
}

Status conflict(const NamedFile& output, const NamedFile& other) {
  return Status::usage(named(output) + " is the same file as " + named(other) +
                       "; one would overwrite the other; nothing was written; name another file");
}

}  // namespace

Status check_file_conflicts(const std::vector<NamedFile>& inputs,
                            const std::vector<NamedFile>& outputs) {
  std::vector<std::optional<Identity>> inputs_seen;
  inputs_seen.reserve(inputs.size());
  for (const NamedFile& input : inputs) inputs_seen.push_back(identity_of_input(input.path));
  std::vector<std::optional<Identity>> outputs_seen;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::optional<Identity> identity = identity_of_output(outputs[i].path);
    for (size_t k = 0; k < inputs.size(); ++k) {
      if (identity && identity == inputs_seen[k]) return conflict(outputs[i], inputs[k]);
    }
    for (size_t k = 0; k < i; ++k) {
      if (identity && identity == outputs_seen[k]) return conflict(outputs[i], outputs[k]);
      if (is_standard_output(outputs[i]) && is_standard_output(outputs[k])) {
        return Status::usage(outputs[i].role + " and " + outputs[k].role +
                             " would both go to standard output; name a file for one of them");
      }
    }
    outputs_seen.push_back(identity);
  }
  return {};
}

Format output_format(const OutputOptions& options) {
  return options.format != Format::kAuto ? options.format : format_by_name(options.path);
}

RunFiles::RunFiles(const Options& options, output::FileSystem& system)
    : options_(options),
      system_(system),
      began_us_(clock_.now_us()),
      began_unix_ms_(unix_now_ms(options)) {}

Status RunFiles::plan() {
  const OutputOptions& output = options_.output;
  const std::vector<NamedFile> inputs = inputs_of(options_);
  std::vector<NamedFile> outputs = reports_of(options_);
  Result<std::vector<output::OutputName>> names = output::output_names(output.path, output.only);
  if (names.ok() && !options_.dry_run) {
    names_ = std::move(names.value());
    for (const output::OutputName& name : names_) outputs.push_back({"--output", name.path});
  }
  may_write_summary_ = check_file_conflicts(inputs, reports_of(options_)).ok() &&
                       check_file_conflicts({}, outputs).ok();
  if (Status status = check_file_conflicts(inputs, outputs); !status.ok()) return status;
  return names.status();
}

Status RunFiles::plan_one() {
  if (Status status = plan(); !status.ok()) return status;
  if (!output::has_placeholder(options_.output.path)) return {};
  return Status::usage("--output: only validate writes one file for each {action} or {verdict}");
}

Status RunFiles::lock() {
  if (!locks_.empty()) return {};
  std::vector<NamedFile> files = reports_of(options_);
  for (const output::OutputName& name : names_) files.push_back({"--output", name.path});
  for (const NamedFile& file : files) {
    if (options_.dry_run && file.path == options_.state.path) continue;  // it is not opened
    Result<std::unique_ptr<RunLock>> lock = RunLock::take(file.path, file.role);
    if (!lock.ok()) {
      // The summary at that path is the other run's.
      if (lock.status().code() == StatusCode::kLocked) may_write_summary_ = false;
      return lock.status();
    }
    if (lock.value() != nullptr) locks_.push_back(std::move(lock.value()));
  }
  return {};
}

Status RunFiles::open() {
  if (Status status = lock(); !status.ok()) return status;
  const std::string& summary_path = options_.output.summary_json_path;
  if (!summary_path.empty()) {
    auto file = output::OutputFile::create(summary_path, system_);
    if (!file.ok()) return file.status();
    summary_ = std::move(file.value());
  }
  if (Status status = open_metrics(); !status.ok()) return status;
  const std::string& changes_path = options_.state.changes_path;
  if (!changes_path.empty() && !options_.dry_run) {
    // It names domains of the list.
    auto file =
        output::OutputFile::create(changes_path, system_, output::OutputFile::Readers::kOwner);
    if (!file.ok()) return file.status();
    changes_ = std::move(file.value());
  }
  for (const output::OutputName& name : names_) {
    auto file = output::OutputFile::create(name.path, system_);
    if (!file.ok()) return file.status();
    rows_.push_back(std::move(file.value()));
  }
  return {};
}

Status RunFiles::open_metrics() {
  const std::string& path = options_.output.metrics_path;
  if (path.empty()) return {};
  last_success_s_ = last_success_in(path);
  auto file = output::OutputFile::create(path, system_);
  if (!file.ok()) return file.status();
  metrics_ = std::move(file.value());
  return {};
}

Status RunFiles::write_metrics(const Summary& summary) {
  if (metrics_ == nullptr) return {};
  const bool is_success = summary.exit_code == 0 || summary.exit_code == kTooManyUnknown;
  const int64_t last_success_s = is_success ? summary.ended_unix_ms / 1'000 : last_success_s_;
  return metrics_->write(output::metrics_text(summary, last_success_s));
}

Status RunFiles::write_changes(std::string_view text) {
  return changes_ == nullptr ? Status() : changes_->write(text);
}

std::vector<rows::RowDestination> RunFiles::destinations() const {
  std::vector<rows::RowDestination> destinations;
  for (size_t i = 0; i < rows_.size(); ++i) {
    destinations.push_back({.file = rows_[i].get(),
                            .path = names_[i].path,
                            .verdict = names_[i].verdict,
                            .action = names_[i].action});
  }
  return destinations;
}

std::vector<output::OutputFile*> RunFiles::all() const {
  std::vector<output::OutputFile*> files;
  for (const auto& file : rows_) files.push_back(file.get());
  if (changes_ != nullptr) files.push_back(changes_.get());
  if (metrics_ != nullptr) files.push_back(metrics_.get());
  if (summary_ != nullptr) files.push_back(summary_.get());
  return files;
}

void RunFiles::complete(Summary& summary) const {
  summary.began_unix_ms = began_unix_ms_;
  summary.ended_unix_ms = unix_now_ms(options_);
  summary.settings = options_.settings;
  summary.inputs = inputs_;
  summary.dry_run = options_.dry_run;
  summary.output_path = options_.output.path;
  summary.run_id = options_.run_id;
  summary.run_date = options_.run_date;
}

Result<Summary> RunFiles::commit(Summary summary, int exit_code,
                                 const std::function<Status()>& last_step) {
  summary.seconds = static_cast<double>(clock_.now_us() - began_us_) / 1e6;
  // A full disk must be noticed before there is a summary of the rows.
  for (const auto& file : rows_) {
    if (Status status = file->prepare(); !status.ok()) return status;
  }
  complete(summary);
  summary.exit_code = exit_code;
  if (summary_ != nullptr) {
    Status status = summary_->write(output::summary_json(summary));
    if (!status.ok()) return status;
  }
  if (Status status = write_metrics(summary); !status.ok()) return status;
  if (Status status = output::commit_all(all(), last_step); !status.ok()) return status;
  return summary;
}

Result<Summary> RunFiles::end(Result<Summary> result) {
  if (result.ok()) return result;
  rows_.clear();
  changes_.reset();
  if (may_write_summary_) write_failure(result.status());
  return result;
}

void RunFiles::write_failure(const Status& status) {
  Summary summary;
  complete(summary);
  summary.exit_code = static_cast<int>(status.code());
  summary.error = status.message();
  if (reopen(summary_, options_.output.summary_json_path) &&
      summary_->write(output::summary_json(summary)).ok()) {
    static_cast<void>(summary_->commit());
  }
  summary_.reset();
  if (metrics_ == nullptr) last_success_s_ = last_success_in(options_.output.metrics_path);
  if (reopen(metrics_, options_.output.metrics_path) && write_metrics(summary).ok()) {
    static_cast<void>(metrics_->commit());
  }
  metrics_.reset();
}

// False if it is not requested, or cannot be made. A pipe cannot be opened twice, and what was
// written to it cannot be removed.
bool RunFiles::reopen(std::unique_ptr<output::OutputFile>& file, const std::string& path) {
  if (path.empty()) return false;
  if (file != nullptr && !file->has_name()) return true;
  file.reset();
  auto made = output::OutputFile::create(path, system_);
  if (!made.ok()) return false;
  file = std::move(made.value());
  return true;
}

}  // namespace mxbulk::app
