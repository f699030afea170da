#include "output/row_renderer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/csv_text.h"
#include "model/json_text.h"
#include "output/lint_names.h"

namespace mxbulk::output {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

std::string join(const std::vector<std::string_view>& texts) {
  std::string joined;
  for (std::string_view text : texts) {
    if (!joined.empty()) joined.push_back(';');
    joined.append(text);
  }
  return joined;
}

std::optional<size_t> index_of_column(std::string_view name) {
  const auto& known = default_columns();
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) return std::nullopt;
  return static_cast<size_t>(found - known.begin());
}

// A name may be given with the prefix that it will bear in the output.
std::optional<size_t> column_by_name(std::string_view name, const std::string& prefix) {
  if (const auto index = index_of_column(name)) return index;
  for (const std::string_view known : {std::string_view(prefix), std::string_view("mx_")}) {
    if (!known.empty() && name.starts_with(known)) {
      if (const auto index = index_of_column(name.substr(known.size()))) return index;
    }
  }
  return std::nullopt;
}

Status unknown_column(const std::string& name) {
  std::string message = "--columns: there is no column \"" + name + "\"; there are:";
  for (const std::string& known : default_columns()) message += " " + known;
  return Status::usage(std::move(message));
}

// Requires: `row` is an object.
void append_json_row(std::string_view row, std::string_view suffix, std::string& out) {
  const size_t brace = row.rfind('}');
  const std::string_view head = row.substr(0, brace);
  const size_t last = head.find_last_not_of(kBlanks);
  const bool is_empty = last != std::string_view::npos && head[last] == '{' &&
                        head.find_first_not_of(kBlanks) == last;
  if (is_empty && !suffix.empty()) suffix.remove_prefix(1);
  out.append(head);
  out.append(suffix);
  out.append(row.substr(brace));
}

}  // namespace

// What a row's cells are made of; for an invalid row most of it stays empty.
struct RowRenderer::Cells {
  Verdict verdict;
  Reason reason;
  Action action;
  std::string_view domain;  // into the report, as the next three
  std::string_view host;
  std::string_view provider;
  std::string_view suggestion;
  std::vector<std::string_view> flags;
  std::vector<std::string_view> lints;
};

const std::vector<std::string>& default_columns() {
  static const std::vector<std::string> columns = {
      "verdict", "reason", "action", "domain", "host", "provider", "flags", "lints", "suggestion"};
  return columns;
}

Result<RowRenderer> RowRenderer::create(const OutputOptions& options, const RowShape& shape) {
  RowRenderer renderer;
  renderer.prefix_ = options.prefix;
  renderer.shape_ = shape;
  renderer.csv_safe_ = options.csv_safe;
  const auto& names = options.columns.empty() ? default_columns() : options.columns;
  for (const std::string& name : names) {
    const auto index = column_by_name(name, options.prefix);
    if (!index) return unknown_column(name);
    const auto column = static_cast<Column>(*index);
    if (std::find(renderer.columns_.begin(), renderer.columns_.end(), column) !=
        renderer.columns_.end()) {
      return Status::usage("--columns: \"" + name + "\" is named twice; name each column once");
    }
    renderer.columns_.push_back(column);
  }
  return renderer;
}

std::string RowRenderer::header() const {
  // RFC 8259 §8.1: JSON text bears no BOM.
  if (shape_.format == Format::kJsonl) return {};
  std::string text;
  if (shape_.has_bom) text += kBom;
  text += shape_.preamble;
  if (!shape_.has_header) return text;
  if (csv_safe_) {
    append_row_csv_safe(shape_.header_row, shape_.delimiter, text);
  } else {
    text += shape_.header_row;
  }
  for (Column column : columns_) {
    text.push_back(shape_.delimiter);
    append_csv_cell(prefix_ + default_columns()[static_cast<size_t>(column)], shape_.delimiter,
                    csv_safe_, text);
  }
  // The suffix of an only row without terminator still needs its header on a line of its own.
  text += shape_.terminator.empty() ? "\n" : shape_.terminator;
  return text;
}

