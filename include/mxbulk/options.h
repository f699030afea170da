// All options of a run. The defaults are the program's defaults.
//
// Threads: a plain value. Not changed after the run has started, so that all threads may read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk {

enum class Format : uint8_t { kAuto, kCsv, kTsv, kJsonl, kLines };

enum class Mode : uint8_t {
  kAppend,   // the row's own bytes, then the columns
  kMinimal,  // the columns alone, `email` first
  kDomains,  // one record for each distinct domain
};

// kAuto: UTF-16 if a byte order mark or the pattern of zeros says so, else UTF-8.
enum class TextEncoding : uint8_t { kAuto, kUtf8, kUtf16, kWindows1252, kLatin1 };

struct InputOptions {
  std::vector<std::string> files;  // "-" is standard input; empty means "-"
  Format format = Format::kAuto;
  TextEncoding encoding = TextEncoding::kAuto;
  std::string column;          // a header's name or a 1-based number, of JSON a member's name;
                               // empty = find it by content
  std::string json_path;       // as `column`, of JSON alone: `contact.email`
  char delimiter = '\0';       // '\0' = find it among , ; tab |
  std::optional<char> escape;  // of CSV, before quotes and delimiters; '\0' = no escape;
                               // nullopt = find out whether `\` is one
  bool no_headers = false;
  uint64_t skip_lines = 0;  // above the table; they are passed through
  uint64_t limit_rows = 0;  // 0 = all
};

struct OutputOptions {
  // `{verdict}` and `{action}` in it: one file for each value (validate only).
  std::string path = "-";
  Format format = Format::kAuto;  // kAuto: by the extension of `path`, or as the input
  Mode mode = Mode::kAppend;
  std::vector<std::string> columns;  // without prefix; empty = the default set
  std::string prefix = "mx_";
  bool new_columns_first = false;  // before the row's own cells, so that long rows stay aligned
  bool mark_duplicates = false;    // lint `duplicate`; costs at most 16 octets for each address
  std::vector<Verdict> only;       // other rows are not written; empty = all rows
  bool csv_safe = false;           // prefix cells that a spreadsheet would run with '
  std::string summary_json_path;   // empty = none
  std::string metrics_path;        // likewise
};

struct DnsOptions {
  // `IP`, `IP:PORT`, `[IP6]:PORT`, `@FILE` (resolv.conf form) or `lab`.
  // Empty = the servers of /etc/resolv.conf.
  std::vector<std::string> resolvers;
  std::vector<std::string> canaries;  // domains that must have MX; at most 8
  uint32_t concurrency = 0;           // queries in flight per resolver; 0 = automatic
  int64_t qps = -1;  // -1 = no limit for a loopback resolver, 1000 for others; 0 = no limit
  int64_t timeout_ms = 2'000;        // of one attempt, at most
  uint32_t tries = 3;                // attempts in one round
  int64_t dns_deadline_ms = 20'000;  // for one domain; time in queues is not counted
};

// How far a probe goes in a conversation with port 25 (RFC 5321 §3.1, §3.2; RFC 3207).
enum class ProbeDepth : uint8_t { kOff, kConnect, kBanner, kEhlo, kStarttls };

struct ProbeOptions {
  ProbeDepth depth = ProbeDepth::kOff;
  uint32_t concurrency = 1'000;  // connections at once
  uint32_t per_host = 1;         // connections at once to one IP address
  int64_t timeout_ms = 10'000;   // of a whole connection
  bool all = false;              // every address of every exchange, also after one has answered
  uint16_t port = 25;            // RFC 5321 §4.5.4.2
  std::string exclude_path;      // hosts, nets and domains that are never probed; empty = none
  std::string helo;              // this host's name; required from kEhlo on
  std::string source_ip;         // connections come from it; empty = the system's choice
  std::vector<std::string> allow_nets;  // CIDR; their addresses are public for this run
};

// One --fail-if: the exit code is 6 if a share is greater than a limit.
struct FailGate {
  std::string text;         // as it was given
  bool of_domains = false;  // else of rows
  // What is counted: one of the three.
  std::optional<Verdict> verdict;
  std::optional<Action> action;
  std::string reason;
  double share_max = 0;  // 0..1
};

// What is remembered from one night to the next.
struct StateOptions {
  std::string path;          // empty = nothing
  bool is_optional = false;  // a bad state does not end the run
  int64_t max_age_s = 20 * 3'600;
  double shift_max = 0.05;  // of the share of a verdict, against the last run
  bool accepts_shift = false;
  uint32_t dead_after_runs = 5;
  int64_t dead_after_s = 120 * 3'600;
  std::string changes_path;        // empty = none
  bool changes_all = false;        // new and vanished domains too
  bool names_all_domains = false;  // also those with few rows
};

// A flag that was given, for the summary: its long name without dashes, and its value.
struct Setting {
  std::string flag;
  std::string value;
};

struct Options {
  InputOptions input;
  OutputOptions output;
  DnsOptions dns;
  ProbeOptions probe;
  StateOptions state;
  std::string run_id;
  std::string run_date;     // `2026-11-27`; empty = today
  int64_t deadline_ms = 0;  // for the run; 0 = none
  std::vector<FailGate> fail_if;
  int64_t unix_now_ms = 0;  // the time at the beginning of the run; 0 = by the system's clock
  uint64_t memory_bytes = 64ULL << 20;  // for rows in flight; others are deferred to disk
  double max_unknown = 0.05;            // share of rows; above it the exit code is 3
  double max_invalid = 0.5;       // share of rows that are not empty; above it the exit code is 6
  std::string lists_path;         // folder with the user's own lists; empty = none
  bool dry_run = false;           // no packet is sent
  std::string config_path;        // the settings' file, which no output may replace
  std::vector<Setting> settings;  // other than the defaults
};

}  // namespace mxbulk
