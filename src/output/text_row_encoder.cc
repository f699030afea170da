#include "output/text_row_encoder.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "model/csv_text.h"
#include "model/file_format.h"
#include "model/outcome_table.h"
#include "model/utf8.h"

namespace mxbulk::output {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

// Text before an address and terminators are mostly one octet: that needs no call.
void append_short(std::string_view text, std::string& out) {
  if (text.size() == 1) {
    out.push_back(text.front());
  } else {
    out.append(text);
  }
}

std::vector<std::string_view> flag_names(const RowResult& result) {
  std::vector<std::string_view> names;
  if (result.is_disposable) names.emplace_back("disposable");
  if (result.is_role) names.emplace_back("role");
  if (result.is_free) names.emplace_back("free");
  if (result.is_relay) names.emplace_back("relay");
  return names;
}

}  // namespace

Result<TextRowEncoder> TextRowEncoder::create(const OutputOptions& options, const RowShape& shape) {
  TextRowEncoder encoder;
  encoder.prefix_ = options.prefix;
  encoder.shape_ = shape;
  encoder.value_ = {
      .is_json = shape.format == Format::kJsonl,
      .delimiter = options.mode == Mode::kMinimal ? delimiter_of(shape.format) : shape.delimiter,
      .csv_safe = options.csv_safe};
  if (options.new_columns_first) encoder.place_ = Place::kFront;
  if (options.mode == Mode::kMinimal) {
    encoder.place_ = Place::kAlone;
    encoder.shape_.terminator = "\n";
    encoder.shape_.has_bom = false;
  }
  Result<std::vector<RowColumn>> columns = choose_columns(options);
  if (!columns.ok()) return columns.status();
  encoder.columns_ = std::move(columns.value());
  if (encoder.place_ == Place::kAlone) {  // rows without an address are useless
    std::erase(encoder.columns_, RowColumn::kEmail);
    encoder.columns_.insert(encoder.columns_.begin(), RowColumn::kEmail);
  }
  if (Status status = encoder.check_names(); !status.ok()) return status;
  const char delimiter = encoder.value_.delimiter;
  if (encoder.value_.csv_safe && !encoder.value_.is_json && delimiter == '\'') {
    return Status::usage("--csv-safe puts ' before cells, and here it is the delimiter");
  }
  encoder.splices_bytes_ =
      encoder.place_ == Place::kBack && !encoder.value_.is_json && !encoder.value_.csv_safe;
  encoder.may_hold_delimiter_ = delimiter != ',' && delimiter != ';' && delimiter != '\t';
  return encoder;
}

Status TextRowEncoder::check_names() const {
  if (!prefix_.empty() || place_ == Place::kAlone) return {};
  if (value_.is_json) {
    return Status::usage("--prefix: it may not be empty with JSON: a record may have our keys");
  }
  std::string_view header = shape_.header_row;
  if (!shape_.has_header) return {};
  header.remove_suffix(terminator_of(header).size());
  for (const RowColumn column : columns_) {
    const std::string_view name = name_of(column);
    if (!has_csv_cell(header, value_.delimiter, name)) continue;
    return Status::usage("there is a column \"" + std::string(name) +
                         "\" already; give ours another name with --prefix");
  }
  return {};
}

std::unique_ptr<RowEncoder> TextRowEncoder::clone() const {
  return std::make_unique<TextRowEncoder>(*this);
}

bool TextRowEncoder::needs_local_parts() const {
  return std::find(columns_.begin(), columns_.end(), RowColumn::kEmail) != columns_.end();
}

bool TextRowEncoder::shifts_long_rows() const {
  return place_ == Place::kBack && !value_.is_json;
}

void TextRowEncoder::append_header(bool with_preamble, std::string& out) {
  // RFC 8259 §8.1: JSON text has no BOM.
  if (value_.is_json) return;
  if (shape_.has_bom) out += kBom;
  if (with_preamble) out += shape_.preamble;
  if (!shape_.has_header) return;
  std::string ours;
  for (const RowColumn column : columns_) {
    if (!ours.empty()) ours.push_back(value_.delimiter);
    append_csv_cell(prefix_ + std::string(name_of(column)), value_.delimiter, value_.csv_safe,
                    ours);
  }
  if (place_ == Place::kFront) out += ours + value_.delimiter;
  if (place_ != Place::kAlone) append_own_cells(shape_.header_row, out);
  if (place_ == Place::kBack) out += value_.delimiter + ours;
  if (place_ == Place::kAlone) out += ours;
  // If the input ends without a terminator, its header still needs one.
  out += shape_.terminator.empty() ? "\n" : shape_.terminator;
}

void TextRowEncoder::encode(const RowResult& result, EncodedColumns& out) const {
  out.clear();
  const char separator = value_.is_json ? ',' : value_.delimiter;
  for (const RowColumn& column : columns_) {
    if (place_ == Place::kBack || &column != &columns_.front()) out.text.push_back(separator);
    if (value_.is_json) {
      append_json_string(prefix_ + std::string(name_of(column)), out.text);
      out.text.push_back(':');
    }
    encode_value(column, result, out);
  }
  if (place_ == Place::kFront) out.text.push_back(separator);
  // A single empty cell: CSV readers skip blank lines.
  const bool is_blank_line =
      place_ == Place::kAlone && out.text.empty() && out.local_part_at == EncodedColumns::kNowhere;
  if (is_blank_line) out.text = "\"\"";
}

