#include "output/row_renderer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <utility>

#include "model/csv_text.h"
#include "model/file_format.h"
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
  const auto& known = all_columns();
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
  for (const std::string& known : all_columns()) message += " " + known;
  return Status::usage(std::move(message));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

// Most of what stands before an address, and most terminators, are one octet: that needs no call.
void append_short(std::string_view text, std::string& out) {
  if (text.size() == 1) {
    out.push_back(text.front());
  } else {
    out.append(text);
  }
}

std::string_view text_of(bool value) {
  return value ? "true" : "false";
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
  bool is_disposable = false;
  bool is_role = false;
  bool is_free = false;
  bool is_relay = false;
  std::vector<std::string_view> lints;

  [[nodiscard]] std::vector<std::string_view> flags() const {
    std::vector<std::string_view> names;
    if (is_disposable) names.emplace_back("disposable");
    if (is_role) names.emplace_back("role");
    if (is_free) names.emplace_back("free");
    if (is_relay) names.emplace_back("relay");
    return names;
  }
};

const std::vector<std::string>& default_columns() {
  static const std::vector<std::string> columns = {"email",    "verdict", "reason", "action",
                                                   "domain",   "host",    "provider", "flags",
                                                   "lints",    "suggestion"};
  return columns;
}

const std::vector<std::string>& all_columns() {
  static const std::vector<std::string> columns = [] {
    std::vector<std::string> all = default_columns();
    all.insert(all.end(), {"disposable", "role", "free", "relay"});
    return all;
  }();
  return columns;
}

Result<RowRenderer> RowRenderer::create(const OutputOptions& options, const RowShape& shape) {
  RowRenderer renderer;
  renderer.prefix_ = options.prefix;
  renderer.shape_ = shape;
  renderer.csv_safe_ = options.csv_safe;
  if (options.new_columns_first) renderer.place_ = Place::kFront;
  if (options.mode == Mode::kMinimal) {
    renderer.place_ = Place::kAlone;
    renderer.shape_.delimiter = delimiter_of(shape.format);
    renderer.shape_.terminator = "\n";
    renderer.shape_.has_bom = false;
  }
  if (Status status = renderer.choose_columns(options); !status.ok()) return status;
  if (Status status = renderer.check_names(); !status.ok()) return status;
  const char delimiter = renderer.shape_.delimiter;
  if (renderer.csv_safe_ && !renderer.is_json() && delimiter == '\'') {
    return Status::usage("--csv-safe puts ' before cells, and here it is the delimiter");
  }
  renderer.splices_bytes_ =
      renderer.place_ == Place::kBack && !renderer.is_json() && !renderer.csv_safe_;
  renderer.may_hold_delimiter_ = delimiter != ',' && delimiter != ';' && delimiter != '\t';
  return renderer;
}

Status RowRenderer::choose_columns(const OutputOptions& options) {
  const auto& names = options.columns.empty() ? default_columns() : options.columns;
  for (const std::string& name : names) {
    const auto index = column_by_name(name, options.prefix);
    if (!index) return unknown_column(name);
    const auto column = static_cast<Column>(*index);
    if (std::find(columns_.begin(), columns_.end(), column) != columns_.end()) {
      return Status::usage("--columns: \"" + name + "\" is named twice; name each column once");
    }
    columns_.push_back(column);
  }
  if (place_ == Place::kAlone) {  // rows without their address would be of no use
    std::erase(columns_, Column::kEmail);
    columns_.insert(columns_.begin(), Column::kEmail);
  }
  return {};
}

Status RowRenderer::check_names() const {
  if (!prefix_.empty() || place_ == Place::kAlone) return {};
  if (is_json()) {
    return Status::usage("--prefix: it may not be empty with JSON: a record may have our keys");
  }
  std::string_view header = shape_.header_row;
  if (!shape_.has_header) return {};
  header.remove_suffix(terminator_of(header).size());
  for (const Column column : columns_) {
    const std::string& name = all_columns()[static_cast<size_t>(column)];
    if (!has_csv_cell(header, shape_.delimiter, name)) continue;
    return Status::usage("there is a column \"" + name +
                         "\" already; give ours another name with --prefix");
  }
  return {};
}

bool RowRenderer::has_email() const {
  return std::find(columns_.begin(), columns_.end(), Column::kEmail) != columns_.end();
}

