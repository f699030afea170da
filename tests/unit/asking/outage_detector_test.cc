#include "asking/outage_detector.h"

#include <gtest/gtest.h>

namespace mxbulk::asking {
namespace {

void fail_rounds(OutageDetector& detector, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) detector.on_round_failed();
}

TEST(OutageDetector, AsksNothingWhileAnswersAreGood) {
  OutageDetector detector(true);
  EXPECT_FALSE(detector.wants_check(false));
  detector.on_good_answer();
  EXPECT_FALSE(detector.wants_check(false));
}

TEST(OutageDetector, OneFailureIsEnoughForAResolverThatNeverAnswered) {
  OutageDetector detector(true);
  detector.on_round_failed();
  EXPECT_TRUE(detector.wants_check(false));
  EXPECT_FALSE(detector.has_ever_answered());
}

TEST(OutageDetector, OneThatAnsweredBeforeMustFailAHundredTimesInARow) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds - 1);
  EXPECT_FALSE(detector.wants_check(false));
  detector.on_round_failed();
  EXPECT_TRUE(detector.wants_check(false));
  EXPECT_TRUE(detector.has_ever_answered());
}

TEST(OutageDetector, AGoodAnswerResetsTheCount) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds - 1);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds - 1);
  EXPECT_FALSE(detector.wants_check(false));
}

TEST(OutageDetector, OneQuestionAtATime) {
  OutageDetector detector(true);
  detector.on_round_failed();
  detector.begin_check(0);
  detector.on_round_failed();
  EXPECT_FALSE(detector.wants_check(false));
  EXPECT_TRUE(detector.is_checking());
}

TEST(OutageDetector, NoAnswerFromTheStartNamesTheSetting) {
  OutageDetector detector(true);
  detector.on_round_failed();
  detector.begin_check(0);
  detector.on_root(LookupStatus::kTimeout);
  EXPECT_EQ(detector.failure().code(), StatusCode::kResolver);
  EXPECT_NE(detector.failure().message().find("--resolver"), std::string::npos);
  EXPECT_FALSE(detector.wants_check(false));
}

TEST(OutageDetector, NoAnswerAfterGoodOnesSaysThatItStopped) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(0);
  detector.on_root(LookupStatus::kServfail);
  EXPECT_EQ(detector.failure().code(), StatusCode::kResolver);
  EXPECT_NE(detector.failure().message().find("stopped"), std::string::npos);
}

TEST(OutageDetector, AnAnswerToItsQuestionClearsTheResolver) {
  OutageDetector detector(true);
  detector.on_round_failed();
  detector.begin_check(0);
  detector.on_root(LookupStatus::kFound);
  EXPECT_TRUE(detector.failure().ok());
  EXPECT_FALSE(detector.is_checking());
  EXPECT_FALSE(detector.wants_check(false));
}

TEST(OutageDetector, IsNotDownWhileItAnswersOtherQuestions) {
  OutageDetector detector(true);
  detector.on_round_failed();
  detector.begin_check(0);
  detector.on_good_answer();
  detector.on_root(LookupStatus::kTimeout);
  EXPECT_TRUE(detector.failure().ok());
}

TEST(OutageDetector, AnAnswerFromBeforeItsQuestionDoesNotClearIt) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(0);
  detector.on_root(LookupStatus::kTimeout);
  EXPECT_FALSE(detector.failure().ok());
}

TEST(OutageDetector, OneFailureIsEnoughIfNothingElseRuns) {
  OutageDetector detector(true);
  EXPECT_FALSE(detector.wants_check(true));
  detector.on_good_answer();
  EXPECT_FALSE(detector.wants_check(true));
  EXPECT_FALSE(detector.is_in_doubt());
  detector.on_round_failed();
  EXPECT_FALSE(detector.wants_check(false));
  EXPECT_TRUE(detector.wants_check(true));
}

TEST(OutageDetector, IsInDoubtFromAFailureToTheNextGoodAnswer) {
  OutageDetector detector(true);
  detector.on_good_answer();
  detector.on_round_failed();
  EXPECT_TRUE(detector.is_in_doubt());
  detector.begin_check(0);
  EXPECT_TRUE(detector.is_in_doubt());
  detector.on_root(LookupStatus::kNoData);
  EXPECT_FALSE(detector.is_in_doubt());
  detector.on_round_failed();
  detector.on_good_answer();
  EXPECT_FALSE(detector.is_in_doubt());
}

// The answer for the root may come from its cache; that for a random name may not.
TEST(OutageDetector, TheRootAloneDoesNotClearItIfCanariesFail) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(2);
  detector.on_root(LookupStatus::kFound);
  detector.on_canary(LookupStatus::kServfail);
  EXPECT_TRUE(detector.is_checking());
  detector.on_canary(LookupStatus::kTimeout);
  EXPECT_FALSE(detector.is_checking());
  EXPECT_EQ(detector.failure().code(), StatusCode::kResolver);
  EXPECT_NE(detector.failure().message().find("canary"), std::string::npos);
}

TEST(OutageDetector, OneCanaryThatAnswersClearsItAtOnce) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(2);
  detector.on_canary(LookupStatus::kNxDomain);
  EXPECT_FALSE(detector.is_checking());
  EXPECT_TRUE(detector.failure().ok());
}

// The other questions of a check may be out for long after it is decided: a second check must not
// wait for them. Its number tells their outcomes from its own.
TEST(OutageDetector, ADecidedCheckDoesNotDelayTheNext) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(2);
  const uint32_t first = detector.check();
  detector.on_canary(LookupStatus::kNxDomain);
  fail_rounds(detector, limits::kOutageRounds);
  ASSERT_TRUE(detector.wants_check(false));
  detector.begin_check(2);
  EXPECT_NE(detector.check(), first);
}

TEST(OutageDetector, CanariesMayFailWhileItAnswersOthers) {
  OutageDetector detector(true);
  detector.on_good_answer();
  fail_rounds(detector, limits::kOutageRounds);
  detector.begin_check(1);
  detector.on_root(LookupStatus::kTimeout);
  detector.on_good_answer();
  detector.on_canary(LookupStatus::kTimeout);
  EXPECT_TRUE(detector.failure().ok());
}

// Otherwise each failure that follows would start another check.
TEST(OutageDetector, AnAnswerForTheRootCountsAsAnAnswer) {
  OutageDetector detector(true);
  detector.on_round_failed();
  detector.begin_check(0);
  detector.on_root(LookupStatus::kFound);
  detector.on_round_failed();
  EXPECT_FALSE(detector.wants_check(false));
}

TEST(OutageDetector, AsksNothingIfItIsDisabled) {
  OutageDetector detector(false);
  fail_rounds(detector, 2 * limits::kOutageRounds);
  EXPECT_FALSE(detector.wants_check(false));
  EXPECT_FALSE(detector.wants_check(true));
  EXPECT_FALSE(detector.is_in_doubt());
}

}  // namespace
}  // namespace mxbulk::asking