void RowRenderer::append_suffix(const DomainReport& report, RowKey key, std::string& out) const {
  const LintSet lints = lints_of_row(report.lints, key.row_lints());
  Cells cells{verdict_of(report.reason),
              report.reason,
              action_of(report.reason, lints, !report.suggestion.empty()),
              report.domain,
              report.mx_host,
              report.provider,
              report.suggestion,
              {},
              lint_names(lints)};
  if (report.is_disposable) cells.flags.emplace_back("disposable");
  if (key.is_role()) cells.flags.emplace_back("role");
  if (report.is_free) cells.flags.emplace_back("free");
  if (report.is_relay) cells.flags.emplace_back("relay");
  append_cells(cells, out);
}

void RowRenderer::append_suffix_invalid(RowKey key, std::string_view suggestion,
                                        std::string& out) const {
  const Reason reason = key.reason();
  append_cells({verdict_of(reason),
                reason,
                action_of(reason, key.row_lints(), !suggestion.empty()),
                {},
                {},
                {},
                suggestion,
                {},
                lint_names(key.row_lints())},
               out);
}

void RowRenderer::append_cells(const Cells& cells, std::string& out) const {
  const bool json = shape_.format == Format::kJsonl;
  for (Column column : columns_) {
    if (json) {
      out.push_back(',');
      append_json_string(prefix_ + default_columns()[static_cast<size_t>(column)], out);
      out.push_back(':');
      append_json_value(column, cells, out);
    } else {
      out.push_back(shape_.delimiter);
      append_csv_value(column, cells, out);
    }
  }
}

void RowRenderer::append_json_value(Column column, const Cells& cells, std::string& out) {
  switch (column) {
    case Column::kVerdict: return append_json_string(name_of(cells.verdict), out);
    case Column::kReason: return append_json_string(name_of(cells.reason), out);
    case Column::kAction: return append_json_string(name_of(cells.action), out);
    case Column::kDomain: return append_json_string_or_null(cells.domain, out);
    case Column::kHost: return append_json_string_or_null(cells.host, out);
    case Column::kProvider: return append_json_string_or_null(cells.provider, out);
    case Column::kFlags: return append_json_array(cells.flags, out);
    case Column::kLints: return append_json_array(cells.lints, out);
    case Column::kSuggestion: return append_json_string_or_null(cells.suggestion, out);
  }
}

void RowRenderer::append_csv_value(Column column, const Cells& cells, std::string& out) const {
  const auto cell = [&](std::string_view text) {
    append_csv_cell(text, shape_.delimiter, csv_safe_, out);
  };
  switch (column) {
    case Column::kVerdict: return cell(name_of(cells.verdict));
    case Column::kReason: return cell(name_of(cells.reason));
    case Column::kAction: return cell(name_of(cells.action));
    case Column::kDomain: return cell(cells.domain);
    case Column::kHost: return cell(cells.host);
    case Column::kProvider: return cell(cells.provider);
    case Column::kFlags: return cell(join(cells.flags));
    case Column::kLints: return cell(join(cells.lints));
    case Column::kSuggestion: return cell(cells.suggestion);
  }
}

void RowRenderer::append_row(std::string_view row, std::string_view suffix,
                             std::string& out) const {
  if (shape_.format == Format::kJsonl) return append_json_row(row, suffix, out);
  const std::string_view terminator = terminator_of(row);
  const std::string_view own = row.substr(0, row.size() - terminator.size());
  if (csv_safe_) {
    append_row_csv_safe(own, shape_.delimiter, out);
  } else {
    out.append(own);
  }
  out.append(suffix);
  out.append(terminator);
}

void RowRenderer::append_passed(std::string_view row, std::string& out) const {
  if (csv_safe_ && shape_.format != Format::kJsonl) return append_row(row, {}, out);
  out.append(row);
}

}  // namespace mxbulk::output
