// The exit code of a run that came to its end. Pure.
#pragma once

#include "mxbulk/options.h"
#include "mxbulk/summary.h"

namespace mxbulk::app {

inline constexpr int kTooManyUnknown = 3;
inline constexpr int kHoldTheLoad = 6;

// Of `resolve`, which has no --max-invalid: each line is a name, so that no column can be misread.
// 0, or 3 if more names are unknown than allowed.
[[nodiscard]] inline int exit_code_of_domains(const Summary& summary, const Options& options) {
  return summary.unknown_share() > options.max_unknown ? kTooManyUnknown : 0;
}

// Of `validate`: 0, or 6 if more rows are invalid than allowed, or 3 if more are unknown than
// allowed.
[[nodiscard]] inline int exit_code_of_rows(const Summary& summary, const Options& options) {
  if (summary.invalid_share() > options.max_invalid) return kHoldTheLoad;
  // A dry run sends no query: what it does not know is no finding.
  return summary.dry_run ? 0 : exit_code_of_domains(summary, options);
}

}  // namespace mxbulk::app
