#include "output/extract_record.h"

#include "model/csv_text.h"
#include "model/file_format.h"
#include "model/json_text.h"
#include "output/lint_names.h"

namespace mxbulk::output {
namespace {

bool is_csv(Format format) {
  return format == Format::kCsv || format == Format::kTsv;
}

void append_csv(const ExtractRecord& record, char delimiter, std::string& out) {
  std::string lints;
  for (const std::string_view name : lint_names(record.lints)) {
    if (!lints.empty()) lints.push_back(';');
    lints += name;
  }
  append_csv_cell(record.email, delimiter, false, out);
  for (const std::string_view cell :
       {std::string_view(record.mx_email), std::string_view(record.domain),
        record.invalid ? name_of(Verdict::kInvalid) : "",
        record.invalid ? name_of(*record.invalid) : "", std::string_view(lints)}) {
    out.push_back(delimiter);
    append_csv_cell(cell, delimiter, false, out);
  }
  out.push_back('\n');
}

}  // namespace

std::string extract_header(Format format) {
  if (format == Format::kCsv) return "email,mx_email,domain,verdict,reason,lints\n";
  if (format == Format::kTsv) return "email\tmx_email\tdomain\tverdict\treason\tlints\n";
  return "";
}

void append_extract_record(const ExtractRecord& record, Format format, std::string& out) {
  if (is_csv(format)) return append_csv(record, delimiter_of(format), out);
  out += "{\"email\":";
  append_json_string(record.email, out);
  out += ",\"mx_email\":";
  append_json_string_or_null(record.mx_email, out);
  out += ",\"domain\":";
  append_json_string_or_null(record.domain, out);
  out += ",\"verdict\":";
  append_json_string_or_null(record.invalid ? name_of(Verdict::kInvalid) : "", out);
  out += ",\"reason\":";
  append_json_string_or_null(record.invalid ? name_of(*record.invalid) : "", out);
  out += ",\"lints\":";
  append_json_array(lint_names(record.lints), out);
  out += "}\n";
}

}  // namespace mxbulk::output
