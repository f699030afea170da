// The change feed, `--changes`: one line for each domain whose verdict or action is another than in
// the last run.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "mxbulk/options.h"
#include "mxbulk/verdict.h"

namespace mxbulk::app {

struct DomainChange {
  enum class Kind : uint8_t { kNone, kChanged, kNew, kVanished };
  Kind kind = Kind::kNone;
  std::string domain;
  Reason old_reason = Reason::kNotAttempted;  // not of kNew, as the next
  Action old_action = Action::kRetry;
  Reason reason = Reason::kNotAttempted;  // not of kVanished, as the next two
  Action action = Action::kRetry;
  int64_t since_s = 0;  // Unix time; it has this verdict
  uint64_t rows = 0;    // of this list; kVanished: of the last one
};

// Columns: domain, change, old_verdict, old_reason, old_action, verdict, reason, action, since,
// rows.
[[nodiscard]] std::string changes_header(Format format);
void append_change(const DomainChange& change, Format format, std::string& out);

// By the extension; JSONL for any other.
[[nodiscard]] Format changes_format(const std::string& path);

}  // namespace mxbulk::app
