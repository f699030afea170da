// What a run found: counts of rows, and what an operator needs to decide whether to load it.
//
// Threads: a plain value, complete once the run has ended.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "mxbulk/options.h"
#include "mxbulk/verdict.h"

namespace mxbulk {

// This machine's own way to the port that was probed.
enum class Egress : uint8_t {
  kUntried,
  kOpen,
  kBlocked,      // no address opened on that port
  kIntercepted,  // unrelated providers gave the same greeting
  kLost,         // it was open, and then no longer
};

// What the probes did.
struct ProbeTotals {
  uint16_t port = 0;         // 0 = no probes were requested; then all other members are 0
  uint64_t addresses = 0;    // of mail hosts to be probed, excluded ones included
  uint64_t skipped = 0;      // of those: not tried, or nothing was proved
  uint64_t connections = 0;  // dialled, second attempts included
  uint64_t opened = 0;       // of those
  uint64_t retried = 0;      // of those, to addresses that had failed
  Egress egress = Egress::kUntried;
};

// How one input was read: what the operator should check before a loader takes the output.
struct InputDescription {
  std::string name;         // the path, or `standard input`
  uint64_t bytes = 0;       // of the file as it is stored; 0 for a pipe
  std::string compression;  // `gzip`, `zstd`; empty = none
  std::string format;       // `CSV`, `TSV`, `JSONL`, `JSON array`, `lines`
  std::string encoding;     // `UTF-8`, `UTF-16LE`, `windows-1252` …; `unknown`: not UTF-8
  std::string delimiter;    // of CSV and TSV, as written; else empty
  bool has_header = false;
  uint64_t column = 0;       // of the addresses, 1-based; 0 = the format has no columns
  std::string column_name;   // its header, or the path of the JSON member; empty = none
  uint64_t lines_above = 0;  // the table: titles, blank lines, `sep=;`; they are passed through
  uint64_t first_ill_formed_line = 0;  // not UTF-8, 1-based; 0 = none, or it was converted
  uint64_t replaced = 0;               // octet sequences that became U+FFFD
  // `list.csv: CSV, delimiter ";", UTF-8, header, e-mail column 3 "email"`.
  std::string text;
};

// One file of rows.
struct OutputDescription {
  std::string path;  // "-" for standard output
  uint64_t rows = 0;
};

// What the state says of this run, beside the last one that was complete. Of domains.
struct NightTotals {
  bool has_state = false;
  bool has_last_run = false;  // else the next are 0
  std::string last_run_date;  // `2026-11-26`: its --run-date, else the day of its beginning, in UTC
  uint64_t from_state = 0;    // not asked for again
  uint64_t changed = 0;       // another verdict or action
  uint64_t went_dead = 0;     // mx_ok or reachable then; no_mx, null_mx or dead_mx now
  uint64_t recovered = 0;     // the other way
  uint64_t appeared = 0;      // not in the last run
  uint64_t vanished = 0;      // in the last run alone
  uint64_t changes_unnamed = 0;  // left out of --changes: too few rows
  std::string bad_state;         // where a bad state was moved to, or why there is none; else empty
};

// How long domains took from the first question to the verdict; those of the state are not counted.
struct DnsLatencies {
  static constexpr std::array<uint32_t, 12> kBoundsMs = {1,   5,   10,    25,    50,    100,
                                                         250, 500, 1'000, 2'500, 5'000, 20'000};
  std::array<uint64_t, 13> domains{};  // up to each bound and above the one before; the last: above
  uint64_t sum_ms = 0;

  void add(uint32_t ms);
};

// A gate of --fail-if that tripped.
struct TrippedGate {
  std::string text;  // as it was given
  double share = 0;  // 0..1
};

struct Summary {
  // How the run ended: the program's exit code, and the error message if there is one. If the code
  // is 1, 2, 4, 5 or 141, there is no new output, and nothing was counted.
  int exit_code = 0;
  std::string error;
  int64_t began_unix_ms = 0;
  int64_t ended_unix_ms = 0;
  std::vector<Setting> settings;           // other than the defaults
  std::vector<OutputDescription> outputs;  // several if Options split them
  std::vector<InputDescription> inputs;    // in the order in which they were read
  uint64_t rows = 0;
  uint64_t rows_written = 0;  // differs from `rows` only with `only` or Mode::kDomains
  uint64_t domains = 0;       // distinct
  uint64_t bytes_read = 0;
  std::array<uint64_t, kReasonCount> rows_by_reason{};
  std::array<uint64_t, kActionCount> rows_by_action{};  // of validate
  // The first invalid row that is not empty: `list.csv:17`; empty = none.
  std::string first_invalid_place;
  uint64_t first_invalid_row = 0;  // 1-based, the header not counted; 0 = none
  std::string worst_dead_domain;   // the dead_mx domain with the most rows; empty = none
  uint64_t worst_dead_rows = 0;
  uint64_t ragged_rows = 0;         // longer than the header
  bool shifts_ragged_rows = false;  // in those, our columns are not under their names
  uint64_t rows_passed = 0;     // blank lines, titles and footers: written as they are, not counted
  uint64_t rows_trimmed = 0;    // whose address was cleaned (lint `trimmed`)
  uint64_t rows_duplicate = 0;  // lint `duplicate`; only if Options asked for it
  uint64_t lines_with_at_sign = 0;  // of resolve: they are no domains, but perhaps addresses

  uint64_t rows_deferred = 0;    // written to disk until their verdicts were known
  std::string deferring_failed;  // why others could not, so that the reader had to wait; else empty

  std::vector<std::string> resolvers;  // that were asked
  uint64_t dns_queries = 0;            // queries sent, over UDP and TCP
  uint64_t dns_answers = 0;            // accepted
  uint64_t dns_forged = 0;             // dropped: wrong sender, ID or question
  uint64_t dns_retries = 0;
  // One line for each resolver that gave false answers and is not used any more: which, and what it
  // did.
  std::vector<std::string> resolvers_excluded;
  ProbeTotals probes;
  NightTotals night;
  DnsLatencies latencies;  // of validate
  std::string run_id;
  std::string run_date;
  std::vector<TrippedGate> tripped_gates;
  bool missed_deadline = false;  // --deadline came before all was decided
  uint32_t qps_default = 0;      // queries per second, if a limit was set by default; 0 = none
  double seconds = 0;
  bool dry_run = false;
  std::string output_path;  // "-" for standard output

  [[nodiscard]] uint64_t rows_with(Verdict verdict) const;
  // 0..1; 0 for a run without rows.
  [[nodiscard]] double unknown_share() const;
  // The share of invalid rows among those that are not Reason::kEmpty; 0..1.
  [[nodiscard]] double invalid_share() const;
};

}  // namespace mxbulk
