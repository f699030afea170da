// The table of outcomes: each reason with its name, verdict, action and one sentence, and the names
// and labels of verdicts, actions and lints. verdict_of(), action_of() and name_of() read it, and
// so does all that lists outcomes: `check`, the summary, the tests of the documents.
//
//   for (const Outcome& outcome : outcome_table()) print(outcome.name, outcome.sentence);
//
// Threads: constants, readable from any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk {

struct Outcome {
  Reason reason;
  std::string_view name;  // public and stable; kBadLocalDots shares that of kBadLocal
  Verdict verdict;
  Action action;              // without a suggestion and without the lint null_mx_mixed
  bool is_from_probe;         // only a probe gives this reason
  std::string_view sentence;  // for people: what was found; no capital, no full stop
};

struct VerdictText {
  Verdict verdict;
  std::string_view name;   // public and stable
  std::string_view label;  // for people
};

struct LintText {
  Lint lint;
  std::string_view name;  // public and stable
  std::string_view sentence;
};

// All in the order of their enums, one row for each enumerator.
[[nodiscard]] std::span<const Outcome, kReasonCount> outcome_table();
[[nodiscard]] std::span<const VerdictText, kVerdictCount> verdict_table();
[[nodiscard]] std::span<const LintText, kLintCount> lint_table();

[[nodiscard]] inline const Outcome& outcome_of(Reason reason) {
  return outcome_table()[static_cast<size_t>(reason)];
}
[[nodiscard]] inline std::string_view label_of(Verdict verdict) {
  return verdict_table()[static_cast<size_t>(verdict)].label;
}
[[nodiscard]] inline std::string_view sentence_of(Lint lint) {
  return lint_table()[static_cast<size_t>(lint)].sentence;
}

// The names of a set, in the order of the enum.
[[nodiscard]] std::vector<std::string_view> lint_names(LintSet lints);
// The lints of a row: its domain's and its own. The lint eai_unsupported is only for rows whose
// local part is not ASCII (RFC 6531).
[[nodiscard]] LintSet lints_of_row(LintSet of_domain, LintSet of_row);

}  // namespace mxbulk
