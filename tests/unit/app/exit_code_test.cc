#include "app/exit_code.h"

#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

TEST(ExitCode, ThreeOnlyAboveTheShare) {
  Summary summary;
  Options options;
  options.max_unknown = 0.05;
  EXPECT_EQ(exit_code_of_rows(summary, options), 0);
  summary.rows = 100;
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsTimeout)] = 5;
  EXPECT_EQ(exit_code_of_rows(summary, options), 0);
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsTimeout)] = 6;
  EXPECT_EQ(exit_code_of_rows(summary, options), 3);
  summary.dry_run = true;
  EXPECT_EQ(exit_code_of_rows(summary, options), 0);
}

TEST(ExitCode, SixIfMostRowsThatHoldSomethingAreInvalid) {
  Summary summary;
  Options options;
  summary.rows = 100;
  summary.rows_by_reason[static_cast<size_t>(Reason::kEmpty)] = 80;
  summary.rows_by_reason[static_cast<size_t>(Reason::kNoAt)] = 10;
  EXPECT_EQ(exit_code_of_rows(summary, options), 0) << "half of those that hold something";
  summary.rows_by_reason[static_cast<size_t>(Reason::kBadRow)] = 1;
  EXPECT_EQ(exit_code_of_rows(summary, options), 6);
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsTimeout)] = 9;
  EXPECT_EQ(exit_code_of_rows(summary, options), 6) << "before 3";
  summary.dry_run = true;
  EXPECT_EQ(exit_code_of_rows(summary, options), 6) << "known without a query";
  options.max_invalid = 1;
  EXPECT_EQ(exit_code_of_rows(summary, options), 0);
}

// `resolve` ended with 6 for a flag that it does not have.
TEST(ExitCode, OfDomainsIsNeverSix) {
  Summary summary;
  const Options options;
  summary.rows = 100;
  summary.rows_by_reason[static_cast<size_t>(Reason::kDotless)] = 100;
  EXPECT_EQ(exit_code_of_domains(summary, options), 0);
  summary.rows_by_reason[static_cast<size_t>(Reason::kDnsTimeout)] = 6;
  EXPECT_EQ(exit_code_of_domains(summary, options), 3);
}

const Status kOk;
const Status kDiskFull = Status::internal("disk full");
const Status kFalseAnswers = Status::resolver("false answers");
const Status kCutOff = Status::input("cut off");
const Status kGone = {StatusCode::kPipeClosed, "gone"};

TEST(FirstFailure, OurFailureComesBeforeTheResolvers) {
  EXPECT_EQ(first_failure(kOk, kDiskFull, kFalseAnswers).code(), StatusCode::kInternal);
  EXPECT_EQ(first_failure(kCutOff, kDiskFull, kFalseAnswers).code(), StatusCode::kInternal);
  EXPECT_EQ(first_failure(kDiskFull, kGone, kFalseAnswers).code(), StatusCode::kInternal);
}

TEST(FirstFailure, APipeThatClosedHidesNothing) {
  EXPECT_EQ(first_failure(kOk, kGone, kFalseAnswers).code(), StatusCode::kResolver);
  EXPECT_EQ(first_failure(kCutOff, kGone, kOk).code(), StatusCode::kInput);
}

TEST(FirstFailure, OneAloneIsReported) {
  EXPECT_EQ(first_failure(kCutOff, kOk, kOk).code(), StatusCode::kInput);
  EXPECT_EQ(first_failure(kOk, kGone, kOk).code(), StatusCode::kPipeClosed);
  EXPECT_EQ(first_failure(kOk, kOk, kFalseAnswers).code(), StatusCode::kResolver);
  EXPECT_TRUE(first_failure(kOk, kOk, kOk).ok());
}

}  // namespace
}  // namespace mxbulk::app
