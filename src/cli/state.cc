// `mxbulk state stats|prune|export|forget FILE`.
#include <algorithm>
#include <array>
#include <filesystem>

#include "app/run_lock.h"
#include "app/wall_clock.h"
#include "cli/subcommands.h"
#include "model/file_format.h"
#include "output/output_file.h"
#include "output/summary_text.h"
#include "output/terminal_text.h"
#include "output/value_text.h"
#include "state/state_file.h"
#include "state/upkeep.h"

namespace mxbulk::cli {
namespace {

using output::with_thousands;

struct Work {
  const Invocation& invocation;
  state::Database& database;
};

constexpr std::array<std::string_view, 5> kAges = {"under_1d", "under_7d", "under_30d", "older",
                                                   "never"};

// Columns of the export that are numbers in JSON.
bool is_number(std::string_view column) {
  constexpr std::array<std::string_view, 4> kNumbers = {"mx_count", "ttl_s", "failures", "run"};
  return std::find(kNumbers.begin(), kNumbers.end(), column) != kNumbers.end();
}

std::string stats_json(const state::StateStats& stats) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("domains").number(stats.domains);
  json.key("hosts").number(stats.hosts);
  json.key("bytes").number(stats.file_bytes);
  json.key("verdicts").begin_object();
  for (size_t i = 0; i < kVerdictCount; ++i) {
    json.key(name_of(static_cast<Verdict>(i))).number(stats.by_verdict[i]);
  }
  json.end_object();
  json.key("ages").begin_object();
  for (size_t i = 0; i < kAges.size(); ++i) json.key(kAges[i]).number(stats.by_age[i]);
  json.end_object();
  json.key("runs").number(stats.last_run.id);
  json.key("last_run_domains").number(stats.last_run.domains);
  json.end_object();
  return text + "\n";
}

std::string stats_text(const state::StateStats& stats) {
  std::string text = with_thousands(stats.domains) + " domains, " + with_thousands(stats.hosts) +
                     " mail hosts, " + with_thousands(stats.file_bytes) + " bytes\n";
  const auto line = [&](std::string_view name, uint64_t count) {
    if (count == 0) return;
    const std::string number = with_thousands(count);
    text += "  " + std::string(name);
    text.append(name.size() + number.size() < 24 ? 24 - name.size() - number.size() : 1, ' ');
    text += number + "\n";
  };
  for (size_t i = 0; i < kVerdictCount; ++i) {
    line(name_of(static_cast<Verdict>(i)), stats.by_verdict[i]);
  }
  text += "answers by age:\n";
  constexpr std::array<std::string_view, 5> kWords = {"under a day", "under a week",
                                                      "under 30 days", "older", "never asked"};
  for (size_t i = 0; i < kWords.size(); ++i) line(kWords[i], stats.by_age[i]);
  if (stats.last_run.id == 0) return text + "no run was complete yet\n";
  return text + with_thousands(stats.last_run.id) + " complete runs; the last had " +
         with_thousands(stats.last_run.domains) + " domains\n";
}

Status show_stats(const Work& work) {
  const Result<state::StateStats> stats =
      state::stats(work.database, app::unix_now_s(work.invocation.options));
  if (!stats.ok()) return stats.status();
  return print(work.invocation.json ? stats_json(stats.value()) : stats_text(stats.value()));
}

Status prune(const Work& work) {
  const Result<uint64_t> removed = state::prune(work.database, work.invocation.state_days,
                                                app::unix_now_s(work.invocation.options));
  if (!removed.ok()) return removed.status();
  if (work.invocation.quiet) return {};
  return print(with_thousands(removed.value()) + " domains removed\n");
}

Status forget(const Work& work) {
  const std::vector<std::string>& names = work.invocation.names;
  for (size_t i = 2; i < names.size(); ++i) {
    const auto name = DomainName::from_text(names[i]);
    if (!name) return Status::usage("\"" + output::terminal_text(names[i]) + "\" is no domain");
    const Result<bool> found = state::forget(work.database, *name);
    if (!found.ok()) return found.status();
    if (work.invocation.quiet) continue;
    const Status status = print(output::terminal_text(names[i]) +
                                (found.value() ? ": forgotten\n" : ": not in the state\n"));
    if (!status.ok()) return status;
  }
  return {};
}

Status export_domains(const Work& work) {
  const OutputOptions& options = work.invocation.options.output;
  const Format asked =
      options.format != Format::kAuto ? options.format : format_by_name(options.path);
  const bool is_json = asked != Format::kCsv && asked != Format::kTsv;
  const output::ValueText value{.is_json = is_json, .delimiter = delimiter_of(asked)};
  auto file = output::OutputFile::create(options.path, output::FileSystem::real(),
                                         output::OutputFile::Readers::kOwner);
  if (!file.ok()) return file.status();
  std::vector<std::string> names;
  std::string line;
  const auto write_row = [&](const std::vector<std::string_view>& texts) {
    line.clear();
    for (size_t i = 0; i < texts.size(); ++i) {
      if (is_json) {
        line += i == 0 ? "{" : ",";
        append_json_string(names[i], line);
        line.push_back(':');
      } else if (i > 0) {
        line.push_back(value.delimiter);
      }
      if (is_json && is_number(names[i]) && !texts[i].empty()) {
        line += texts[i];
      } else {
        value.append(texts[i], line);
      }
    }
    return file.value()->write(line + (is_json ? "}\n" : "\n"));
  };
  const auto take_names = [&](const std::vector<std::string_view>& texts) {
    names.assign(texts.begin(), texts.end());
    return is_json ? Status() : write_row(texts);
  };
  const Status status = state::export_domains(work.database, take_names, write_row);
  return status.ok() ? file.value()->commit() : status;
}

struct Action {
  std::string_view name;
  Status (*run)(const Work& work);
  size_t domains_min;
};
constexpr std::array<Action, 4> kActions = {{{"stats", show_stats, 0},
                                             {"prune", prune, 0},
                                             {"export", export_domains, 0},
                                             {"forget", forget, 1}}};

Status run_action(const Invocation& invocation) {
  const std::vector<std::string>& names = invocation.names;
  const auto action = std::find_if(kActions.begin(), kActions.end(), [&](const Action& one) {
    return !names.empty() && one.name == names[0];
  });
  if (action == kActions.end() || names.size() < 2) {
    return Status::usage(
        "state needs stats, prune, export or forget, and a file; "
        "mxbulk state --help shows how");
  }
  const size_t domains = names.size() - 2;
  if (domains < action->domains_min) return Status::usage("forget needs a domain after the file");
  if (domains > 0 && action->domains_min == 0) {
    return Status::usage("state " + names[0] + " takes one file");
  }
  const std::string& path = names[1];
  if (!std::filesystem::exists(path)) {
    return Status::usage("there is no file " + output::terminal_text(path) + "; check the path");
  }
  Result<std::unique_ptr<app::RunLock>> lock = app::RunLock::take(path, "--state");
  if (!lock.ok()) return lock.status();
  const state::Opened opened = state::open_state(path);
  if (!opened.status.ok()) return opened.status;
  return action->run({invocation, *opened.database});
}

}  // namespace

int run_state(const Invocation& invocation, const Console& /*console*/) {
  const Status status = run_action(invocation);
  return status.ok() ? 0 : report_failure(status, false);
}

}  // namespace mxbulk::cli
