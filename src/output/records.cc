#include "output/records.h"

#include <array>
#include <cstdint>
#include <ctime>
#include <utility>
#include <vector>

#include "model/file_format.h"
#include "model/lookup_outcome.h"
#include "model/outcome_table.h"
#include "output/value_text.h"

namespace mxbulk::output {
namespace {

bool is_json(Format format) {
  return format != Format::kCsv && format != Format::kTsv;
}

// The columns of a record, and what precedes their values in JSONL: `{"domain":`, `,"verdict":` …
struct RecordColumns {
  explicit RecordColumns(std::vector<std::string_view> column_names)
      : names(std::move(column_names)) {
    for (const std::string_view name : names) {
      json_keys.emplace_back(json_keys.empty() ? "{" : ",");
      append_json_string(name, json_keys.back());
      json_keys.back() += ':';
    }
  }

  std::vector<std::string_view> names;
  std::vector<std::string> json_keys;
};

const RecordColumns& domain_columns() {
  static const RecordColumns kColumns({"domain", "verdict", "reason", "action", "mx_count",
                                       "mx_hosts", "mx_host", "mx_ip", "mx_provider", "lints",
                                       "dns_rcode", "ttl_s", "probe_status", "probe_ms", "dns_ms",
                                       "checked_at", "from_state", "previous_verdict"});
  return kColumns;
}

const RecordColumns& extract_columns() {
  static const RecordColumns kColumns(
      {"email", "mx_email", "domain", "verdict", "reason", "lints"});
  return kColumns;
}

std::string header_of(const RecordColumns& columns, Format format) {
  if (is_json(format)) return {};
  std::string header;
  for (const std::string_view column : columns.names) {
    if (!header.empty()) header.push_back(delimiter_of(format));
    header += column;
  }
  return header + "\n";
}

// Writes the values of one record: one call for each column, in their order.
class RecordWriter {
 public:
  RecordWriter(const RecordColumns& columns, Format format, std::string& out)
      : columns_(columns),
        value_{.is_json = is_json(format), .delimiter = delimiter_of(format)},
        out_(out) {}

  void text(std::string_view value) { value_.append(value, next()); }
  // An empty text is a value, too.
  void text_as_it_is(std::string_view value) {
    if (!value_.is_json) return text(value);
    append_json_string(value, next());
  }
  template <class Texts>
  void list(const Texts& values) {
    value_.append_list(values, next());
  }
  void number(uint64_t value, bool applies) {
    if (!applies) return none();
    value_.append_number(value, next());
  }
  void boolean(bool value) { value_.append_boolean(value, next()); }
  void none() { value_.append_none(next()); }
  void finish() { out_ += value_.is_json ? "}\n" : "\n"; }

 private:
  std::string& next() {
    if (value_.is_json) {
      out_ += columns_.json_keys[column_];
    } else if (column_ != 0) {
      out_.push_back(value_.delimiter);
    }
    ++column_;
    return out_;
  }

  const RecordColumns& columns_;
  ValueText value_;
  std::string& out_;  // the caller's
  size_t column_ = 0;
};

// True if the deciding query received an answer.
bool was_answered(const DomainReport& report) {
  if (report.checked_at_s == 0) return false;
  const Outcome& outcome = outcome_of(report.reason);
  return outcome.verdict != Verdict::kUnknown || outcome.reason == Reason::kMxAddrTempfail ||
         outcome.is_from_probe;
}

// Empty if there was no answer, or none that could be read.
std::string rcode_text(const DomainReport& report) {
  const bool came =
      was_answered(report) || (report.checked_at_s != 0 && (report.reason == Reason::kDnsServfail ||
                                                            report.reason == Reason::kDnsRefused ||
                                                            report.reason == Reason::kDnsFiltered));
  return came ? rcode_name(report.dns_rcode) : std::string();
}

// RFC 3339, in UTC. Keeps the last text: most records have the same second as the one before.
class TimeText {
 public:
  std::string_view of(int64_t unix_seconds) {
    if (unix_seconds != seconds_) {
      seconds_ = unix_seconds;
      const auto seconds = static_cast<time_t>(unix_seconds);
      std::tm parts{};
      gmtime_r(&seconds, &parts);
      size_ = strftime(text_.data(), text_.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    return {text_.data(), size_};
  }

 private:
  int64_t seconds_ = -1;
  std::array<char, 32> text_{};
  size_t size_ = 0;
};

// Control characters as \DDD, as RFC 1035 §5.1 writes them in a name.
std::string escape_controls(std::string_view text) {
  std::string out;
  for (char c : text) {
    const auto octet = static_cast<uint8_t>(c);
    if (octet >= 0x20 && octet != 0x7F) {
      out.push_back(c);
      continue;
    }
    out.push_back('\\');
    out.push_back(static_cast<char>('0' + octet / 100));
    out.push_back(static_cast<char>('0' + octet / 10 % 10));
    out.push_back(static_cast<char>('0' + octet % 10));
  }
  return out;
}

}  // namespace

Action action_of_domain(const DomainReport& report) {
  if (report.action) return *report.action;
  return action_of(report.reason, report.lints, !report.suggestion.empty());
}

std::string domain_header(Format format) {
  return header_of(domain_columns(), format);
}

void append_domain_record(const DomainReport& report, Format format, std::string& out) {
  const bool answered = was_answered(report);
  RecordWriter record(domain_columns(), format, out);
  record.text(report.domain);
  record.text(name_of(verdict_of(report.reason)));
  record.text(name_of(report.reason));
  record.text(name_of(action_of_domain(report)));
  record.number(report.mx_count, answered);
  record.list(report.mx_hosts);
  record.text(report.mx_host);
  record.text(report.mx_ip);
  record.text(report.provider);
  record.list(lint_names(report.lints));
  record.text(rcode_text(report));
  record.number(report.ttl_s, answered);
  record.text(report.probe ? name_of(reason_of(*report.probe)) : std::string_view());
  record.number(report.probe_ms, report.probe.has_value());
  record.number(report.dns_ms, report.checked_at_s != 0);
  thread_local TimeText time_text;
  record.text(report.checked_at_s == 0 ? std::string_view() : time_text.of(report.checked_at_s));
  record.boolean(report.from_state);
  record.text(report.previous_verdict ? name_of(*report.previous_verdict) : std::string_view());
  record.finish();
}

void append_invalid_record(std::string_view input, Reason reason, std::string_view suggestion,
                           Format format, std::string& out) {
  DomainReport report;
  report.suggestion = suggestion;
  report.domain = is_json(format) ? std::string(input) : escape_controls(input);
  report.reason = reason;
  append_domain_record(report, format, out);
}

std::string extract_header(Format format) {
  return header_of(extract_columns(), format);
}

void append_extract_record(const ExtractRecord& record, Format format, std::string& out) {
  RecordWriter writer(extract_columns(), format, out);
  writer.text_as_it_is(record.email);
  writer.text(record.mx_email);
  writer.text(record.domain);
  writer.text(record.invalid ? name_of(Verdict::kInvalid) : std::string_view());
  writer.text(record.invalid ? name_of(*record.invalid) : std::string_view());
  writer.list(lint_names(record.lints));
  writer.finish();
}

}  // namespace mxbulk::output