std::string RowRenderer::header(bool with_preamble) const {
  // RFC 8259 §8.1: JSON text bears no BOM.
  if (is_json()) return {};
  std::string text;
  if (shape_.has_bom) text += kBom;
  if (with_preamble) text += shape_.preamble;
  if (!shape_.has_header) return text;
  std::string ours;
  for (Column column : columns_) {
    if (!ours.empty()) ours.push_back(shape_.delimiter);
    append_csv_cell(prefix_ + all_columns()[static_cast<size_t>(column)], shape_.delimiter,
                    csv_safe_, ours);
  }
  if (place_ == Place::kFront) text += ours + shape_.delimiter;
  if (place_ != Place::kAlone) append_own_cells(shape_.header_row, text);
  if (place_ == Place::kBack) text += shape_.delimiter + ours;
  if (place_ == Place::kAlone) text += ours;
  // An input that ends without terminator still needs its header on a line of its own.
  text += shape_.terminator.empty() ? "\n" : shape_.terminator;
  return text;
}

void RowRenderer::render(const DomainReport& report, RowKey key, RenderedColumns& out) const {
  const LintSet lints = lints_of_row(report.lints, key.row_lints());
  append_cells({.verdict = verdict_of(report.reason),
                .reason = report.reason,
                .action = action_of(report.reason, lints, !report.suggestion.empty()),
                .domain = report.domain,
                .host = report.mx_host,
                .provider = report.provider,
                .suggestion = report.suggestion,
                .is_disposable = report.is_disposable,
                .is_role = key.is_role(),
                .is_free = report.is_free,
                .is_relay = report.is_relay,
                .lints = lint_names(lints)},
               out);
}

void RowRenderer::render_invalid(RowKey key, std::string_view suggestion,
                                 RenderedColumns& out) const {
  const Reason reason = key.reason();
  append_cells({.verdict = verdict_of(reason),
                .reason = reason,
                .action = action_of(reason, key.row_lints(), !suggestion.empty()),
                .domain = {},
                .host = {},
                .provider = {},
                .suggestion = suggestion,
                .lints = lint_names(key.row_lints())},
               out);
}

void RowRenderer::append_cells(const Cells& cells, RenderedColumns& out) const {
  out.clear();
  out.action = cells.action;
  const char separator = is_json() ? ',' : shape_.delimiter;
  for (const Column& column : columns_) {
    if (place_ == Place::kBack || &column != &columns_.front()) out.text.push_back(separator);
    if (is_json()) {
      append_json_string(prefix_ + all_columns()[static_cast<size_t>(column)], out.text);
      out.text.push_back(':');
      append_json_value(column, cells, out);
    } else {
      append_csv_value(column, cells, out);
    }
  }
  if (place_ == Place::kFront) out.text.push_back(separator);
  // An only cell that is empty: to readers of CSV a blank line is no row.
  const bool is_blank_line =
      place_ == Place::kAlone && out.text.empty() && out.local_part_at == RenderedColumns::kNowhere;
  if (is_blank_line) out.text = "\"\"";
}

// A host name is letters, digits, hyphens and dots: nothing of it is ever quoted or escaped, unless
// the delimiter is one of those (append_odd_email() sees to it).
void RowRenderer::append_email(const Cells& cells, RenderedColumns& out) const {
  if (cells.domain.empty()) {
    if (is_json()) out.text += "null";
    return;
  }
  if (is_json()) out.text.push_back('"');
  out.local_part_at = out.text.size();
  out.domain_octets = 1 + cells.domain.size();
  out.text.push_back('@');
  out.text += cells.domain;
  if (is_json()) out.text.push_back('"');
}

void RowRenderer::append_json_value(Column column, const Cells& cells, RenderedColumns& out) const {
  std::string& text = out.text;
  switch (column) {
    case Column::kEmail: return append_email(cells, out);
    case Column::kVerdict: return append_json_string(name_of(cells.verdict), text);
    case Column::kReason: return append_json_string(name_of(cells.reason), text);
    case Column::kAction: return append_json_string(name_of(cells.action), text);
    case Column::kDomain: return append_json_string_or_null(cells.domain, text);
    case Column::kHost: return append_json_string_or_null(cells.host, text);
    case Column::kProvider: return append_json_string_or_null(cells.provider, text);
    case Column::kFlags: return append_json_array(cells.flags(), text);
    case Column::kLints: return append_json_array(cells.lints, text);
    case Column::kSuggestion: return append_json_string_or_null(cells.suggestion, text);
    case Column::kDisposable: text += text_of(cells.is_disposable); return;
    case Column::kRole: text += text_of(cells.is_role); return;
    case Column::kFree: text += text_of(cells.is_free); return;
    case Column::kRelay: text += text_of(cells.is_relay); return;
  }
}

