#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "app/exit_code.h"
#include "base/clock.h"
#include "cli/no_effect.h"
#include "cli/progress.h"
#include "cli/subcommands.h"
#include "model/json_text.h"
#include "output/summary_json.h"
#include "output/summary_text.h"
#include "output/temporaries.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

constexpr int64_t kPagerStartsWithinMs = 1'000;  // our standard output may go to one

int64_t interval_ms_of(ProgressStyle style) {
  switch (style) {
    case ProgressStyle::kBar: return 100;
    case ProgressStyle::kJson: return 1'000;
    case ProgressStyle::kLog:
    case ProgressStyle::kAuto:
    case ProgressStyle::kNone: return 30'000;
  }
  return 30'000;
}

std::string input_name(const std::vector<std::string>& files) {
  if (files.empty() || files.front() == "-") return "standard input";
  const std::filesystem::path first(files.front());
  std::string name = output::terminal_text(first.filename().string());
  if (files.size() > 1) name += " +" + std::to_string(files.size() - 1);
  return name;
}

output::Counted counted_by(Command command) {
  switch (command) {
    case Command::kResolve: return output::Counted::kDomains;
    case Command::kExtract: return output::Counted::kSyntax;
    case Command::kValidate:
    case Command::kNone:
    case Command::kCheck:
    case Command::kDoctor:
    case Command::kState: break;
  }
  return output::Counted::kAddresses;
}

std::string details(const Summary& summary) {
  using output::with_thousands;
  std::string text = "  " + with_thousands(summary.dns_queries) + " queries, " +
                     with_thousands(summary.dns_answers) + " answers, " +
                     with_thousands(summary.dns_retries) + " retries, " +
                     with_thousands(summary.dns_forged) + " forged answers dropped; " +
                     with_thousands(summary.ragged_rows) + " rows longer than their header\n";
  if (summary.rows_deferred > 0) {
    text += "  " + with_thousands(summary.rows_deferred) + " rows waited on disk for verdicts\n";
  }
  if (!summary.deferring_failed.empty()) {
    text += "  reading waited for verdicts: " + summary.deferring_failed + "\n";
  }
  return text;
}

Format format_of(const InputDescription& input) {
  if (input.format.starts_with("JSON")) return Format::kJsonl;
  return input.format == "lines" ? Format::kLines : Format::kCsv;
}

// About flags without effect in the format that was found; no_effect.cc considered --format.
void warn_of_flags_without_effect(const InputDescription& input, const Invocation& invocation) {
  const InputOptions& options = invocation.options.input;
  if (options.format != Format::kAuto) return;
  std::vector<std::string_view> given;
  if (!options.column.empty()) given.emplace_back("column");
  if (!options.json_path.empty()) given.emplace_back("json-path");
  if (options.delimiter != '\0') given.emplace_back("delimiter");
  if (options.escape) given.emplace_back("escape");
  if (options.no_headers) given.emplace_back("no-headers");
  if (options.skip_lines > 0) given.emplace_back("skip-lines");
  Invocation found = invocation;
  found.options.input.format = format_of(input);
  for (const std::string& text : flags_without_effect(given, found)) warn(invocation, text);
}

// Before the first row: a user who sees that the list was misread can stop the run.
void say_input(const InputDescription& input, const Invocation& invocation) {
  if (invocation.quiet) return;
  wipe_bar();
  warn_of_flags_without_effect(input, invocation);
  if (invocation.progress != ProgressStyle::kJson) {
    say(output::terminal_text(input.text) + "\n");
    return;
  }
  say_event("input", [&](JsonWriter& json) { json.key("text").text(input.text); });
}

void say_summary(const Summary& summary, const Invocation& invocation, const Console& console) {
  const int code = summary.exit_code;
  if (invocation.quiet && code == 0) return;
  // An exit code other than 0 is explained, also with -q.
  if (invocation.progress == ProgressStyle::kJson) {
    std::string object = output::summary_json(summary);
    object.pop_back();  // its LF
    say_event("done", [&](JsonWriter& json) {
      json.key("exit_code").number(static_cast<uint64_t>(code));
      json.key("summary").raw(object);
    });
    return;
  }
  if (invocation.quiet) return;  // explain_exit_code() did
  say(output::summary_text(
      summary, {.color = console.color_stderr, .counted = counted_by(invocation.command)}));
  if (invocation.verbose) say(details(summary));
}

// What to check if most rows are no addresses.
void explain_mostly_invalid(const Summary& summary, const Options& options) {
  char text[200];
  std::snprintf(text, sizeof text,
                "mxbulk: %.1f%% of the rows that hold something are invalid, more than "
                "--max-invalid %.4g%%: the list was probably misread; do not load the output\n",
                100 * summary.invalid_share(), 100 * options.max_invalid);
  say(text);
  for (const InputDescription& input : summary.inputs) {
    say("  understood: " + output::terminal_text(input.text) + "\n");
  }
  say("  first invalid row: " + output::terminal_text(summary.first_invalid_place) +
      "\n  try -s COLUMN, -d CHAR, --escape, --encoding or --skip-lines; if the list is really "
      "like this, --max-invalid 100%\n");
}

