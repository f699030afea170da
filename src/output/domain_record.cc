#include "output/domain_record.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <vector>

#include "model/csv_text.h"
#include "model/file_format.h"
#include "model/json_text.h"
#include "model/lookup_outcome.h"
#include "model/outcome_table.h"
#include "output/lint_names.h"

namespace mxbulk::output {
namespace {

constexpr std::array<std::string_view, 18> kColumns = {
    "domain",       "verdict",  "reason",      "action",     "mx_count",   "mx_hosts",
    "mx_host",      "mx_ip",    "mx_provider", "lints",      "dns_rcode",  "ttl_s",
    "probe_status", "probe_ms", "dns_ms",      "checked_at", "from_state", "previous_verdict"};

// `{"domain":`, `,"verdict":` and so on.
std::array<std::string, kColumns.size()> json_keys() {
  std::array<std::string, kColumns.size()> keys;
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i] = i == 0 ? "{" : ",";
    append_json_string(kColumns[i], keys[i]);
    keys[i] += ':';
  }
  return keys;
}

bool is_json(Format format) {
  return format != Format::kCsv && format != Format::kTsv;
}

// Writes the values of one record in the order of kColumns.
class RecordWriter {
 public:
  RecordWriter(Format format, std::string& out)
      : is_json_(is_json(format)), delimiter_(delimiter_of(format)), out_(out) {}

  void text(std::string_view value) {
    next();
    if (is_json_) {
      append_json_string_or_null(value, out_);
    } else {
      append_csv_cell(value, delimiter_, false, out_);
    }
  }
  template <class Texts>
  void list(const Texts& values) {
    next();
    if (is_json_) return append_json_array(values, out_);
    std::string joined;
    for (const auto& value : values) {
      if (!joined.empty()) joined.push_back(';');
      joined += value;
    }
    append_csv_cell(joined, delimiter_, false, out_);
  }
  void number(uint64_t value, bool applies) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    bare(applies ? std::string_view(digits.data(), end) : std::string_view());
  }
  void boolean(bool value) { bare(value ? "true" : "false"); }
  void none() { bare(""); }
  void finish() { out_ += is_json_ ? "}\n" : "\n"; }

 private:
  void bare(std::string_view value) {
    next();
    out_ += value.empty() && is_json_ ? "null" : value;
  }
  void next() {
    static const std::array<std::string, kColumns.size()> kJsonKeys = json_keys();
    if (is_json_) {
      out_ += kJsonKeys[column_];
    } else if (column_ != 0) {
      out_.push_back(delimiter_);
    }
    ++column_;
  }

  bool is_json_;
  char delimiter_;
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

// No name where nothing came, or nothing that could be read.
std::string rcode_text(const DomainReport& report) {
  const bool came =
      was_answered(report) || (report.checked_at_s != 0 && (report.reason == Reason::kDnsServfail ||
                                                            report.reason == Reason::kDnsRefused ||
                                                            report.reason == Reason::kDnsFiltered));
  return came ? rcode_name(report.dns_rcode) : std::string();
}

// RFC 3339, in UTC. Most records of a run bear the same few seconds as those before them.
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
  return action_of(report.reason, report.lints, !report.suggestion.empty());
}

std::string domain_header(Format format) {
  if (is_json(format)) return {};
  std::string header;
  for (std::string_view column : kColumns) {
    if (!header.empty()) header.push_back(delimiter_of(format));
    header += column;
  }
  return header + "\n";
}

void append_domain_record(const DomainReport& report, Format format, std::string& out) {
  const bool answered = was_answered(report);
  RecordWriter record(format, out);
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
  record.boolean(false);  // from_state
  record.none();          // previous_verdict
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

}  // namespace mxbulk::output
