#include "base/clock.h"
#include "cli/progress.h"
#include "cli/subcommands.h"
#include "output/summary_json.h"
#include "output/summary_text.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

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
  std::string name = output::terminal_text(files.front());
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
    case Command::kDoctor: break;
  }
  return output::Counted::kAddresses;
}

std::string details(const Summary& summary) {
  using output::with_thousands;
  std::string text = "  asked " + with_thousands(summary.dns_queries) + " questions, " +
                     with_thousands(summary.dns_answers) + " answers, " +
                     with_thousands(summary.dns_retries) + " retries, " +
                     with_thousands(summary.dns_forged) + " forgeries dropped; " +
                     with_thousands(summary.ragged_rows) + " rows longer than their header\n";
  if (summary.rows_deferred > 0) {
    text += "  " + with_thousands(summary.rows_deferred) + " rows waited on disk for verdicts\n";
  }
  if (!summary.deferring_failed.empty()) {
    text += "  reading waited for verdicts: " + summary.deferring_failed + "\n";
  }
  return text;
}

void say_summary(const Summary& summary, const Invocation& invocation, const Console& console) {
  const int code = summary.exit_code;
  if (invocation.quiet && code == 0) return;
  // A finding that changes the exit code is never without words, also under -q.
  if (invocation.progress == ProgressStyle::kJson) {
    std::string object = output::summary_json(summary);
    object.pop_back();  // its LF
    say("{\"event\":\"done\",\"exit_code\":" + std::to_string(code) + ",\"summary\":" + object +
        "}\n");
    return;
  }
  if (invocation.quiet) return;  // say_too_many_unknown() has said it
  say(output::summary_text(
      summary, {.color = console.color_stderr, .counted = counted_by(invocation.command)}));
  if (invocation.verbose) say(details(summary));
}

// Said even with -q: the exit code is not 0, and cron's mail shall say why.
void say_too_many_unknown(const Summary& summary, const Invocation& invocation) {
  if (invocation.progress == ProgressStyle::kJson) return;
  char text[160];
  std::snprintf(text, sizeof text,
                "mxbulk: %.1f%% of the rows are unknown, more than --max-unknown %.4g%%; "
                "the output is complete, run again later\n",
                100 * summary.unknown_share(), 100 * invocation.options.max_unknown);
  say(text);
}

}  // namespace

ProgressStyle effective_style(const Invocation& invocation, const Console& console) {
  if (invocation.quiet) return ProgressStyle::kNone;
  switch (invocation.progress) {
    case ProgressStyle::kAuto:
    case ProgressStyle::kBar:
      return console.stderr_is_terminal ? ProgressStyle::kBar : ProgressStyle::kLog;
    case ProgressStyle::kLog:
    case ProgressStyle::kJson:
    case ProgressStyle::kNone: return invocation.progress;
  }
  return ProgressStyle::kNone;
}

int run_with_progress(const Invocation& invocation, const Console& console, Work work) {
  const SteadyClock clock;
  Progress progress;
  ProgressReporter::Look look;
  look.style = effective_style(invocation, console);
  look.name = input_name(invocation.options.input.files);
  look.columns = console.columns;
  look.interval_ms = interval_ms_of(look.style);
  ProgressReporter reporter(progress, clock, look, [](const std::string& text) { say(text); });
  const Result<Summary> result = work(invocation.options, progress);
  reporter.stop();
  const bool as_json = invocation.progress == ProgressStyle::kJson;
  if (!result.ok()) return report_failure(result.status(), as_json);
  const int code = result.value().exit_code;
  if (code != 0) say_too_many_unknown(result.value(), invocation);
  say_summary(result.value(), invocation, console);
  return code;
}

}  // namespace mxbulk::cli
