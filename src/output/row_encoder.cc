#include "output/row_encoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/outcome_table.h"

namespace mxbulk::output {
namespace {

constexpr std::array<std::string_view, 14> kColumns = {
    "email", "verdict", "reason",     "action",     "domain", "host", "provider",
    "flags", "lints",   "suggestion", "disposable", "role",   "free", "relay"};
constexpr size_t kDefaultColumns = 10;
static_assert(kColumns[static_cast<size_t>(RowColumn::kSuggestion)] == "suggestion");
static_assert(kColumns[static_cast<size_t>(RowColumn::kRelay)] == "relay");

std::optional<RowColumn> column_of(std::string_view name) {
  const auto found = std::find(kColumns.begin(), kColumns.end(), name);
  if (found == kColumns.end()) return std::nullopt;
  return static_cast<RowColumn>(found - kColumns.begin());
}

// A name may be given with or without the prefix that it has in the output.
std::optional<RowColumn> column_by_name(std::string_view name, const std::string& prefix) {
  if (const auto column = column_of(name)) return column;
  for (const std::string_view known : {std::string_view(prefix), std::string_view("mx_")}) {
    if (!known.empty() && name.starts_with(known)) {
      if (const auto column = column_of(name.substr(known.size()))) return column;
    }
  }
  return std::nullopt;
}

Status unknown_column(const std::string& name) {
  std::string message = "--columns: there is no column \"" + name + "\"; there are:";
  for (const std::string_view known : kColumns) message.append(" ").append(known);
  return Status::usage(std::move(message));
}

}  // namespace

std::span<const std::string_view> default_columns() {
  return std::span(kColumns).first(kDefaultColumns);
}

std::string_view name_of(RowColumn column) {
  return kColumns[static_cast<size_t>(column)];
}

Result<std::vector<RowColumn>> choose_columns(const OutputOptions& options) {
  std::vector<std::string> names = options.columns;
  if (names.empty()) names.assign(default_columns().begin(), default_columns().end());
  std::vector<RowColumn> columns;
  for (const std::string& name : names) {
    const auto column = column_by_name(name, options.prefix);
    if (!column) return unknown_column(name);
    if (std::find(columns.begin(), columns.end(), *column) != columns.end()) {
      return Status::usage("--columns: \"" + name + "\" is named twice; name each column once");
    }
    columns.push_back(*column);
  }
  return columns;
}

RowResult result_of(const DomainReport& report, RowKey key) {
  const LintSet lints = lints_of_row(report.lints, key.row_lints());
  return {
      .reason = report.reason,
      .action = report.action.value_or(action_of(report.reason, lints, !report.suggestion.empty())),
      .lints = lints,
      .domain = report.domain,
      .host = report.mx_host,
      .provider = report.provider,
      .suggestion = report.suggestion,
      .is_disposable = report.is_disposable,
      .is_role = key.is_role(),
      .is_free = report.is_free,
      .is_relay = report.is_relay};
}

RowResult result_of_invalid(RowKey key, std::string_view suggestion) {
  RowResult result;
  result.reason = key.reason();
  result.lints = key.row_lints();
  result.action = action_of(result.reason, result.lints, !suggestion.empty());
  result.suggestion = suggestion;
  return result;
}

}  // namespace mxbulk::output
