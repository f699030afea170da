// How a run ends: which failure is reported, or the exit code of a complete run. Pure.
#pragma once

#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"

namespace mxbulk::app {

inline constexpr int kTooManyUnknown = 3;
inline constexpr int kGateTripped = 6;  // --max-invalid or --fail-if
inline constexpr int kMissedDeadline = 8;

// For `resolve`, which has no --max-invalid: there is no column that could be misread. 0, or 3 if
// more names are unknown than allowed.
[[nodiscard]] inline int exit_code_of_domains(const Summary& summary, const Options& options) {
  return summary.unknown_share() > options.max_unknown ? kTooManyUnknown : 0;
}

// For `validate`: 0, or 8 if the deadline came first, or 6 if more rows are invalid than allowed or
// a gate tripped, or 3 if more are unknown than allowed. Requires: summary.tripped_gates is filled.
[[nodiscard]] inline int exit_code_of_rows(const Summary& summary, const Options& options) {
  if (summary.missed_deadline) return kMissedDeadline;
  if (summary.invalid_share() > options.max_invalid) return kGateTripped;
  if (!summary.tripped_gates.empty()) return kGateTripped;
  // A dry run sends no query: unknown rows mean nothing.
  return summary.dry_run ? 0 : exit_code_of_domains(summary, options);
}

// Of several failures the one to report. Order: code 1, then the reader's (4), the resolver's (5),
// the writer's (141). Ok if all are.
[[nodiscard]] inline Status first_failure(const Status& reading, const Status& writing,
                                          const Status& asking) {
  for (const Status* status : {&reading, &writing, &asking}) {
    if (status->code() == StatusCode::kInternal) return *status;
  }
  for (const Status* status : {&reading, &asking, &writing}) {
    if (!status->ok()) return *status;
  }
  return {};
}

}  // namespace mxbulk::app
