#include "output/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::output {
namespace {

using testing::HasSubstr;

TEST(Metrics, HaveEachReasonOnceAndTheTotals) {
  Summary summary;
  summary.rows = 7;
  summary.exit_code = 3;
  summary.seconds = 1.5;
  summary.rows_by_reason[static_cast<size_t>(Reason::kBadLocal)] = 2;
  summary.rows_by_reason[static_cast<size_t>(Reason::kBadLocalDots)] = 3;
  const std::string text = metrics_text(summary, 1'795'802'400);
  EXPECT_THAT(text, HasSubstr("\n# TYPE mxbulk_rows gauge\nmxbulk_rows 7\n"));
  EXPECT_THAT(text, HasSubstr("{verdict=\"invalid\",reason=\"bad_local\"} 5\n"));
  EXPECT_EQ(text.find("bad_local"), text.rfind("bad_local"));
  EXPECT_THAT(text, HasSubstr("\nmxbulk_exit_code 3\n"));
  EXPECT_THAT(text, HasSubstr("\nmxbulk_duration_seconds 1.500\n"));
  EXPECT_EQ(last_success_of(text), 1'795'802'400);
}

TEST(Metrics, TheHistogramAddsUp) {
  Summary summary;
  for (const uint32_t ms : {0U, 1U, 2U, 40U, 30'000U}) summary.latencies.add(ms);
  const std::string text = metrics_text(summary, 0);
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"0.001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"0.005\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"0.050\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"20.000\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("_sum 30.043\n"));
  EXPECT_THAT(text, HasSubstr("_count 5\n"));
}

TEST(Metrics, SayIfTheStateCouldNotBeUsed) {
  Summary summary;
  EXPECT_THAT(metrics_text(summary, 0), HasSubstr("\nmxbulk_state_failed 0\n"));
  summary.night.bad_state = "the disk is full";
  EXPECT_THAT(metrics_text(summary, 0), HasSubstr("\nmxbulk_state_failed 1\n"));
}

TEST(Metrics, WithoutASuccessTheTimeIsZero) {
  EXPECT_EQ(last_success_of(""), 0);
  EXPECT_EQ(last_success_of("mxbulk_rows 7\n"), 0);
}

}  // namespace
}  // namespace mxbulk::output
