// The entry points of the library: rows or domains in, verdicts out.
//
// Threads: each call blocks and runs threads of its own; `Progress` may be sampled from any thread
// while a call runs. Ownership: the caller keeps `Progress` alive for the call.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "mxbulk/verdict.h"

namespace mxbulk {

// Counters that a run keeps up to date. All of them only rise, except `in_flight` and
// `waiting_to_retry`.
struct Progress {
  // Called once, on the thread that called validate() or extract(), when it is known how the input
  // will be read, and before the first row is read. May be empty.
  std::function<void(const InputDescription&)> on_input;
  std::atomic<uint64_t> bytes_read{0};
  std::atomic<uint64_t> bytes_total{0};  // 0 = unknown (a pipe)
  std::atomic<uint64_t> rows_read{0};
  std::atomic<uint64_t> rows_written{0};
  std::atomic<uint64_t> domains{0};
  std::atomic<uint64_t> domains_done{0};
  std::atomic<uint64_t> lookups{0};
  std::atomic<uint64_t> in_flight{0};
  // Undecided domains, while nothing but failed questions is left to be asked again; else 0.
  std::atomic<uint64_t> waiting_to_retry{0};
  std::atomic<uint64_t> probes_total{0};  // addresses of mail servers to dial, as far as known
  std::atomic<uint64_t> probes_done{0};
};

// Writes every row of the input with its verdict, in input order. Errors: see StatusCode; after an
// error there is no output file.
[[nodiscard]] Result<Summary> validate(const Options& options, Progress& progress);

// Reads domains, one per line, and writes one record for each line, in the order in which they are
// decided. If `options.output.format` is kAuto, records are JSONL.
[[nodiscard]] Result<Summary> resolve(const Options& options, Progress& progress);

// Checks the syntax of every address, without network, and writes one record per row in input
// order. By default JSONL: {"email":…,"domain":…,"verdict":…,"reason":…,"lints":[…]}; verdict is
// null for good syntax.
[[nodiscard]] Result<Summary> extract(const Options& options, Progress& progress);

// The result of the last connection to one address.
struct CheckedProbe {
  std::string ip;
  std::string outcome;  // a reason's name, as `smtp_220`; or why it was not dialled
  uint32_t ms = 0;
  std::string greeting;  // its first line after the code, escaped for a terminal
  std::string remark;    // capabilities, TLS; escaped likewise
};

// How the verdict of one name was found.
struct CheckedExchange {
  uint16_t preference = 0;
  std::string host;
  std::string state;  // `usable`, or why not: `no address`, `non-public`, `temporary failure` …
  std::vector<std::string> ipv4;
  std::vector<std::string> ipv6;
  std::string provider;
  bool is_cname = false;
  std::vector<CheckedProbe> probes;  // of the addresses that were dialled; IPv4 first
};

struct CheckStep {
  enum class Kind : uint8_t { kQuery, kAnswer, kRule, kProbe };
  Kind kind = Kind::kQuery;
  std::string text;  // escaped for a terminal
};

struct CheckReport {
  std::string input;
  std::string domain;
  Verdict verdict = Verdict::kUnknown;
  Reason reason = Reason::kNotAttempted;
  Action action = Action::kRetry;
  // If the name is invalid: what is wrong, at which octet, by which RFC, and what would be
  // accepted. Not escaped.
  std::string explanation;
  LintSet lints;
  std::string provider;
  std::string suggestion;
  bool is_role = false;
  bool is_free = false;
  bool is_disposable = false;
  bool is_relay = false;
  std::vector<CheckedExchange> exchanges;  // in the order (preference, name)
  std::vector<CheckStep> steps;            // in the order in which they happened
};

// `names`: addresses or domains. Looks up all addresses of all exchanges, even if the verdict does
// not need them.
[[nodiscard]] Result<std::vector<CheckReport>> check(const Options& options,
                                                     const std::vector<std::string>& names);

// `c-ares 1.18.1`, `libuv 1.44.2`, …: the linked libraries, for --version.
[[nodiscard]] std::vector<std::string> library_versions();

}  // namespace mxbulk
