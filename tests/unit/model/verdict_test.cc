#include "mxbulk/verdict.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "mxbulk/summary.h"

namespace mxbulk {
namespace {

TEST(Verdict, NamesArePublicAndOnlyBadLocalIsShared) {
  std::map<std::string_view, int> names;
  for (size_t i = 0; i < kReasonCount; ++i) ++names[name_of(static_cast<Reason>(i))];
  for (const auto& [name, count] : names) EXPECT_EQ(count, name == "bad_local" ? 2 : 1) << name;
  EXPECT_FALSE(names.contains("?"));
}

TEST(Verdict, IsFoundByItsName) {
  for (size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    Verdict found{};
    ASSERT_TRUE(verdict_from_name(name_of(verdict), found));
    EXPECT_EQ(found, verdict);
  }
  Verdict untouched = Verdict::kUnknown;
  EXPECT_FALSE(verdict_from_name("MX_OK", untouched));
}

TEST(Verdict, LintsHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kLintCount; ++i) names.insert(name_of(static_cast<Lint>(i)));
  EXPECT_EQ(names.size(), kLintCount);
}

TEST(Action, AnEmptyCellNeedsNothingAndSeveralAddressesAPerson) {
  EXPECT_EQ(action_of(Reason::kEmpty, {}), Action::kNone);
  EXPECT_EQ(action_of(Reason::kSeveral, {}), Action::kReview);
}

TEST(Action, ASuggestionIsForAPersonWhateverTheReason) {
  for (Reason reason : {Reason::kDotless, Reason::kNxdomain, Reason::kMx, Reason::kTcpTimeout}) {
    EXPECT_EQ(action_of(reason, {}, true), Action::kReview) << name_of(reason);
  }
}

TEST(Action, ReviewComesBeforeSuppressBeforeRetryBeforeSend) {
  EXPECT_EQ(action_of(Reason::kMxIpLiteral, {}), Action::kReview);
  EXPECT_EQ(action_of(Reason::kNonconforming, {}), Action::kReview);
  EXPECT_EQ(action_of(Reason::kBadLocalDots, {}), Action::kReview);
  EXPECT_EQ(action_of(Reason::kMx, {Lint::kNullMxMixed}), Action::kReview);
  EXPECT_EQ(action_of(Reason::kBadLocal, {}), Action::kSuppress);
  EXPECT_EQ(action_of(Reason::kSpecialUse, {}), Action::kSuppress);
  EXPECT_EQ(action_of(Reason::kRfc7505, {}), Action::kSuppress);
  EXPECT_EQ(action_of(Reason::kMxUnresolvable, {}), Action::kSuppress);
  EXPECT_EQ(action_of(Reason::kDnsTimeout, {}), Action::kRetry);
  EXPECT_EQ(action_of(Reason::kNotAttempted, {}), Action::kRetry);
  EXPECT_EQ(action_of(Reason::kImplicitMx, {Lint::kV6Only}), Action::kSend);
}

TEST(Summary, CountsRowsOfAVerdict) {
  Summary summary;
  EXPECT_EQ(summary.unknown_share(), 0.0);
  summary.rows = 4;
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsTimeout)] = 1;
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsServfail)] = 1;
  summary.rows_by_reason[static_cast<size_t>(Reason::kMx)] = 2;
  EXPECT_EQ(summary.rows_with(Verdict::kUnknown), 2U);
  EXPECT_DOUBLE_EQ(summary.unknown_share(), 0.5);
}

}  // namespace
}  // namespace mxbulk
