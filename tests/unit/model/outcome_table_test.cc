#include "model/outcome_table.h"

#include <gtest/gtest.h>

namespace mxbulk {
namespace {

TEST(OutcomeTable, IsWhatTheFunctionsRead) {
  for (const Outcome& outcome : outcome_table()) {
    EXPECT_EQ(name_of(outcome.reason), outcome.name);
    EXPECT_EQ(verdict_of(outcome.reason), outcome.verdict) << outcome.name;
    EXPECT_EQ(action_of(outcome.reason, {}), outcome.action) << outcome.name;
  }
  for (const VerdictText& verdict : verdict_table()) {
    EXPECT_EQ(name_of(verdict.verdict), verdict.name);
    EXPECT_EQ(label_of(verdict.verdict), verdict.label);
  }
  for (const LintText& lint : lint_table()) {
    EXPECT_EQ(name_of(lint.lint), lint.name);
    EXPECT_EQ(sentence_of(lint.lint), lint.sentence);
  }
}

// Printed after a colon, in one line.
void expect_phrase(std::string_view sentence, std::string_view name) {
  ASSERT_FALSE(sentence.empty()) << name;
  EXPECT_NE(sentence.back(), '.') << name;
  EXPECT_EQ(sentence.find('\n'), sentence.npos) << name;
  EXPECT_LE(sentence.size(), 90U) << name;
}

TEST(OutcomeTable, HasOneSentenceForEachReasonAndLint) {
  for (const Outcome& outcome : outcome_table()) expect_phrase(outcome.sentence, outcome.name);
  for (const LintText& lint : lint_table()) expect_phrase(lint.sentence, lint.name);
}

// Without a probe nothing is reachable, and what DNS proves needs none.
TEST(OutcomeTable, KnowsWhatOnlyAProbeFinds) {
  for (const Outcome& outcome : outcome_table()) {
    if (outcome.verdict == Verdict::kReachable) {
      EXPECT_TRUE(outcome.is_from_probe) << outcome.name;
    }
    if (outcome.verdict == Verdict::kInvalid || outcome.verdict == Verdict::kNoMx ||
        outcome.verdict == Verdict::kNullMx) {
      EXPECT_FALSE(outcome.is_from_probe) << outcome.name;
    }
  }
  EXPECT_TRUE(outcome_of(Reason::kTcpRefused).is_from_probe);
  EXPECT_FALSE(outcome_of(Reason::kMxUnresolvable).is_from_probe);
}

}  // namespace
}  // namespace mxbulk