// A host name has letters, digits, hyphens and dots: it needs no quotes or escapes, unless the
// delimiter is one of those (see append_quoted_email()).
void TextRowEncoder::encode_email(const RowResult& result, EncodedColumns& out) const {
  if (result.domain.empty()) {
    if (value_.is_json) out.text += "null";
    return;
  }
  if (value_.is_json) out.text.push_back('"');
  out.local_part_at = out.text.size();
  out.domain_octets = 1 + result.domain.size();
  out.text.push_back('@');
  out.text += result.domain;
  if (value_.is_json) out.text.push_back('"');
}

void TextRowEncoder::encode_value(RowColumn column, const RowResult& result,
                                  EncodedColumns& out) const {
  std::string& text = out.text;
  switch (column) {
    case RowColumn::kEmail: return encode_email(result, out);
    case RowColumn::kVerdict: return value_.append(name_of(verdict_of(result.reason)), text);
    case RowColumn::kReason: return value_.append(name_of(result.reason), text);
    case RowColumn::kAction: return value_.append(name_of(result.action), text);
    case RowColumn::kDomain: return value_.append(result.domain, text);
    case RowColumn::kHost: return value_.append(result.host, text);
    case RowColumn::kProvider: return value_.append(result.provider, text);
    case RowColumn::kFlags: return value_.append_list(flag_names(result), text);
    case RowColumn::kLints: return value_.append_list(lint_names(result.lints), text);
    case RowColumn::kSuggestion: return value_.append(result.suggestion, text);
    case RowColumn::kDisposable: return value_.append_boolean(result.is_disposable, text);
    case RowColumn::kRole: return value_.append_boolean(result.is_role, text);
    case RowColumn::kFree: return value_.append_boolean(result.is_free, text);
    case RowColumn::kRelay: return value_.append_boolean(result.is_relay, text);
  }
}

// A Dot-string has no quote, comma, semicolon, blank, backslash or control character. A
// Quoted-string may have them, and begins with a quote (RFC 5321 §4.1.2).
bool TextRowEncoder::needs_no_quotes(std::string_view local_part) const {
  const char first = local_part.front();
  if (first == '"') return false;
  if (value_.is_json) return true;
  return !may_hold_delimiter_ && !(value_.csv_safe && is_formula_start(first));
}

void TextRowEncoder::append_quoted_email(std::string_view local_part, std::string_view domain,
                                         std::string& out) const {
  if (value_.is_json) {
    std::string escaped;
    append_json_string(local_part, escaped);
    out.append(escaped, 1, escaped.size() - 2);
    out.append(domain);
    return;
  }
  std::string email(local_part);
  email += domain;
  value_.append(email, out);
}

void TextRowEncoder::append_columns(std::string_view local_part, const EncodedColumns& columns,
                                    std::string& out) const {
  const std::string_view text = columns.text;
  if (columns.local_part_at == EncodedColumns::kNowhere) {
    out.append(text);
    return;
  }
  assert(!local_part.empty());
  append_short(text.substr(0, columns.local_part_at), out);
  std::string_view rest = text.substr(columns.local_part_at);
  if (needs_no_quotes(local_part)) {
    out.append(local_part);
  } else {
    append_quoted_email(local_part, rest.substr(0, columns.domain_octets), out);
    rest.remove_prefix(columns.domain_octets);
  }
  out.append(rest);
}

void TextRowEncoder::append_own_cells(std::string_view row, std::string& out) const {
  if (value_.csv_safe) {
    append_row_csv_safe(row, value_.delimiter, out);
  } else {
    out.append(row);
  }
}

// Requires: `row` is an object, or the columns stand alone.
void TextRowEncoder::append_json_row(std::string_view row, std::string_view local_part,
                                     const EncodedColumns& columns, std::string& out) const {
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
  const char last = row[brace - 1];  // nearly always the end of a value
  const bool may_be_empty = last == '{' || kBlanks.find(last) != std::string_view::npos;
  if (may_be_empty) {
    const size_t begin = row.find('{') + 1;
    if (is_blank(row.substr(begin, brace - begin))) out.erase(comma, 1);
  }
  out.append(row.substr(brace));
}

void TextRowEncoder::append_part(std::string_view part, const EncodedColumns& columns,
                                 std::string& out) {
  if (place_ == Place::kFront && !is_in_part_) out += columns.text;
  out += part;
  is_in_part_ = true;
}

void TextRowEncoder::append_row(std::string_view row, std::string_view local_part,
                                const EncodedColumns& columns, std::string& out) {
  if (splices_bytes_) {
    const std::string_view terminator = terminator_of(row);
    out.append(row.data(), row.size() - terminator.size());
    if (columns.local_part_at == EncodedColumns::kNowhere) {
      out.append(columns.text);
    } else {
      append_columns(local_part, columns, out);
    }
    append_short(terminator, out);
    return;
  }
  if (place_ == Place::kFront && std::exchange(is_in_part_, false)) {
    out.append(row);  // its columns are already written
    return;
  }
  if (value_.is_json) return append_json_row(row, local_part, columns, out);
  switch (place_) {
    case Place::kAlone:
      append_columns(local_part, columns, out);
      out += shape_.terminator;
      return;
    case Place::kFront: append_columns(local_part, columns, out); return append_own_cells(row, out);
    case Place::kBack: break;
  }
  const std::string_view terminator = terminator_of(row);
  append_own_cells(row.substr(0, row.size() - terminator.size()), out);
  append_columns(local_part, columns, out);
  append_short(terminator, out);
}

void TextRowEncoder::append_passed(std::string_view row, std::string& out) {
  if (value_.is_json) {
    out.append(row);
  } else {
    append_own_cells(row, out);
  }
}

}  // namespace mxbulk::output