void RowRenderer::append_csv_value(Column column, const Cells& cells, RenderedColumns& out) const {
  const auto cell = [&](std::string_view text) {
    append_csv_cell(text, shape_.delimiter, csv_safe_, out.text);
  };
  switch (column) {
    case Column::kEmail: return append_email(cells, out);
    case Column::kVerdict: return cell(name_of(cells.verdict));
    case Column::kReason: return cell(name_of(cells.reason));
    case Column::kAction: return cell(name_of(cells.action));
    case Column::kDomain: return cell(cells.domain);
    case Column::kHost: return cell(cells.host);
    case Column::kProvider: return cell(cells.provider);
    case Column::kFlags: return cell(join(cells.flags()));
    case Column::kLints: return cell(join(cells.lints));
    case Column::kSuggestion: return cell(cells.suggestion);
    case Column::kDisposable: return cell(text_of(cells.is_disposable));
    case Column::kRole: return cell(text_of(cells.is_role));
    case Column::kFree: return cell(text_of(cells.is_free));
    case Column::kRelay: return cell(text_of(cells.is_relay));
  }
}

// A Dot-string holds no quote, comma, semicolon, blank, backslash or control; only a Quoted-string
// does, and begins with its quote (RFC 5321 §4.1.2).
bool RowRenderer::stands_as_it_is(std::string_view local_part) const {
  const char first = local_part.front();
  if (first == '"') return false;
  if (is_json()) return true;
  return !may_hold_delimiter_ && !(csv_safe_ && is_formula_start(first));
}

void RowRenderer::append_odd_email(std::string_view local_part, std::string_view domain,
                                   std::string& out) const {
  if (is_json()) {
    std::string escaped;
    append_json_string(local_part, escaped);
    out.append(escaped, 1, escaped.size() - 2);
    out.append(domain);
    return;
  }
  std::string email(local_part);
  email += domain;
  append_csv_cell(email, shape_.delimiter, csv_safe_, out);
}

void RowRenderer::append_columns(std::string_view local_part, const RenderedColumns& columns,
                                 std::string& out) const {
  const std::string_view text = columns.text;
  if (columns.local_part_at == RenderedColumns::kNowhere) {
    out.append(text);
    return;
  }
  assert(!local_part.empty());
  append_short(text.substr(0, columns.local_part_at), out);
  std::string_view rest = text.substr(columns.local_part_at);
  if (stands_as_it_is(local_part)) {
    out.append(local_part);
  } else {
    append_odd_email(local_part, rest.substr(0, columns.domain_octets), out);
    rest.remove_prefix(columns.domain_octets);
  }
  out.append(rest);
}

void RowRenderer::append_own_cells(std::string_view row, std::string& out) const {
  if (csv_safe_) {
    append_row_csv_safe(row, shape_.delimiter, out);
  } else {
    out.append(row);
  }
}

// Requires: `row` is an object, or the columns stand alone.
void RowRenderer::append_json_row(std::string_view row, std::string_view local_part,
                                  const RenderedColumns& columns, std::string& out) const {
  switch (place_) {
    case Place::kAlone: {
      out.push_back('{');
      append_columns(local_part, columns, out);
      out += "}\n";
      return;
    }
    case Place::kFront: {
      const size_t begin = row.find('{') + 1;
      out.append(row.substr(0, begin));
      append_columns(local_part, columns, out);
      const bool is_empty = is_blank(row.substr(begin, row.rfind('}') - begin));
      if (is_empty) out.pop_back();  // the comma
      out.append(row.substr(begin));
      return;
    }
    case Place::kBack: break;
  }
  const size_t brace = row.rfind('}');
  out.append(row.substr(0, brace));
  const size_t comma = out.size();
  append_columns(local_part, columns, out);
  const char last = row[brace - 1];  // of nearly all objects it is a value's
  const bool may_be_empty = last == '{' || kBlanks.find(last) != std::string_view::npos;
  if (may_be_empty) {
    const size_t begin = row.find('{') + 1;
    if (is_blank(row.substr(begin, brace - begin))) out.erase(comma, 1);
  }
  out.append(row.substr(brace));
}

void RowRenderer::append_row(std::string_view row, std::string_view local_part,
                             const RenderedColumns& columns, std::string& out) const {
  // Rows without the column `email`, and invalid ones: no call of ours is left.
  if (splices_bytes_ && columns.local_part_at == RenderedColumns::kNowhere) {
    const std::string_view terminator = terminator_of(row);
    out.append(row.data(), row.size() - terminator.size());
    out.append(columns.text);
    append_short(terminator, out);
    return;
  }
  if (is_json()) return append_json_row(row, local_part, columns, out);
  if (place_ == Place::kAlone) {
    append_columns(local_part, columns, out);
    out += shape_.terminator;
    return;
  }
  if (place_ == Place::kFront) {
    append_columns(local_part, columns, out);
    return append_own_cells(row, out);
  }
  const std::string_view terminator = terminator_of(row);
  append_own_cells(row.substr(0, row.size() - terminator.size()), out);
  append_columns(local_part, columns, out);
  append_short(terminator, out);
}

void RowRenderer::append_passed(std::string_view row, std::string& out) const {
  if (is_json()) {
    out.append(row);
  } else {
    append_own_cells(row, out);
  }
}

}  // namespace mxbulk::output