void explain_gates(const Summary& summary) {
  for (const TrippedGate& gate : summary.tripped_gates) {
    std::array<char, 64> share{};
    std::snprintf(share.data(), share.size(), "%.1f%%", 100 * gate.share);
    say("mxbulk: --fail-if " + gate.text + ": it is " + share.data() +
        "; the output is complete, look at it before you load it\n");
  }
}

// Also with -q: the exit code is not 0, and the mail from cron should say why.
void explain_exit_code(int code, const Summary& summary, const Invocation& invocation) {
  if (invocation.progress == ProgressStyle::kJson) return;
  if (code == app::kMissedDeadline) {
    return say(
        "mxbulk: --deadline came before all domains were decided: their rows are "
        "unknown/not_attempted; run again" +
        std::string(invocation.options.state.path.empty() ? "\n"
                                                          : " with the same --state to go on\n"));
  }
  if (code == app::kGateTripped && !summary.tripped_gates.empty()) explain_gates(summary);
  const bool is_misread = summary.invalid_share() > invocation.options.max_invalid;
  if (is_misread) return explain_mostly_invalid(summary, invocation.options);
  if (code == app::kGateTripped) return;
  char text[160];
  std::snprintf(text, sizeof text,
                "mxbulk: %.1f%% of the rows are unknown, more than --max-unknown %.4g%%; "
                "the output is complete, run again later\n",
                100 * summary.unknown_share(), 100 * invocation.options.max_unknown);
  say(text);
}

// `resolve` on a list of addresses: each line is invalid, and that is no failure.
void warn_of_addresses(const Summary& summary, const Invocation& invocation) {
  if (2 * summary.lines_with_at_sign < summary.rows || summary.rows == 0) return;
  const std::vector<std::string>& files = invocation.options.input.files;
  const std::string file = files.empty() ? "-" : output::terminal_text(files.front());
  warn(invocation, "these are addresses, not domains; did you mean: mxbulk validate " + file);
}

bool reads_standard_input(const Invocation& invocation) {
  const std::vector<std::string>& files = invocation.options.input.files;
  return files.empty() || std::find(files.begin(), files.end(), "-") != files.end();
}

// A bar would be drawn between the rows, or into what is typed.
bool terminal_is_in_use(const Invocation& invocation, const Console& console) {
  const bool shows_rows = console.stdout_is_terminal && invocation.options.output.path == "-" &&
                          !invocation.options.dry_run;
  return shows_rows || (console.stdin_is_terminal && reads_standard_input(invocation));
}

// Otherwise a user who forgot to name a file would wait for the program, which waits for input.
void say_reading_terminal(const Invocation& invocation, const Console& console) {
  const bool reads_terminal = console.stdin_is_terminal && reads_standard_input(invocation);
  if (!reads_terminal || invocation.quiet || invocation.progress == ProgressStyle::kJson) return;
  const bool is_resolve = invocation.command == Command::kResolve;
  say(std::string("mxbulk: reading ") + (is_resolve ? "domains" : "addresses") +
      " from the terminal, one on each line; end with Ctrl-D\n");
}

ProgressReporter::Display display_of(const Invocation& invocation, const Console& console) {
  ProgressReporter::Display display;
  display.style = effective_style(invocation, console);
  display.name = input_name(invocation.options.input.files);
  display.columns = [&console] { return terminal_columns(console); };
  display.interval_ms = interval_ms_of(display.style);
  display.first_after_ms = console.stdout_is_pipe ? kPagerStartsWithinMs : 0;
  display.may_draw = [] { return terminal_is_ours() && !output::ends_early(); };
  return display;
}

}  // namespace

ProgressStyle effective_style(const Invocation& invocation, const Console& console) {
  if (invocation.quiet) return ProgressStyle::kNone;
  switch (invocation.progress) {
    case ProgressStyle::kAuto:
      if (terminal_is_in_use(invocation, console)) return ProgressStyle::kNone;
      return console.moves_cursor ? ProgressStyle::kBar : ProgressStyle::kLog;
    case ProgressStyle::kBar:
      return console.moves_cursor ? ProgressStyle::kBar : ProgressStyle::kLog;
    case ProgressStyle::kLog:
    case ProgressStyle::kJson:
    case ProgressStyle::kNone: return invocation.progress;
  }
  return ProgressStyle::kNone;
}

namespace {

using Work = Result<Summary> (*)(const Options& options, Progress& progress);

// Common to the three: progress while `work` runs, then summary or error.
int run_with_progress(const Invocation& invocation, const Console& console, Work work) {
  const SteadyClock clock;
  Progress progress;
  say_reading_terminal(invocation, console);
  ProgressReporter reporter(progress, clock, display_of(invocation, console),
                            [](const std::string& text) { say(text); });
  progress.on_input = [&](const InputDescription& input) { say_input(input, invocation); };
  const Result<Summary> result = work(invocation.options, progress);
  reporter.stop();
  const bool as_json = invocation.progress == ProgressStyle::kJson;
  if (!result.ok()) return report_failure(result.status(), as_json);
  const int code = result.value().exit_code;
  warn_of_addresses(result.value(), invocation);
  if (code != 0) explain_exit_code(code, result.value(), invocation);
  say_summary(result.value(), invocation, console);
  return code;
}

}  // namespace

int run_validate(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, validate);
}

int run_resolve(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, resolve);
}

int run_extract(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, extract);
}

}  // namespace mxbulk::cli
