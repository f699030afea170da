// The library's way in: rows or domains in, verdicts out.
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

// Counters that a run keeps up to date. All only rise, but `in_flight`.
struct Progress {
  // Called once, by the thread that called validate() or extract(), when it is known how the input
  // is read and before any row is; may be empty.
  std::function<void(const InputDescription&)> on_input;
  std::atomic<uint64_t> bytes_read{0};
  std::atomic<uint64_t> bytes_total{0};  // 0 = unknown (a pipe)
  std::atomic<uint64_t> rows_read{0};
  std::atomic<uint64_t> rows_written{0};
  std::atomic<uint64_t> domains{0};
  std::atomic<uint64_t> domains_done{0};
  std::atomic<uint64_t> lookups{0};
  std::atomic<uint64_t> in_flight{0};
  std::atomic<uint64_t> probes_total{0};  // addresses of mail servers to be dialled, known so far
  std::atomic<uint64_t> probes_done{0};
};

// Gives every row of the input its verdict, in input order. Errors: as StatusCode says; after an
// error no output file exists.
[[nodiscard]] Result<Summary> validate(const Options& options, Progress& progress);

// Domains in (one a line), one record each out, in the order in which they are decided.
// `options.output.format` is kJsonl unless it says otherwise.
[[nodiscard]] Result<Summary> resolve(const Options& options, Progress& progress);

// Address -> domain and syntax verdict, no network, input order. JSONL unless told otherwise:
// {"email":…,"domain":…,"verdict":…,"reason":…,"lints":[…]}; verdict is null for good syntax.
[[nodiscard]] Result<Summary> extract(const Options& options, Progress& progress);

// What the last connection to one address came to.
struct CheckedProbe {
  std::string ip;
  std::string outcome;  // a reason's name, as `smtp_220`; or why nobody was dialled
  uint32_t ms = 0;
  std::string greeting;  // its first line after the code, escaped for a terminal
  std::string remark;    // capabilities, TLS; escaped likewise
};

// One name explained.
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
  // Of an invalid one: what is wrong, where, by which RFC, and what would be accepted. Not escaped.
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

// `names`: addresses or domains. Asks every address of every exchange, also if the verdict would
// not need it.
[[nodiscard]] Result<std::vector<CheckReport>> check(const Options& options,
                                                     const std::vector<std::string>& names);

// `c-ares 1.18.1`, `libuv 1.44.2`, …: what is linked, for --version.
[[nodiscard]] std::vector<std::string> library_versions();

}  // namespace mxbulk
