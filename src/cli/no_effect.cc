#include "cli/no_effect.h"

#include <algorithm>
#include <array>
#include <span>

#include "app/run_files.h"

namespace mxbulk::cli {
namespace {

using Names = std::span<const std::string_view>;

struct Rule {
  Names flags;
  bool (*is_idle)(const Invocation& invocation);
  std::string_view beside;
  std::string_view why;
};

bool writes_records(const Invocation& invocation) {
  return invocation.command == Command::kValidate &&
         invocation.options.output.mode == Mode::kDomains;
}

bool writes_no_rows(const Invocation& invocation) {
  return invocation.command == Command::kValidate &&
         invocation.options.output.mode == Mode::kMinimal;
}

bool writes_jsonl(const Invocation& invocation) {
  const Format asked = app::output_format(invocation.options.output);
  return asked == Format::kJsonl ||
         (asked == Format::kAuto && invocation.options.input.format == Format::kJsonl);
}

bool reads_jsonl(const Invocation& invocation) {
  return invocation.options.input.format == Format::kJsonl;
}
bool reads_lines(const Invocation& invocation) {
  return invocation.options.input.format == Format::kLines;
}
// Of --column and --json-path one is enough for any format; both are for lists of either kind.
bool names_json_path_too(const Invocation& invocation) {
  return reads_jsonl(invocation) && !invocation.options.input.json_path.empty();
}
bool names_column_without_json(const Invocation& invocation) {
  const InputOptions& input = invocation.options.input;
  const bool reads_no_json = input.format == Format::kCsv || input.format == Format::kTsv ||
                             input.format == Format::kLines;
  return reads_no_json && !input.column.empty();
}

// doctor tries port 25 without --probe too.
bool probes_nothing(const Invocation& invocation) {
  return invocation.options.probe.depth == ProbeDepth::kOff &&
         invocation.command != Command::kDoctor;
}

// The lists change flags and suggestion, and the action, which depends on the suggestion.
bool shows_no_lists(const Invocation& invocation) {
  constexpr std::array<std::string_view, 7> kShowing = {
      "action", "flags", "suggestion", "disposable", "role", "free", "relay"};
  const OutputOptions& output = invocation.options.output;
  if (invocation.command != Command::kValidate || output.columns.empty()) return false;
  if (output.mode == Mode::kDomains) return false;
  return std::none_of(output.columns.begin(), output.columns.end(), [&](const std::string& column) {
    return std::any_of(kShowing.begin(), kShowing.end(),
                       [&](std::string_view name) { return column.ends_with(name); });
  });
}

constexpr std::array<std::string_view, 4> kOfRows = {"columns", "prefix", "csv-safe",
                                                     "new-columns"};
constexpr std::array<std::string_view, 1> kOfPlace = {"new-columns"};
constexpr std::array<std::string_view, 1> kOfSheets = {"csv-safe"};
constexpr std::array<std::string_view, 1> kOfColumn = {"column"};
constexpr std::array<std::string_view, 4> kOfTables = {"delimiter", "escape", "no-headers",
                                                       "skip-lines"};
constexpr std::array<std::string_view, 4> kOfColumns = {"column", "delimiter", "escape",
                                                        "skip-lines"};
constexpr std::array<std::string_view, 1> kOfJson = {"json-path"};
constexpr std::array<std::string_view, 8> kOfProbes = {
    "probe-concurrency", "probe-per-host", "probe-timeout", "probe-all",
    "probe-port",        "probe-exclude",  "helo",          "source-ip"};
constexpr std::array<std::string_view, 1> kOfLists = {"lists"};
constexpr std::array<std::string_view, 1> kOfAllProbes = {"probe-all"};
constexpr std::array<std::string_view, 5> kOfState = {"state-optional", "max-age", "dead-after",
                                                      "max-shift", "accept-shift"};
constexpr std::array<std::string_view, 2> kOfChanges = {"changes-all", "all-domains"};

const std::array<Rule, 12> kRules = {{
    {kOfRows, writes_records, "with --mode domains", "it writes records of domains, not rows"},
    {kOfPlace, writes_no_rows, "with --mode minimal", "there are no other columns"},
    {kOfSheets, writes_jsonl, "on JSONL", "no spreadsheet opens it as a table"},
    {kOfTables, reads_jsonl, "on JSON", "each record names its members"},
    {kOfColumn, names_json_path_too, "on JSON", "--json-path names the member"},
    {kOfColumns, reads_lines, "on lines", "each line is one address"},
    {kOfJson, names_column_without_json, "without JSON", "-s names the column of a table"},
    {kOfProbes, probes_nothing, "without --probe", "nothing is probed"},
    {kOfState, [](const Invocation& to) { return to.options.state.path.empty(); },
     "without --state", "nothing is remembered"},
    {kOfChanges, [](const Invocation& to) { return to.options.state.changes_path.empty(); },
     "without --changes", "no changes are written"},
    {kOfAllProbes, [](const Invocation& to) { return to.command == Command::kCheck; }, "in check",
     "it probes every address anyway"},
    {kOfLists, shows_no_lists, "with these --columns",
     "the lists show in flags, suggestion and action"},
}};

}  // namespace

std::string no_effect(std::string_view flag, std::string_view beside, std::string_view why) {
  std::string text = "--";
  text.append(flag).append(" has no effect ").append(beside).append(": ").append(why);
  return text;
}

std::vector<std::string> flags_without_effect(const std::vector<std::string_view>& given,
                                              const Invocation& invocation) {
  std::vector<std::string> texts;
  for (const std::string_view flag : given) {
    const auto applies = [&](const Rule& rule) {
      return std::find(rule.flags.begin(), rule.flags.end(), flag) != rule.flags.end() &&
             rule.is_idle(invocation);
    };
    const auto rule = std::find_if(kRules.begin(), kRules.end(), applies);
    if (rule != kRules.end()) texts.push_back(no_effect(flag, rule->beside, rule->why));
  }
  return texts;
}

}  // namespace mxbulk::cli
