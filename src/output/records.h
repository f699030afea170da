// Records that mxbulk makes itself, in JSONL, CSV or TSV: one per domain (`resolve`, `--mode
// domains`) or one per row (`extract`). A value that does not apply is null in JSONL, empty in CSV.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/domain_report.h"
#include "mxbulk/options.h"

namespace mxbulk::output {

// What to do with the addresses of a domain.
[[nodiscard]] Action action_of_domain(const DomainReport& report);

// Columns: domain, verdict, reason, action, mx_count, mx_hosts, mx_host, mx_ip, mx_provider, lints,
// dns_rcode, ttl_s, probe_status, probe_ms, dns_ms, checked_at, from_state, previous_verdict.
// probe_status is the reason that the best connection alone would give, as tcp_timeout. checked_at
// is RFC 3339 in UTC. The header is empty for JSONL.
[[nodiscard]] std::string domain_header(Format format);
void append_domain_record(const DomainReport& report, Format format, std::string& out);

// For a line of `resolve`'s input that is not a domain: the verdict is invalid, and `domain` has
// the line as it was (escaped). The action is review if there is a suggestion.
void append_invalid_record(std::string_view input, Reason reason, std::string_view suggestion,
                           Format format, std::string& out);

struct ExtractRecord {
  std::string_view email;  // the cell as it was
  std::string mx_email;    // the address to write to; empty if there is none
  std::string domain;      // empty if there is none
  std::optional<Reason> invalid;
  LintSet lints;
};

// Columns: email, mx_email, domain, verdict, reason, lints. The header is empty for JSONL.
[[nodiscard]] std::string extract_header(Format format);
void append_extract_record(const ExtractRecord& record, Format format, std::string& out);

}  // namespace mxbulk::output
