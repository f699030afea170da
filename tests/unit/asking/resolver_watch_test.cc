#include "asking/resolver_watch.h"

#include <gtest/gtest.h>

namespace mxbulk::asking {
namespace {

void fail_rounds(ResolverWatch& watch, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) watch.on_round_failed();
}

TEST(ResolverWatch, AsksNothingWhileAllIsWell) {
  ResolverWatch watch(true);
  EXPECT_FALSE(watch.wants_question(false));
  watch.on_good_answer();
  EXPECT_FALSE(watch.wants_question(false));
}

TEST(ResolverWatch, OfAResolverNeverHeardOfOneFailureIsEnough) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  EXPECT_TRUE(watch.wants_question(false));
  EXPECT_EQ(watch.rounds(), 1U);
}

TEST(ResolverWatch, OfOneThatAnsweredBeforeAHundredInARowAre) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds - 1);
  EXPECT_FALSE(watch.wants_question(false));
  watch.on_round_failed();
  EXPECT_TRUE(watch.wants_question(false));
  EXPECT_EQ(watch.rounds(), 2U);
}

TEST(ResolverWatch, AGoodAnswerStartsTheCountAnew) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds - 1);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds - 1);
  EXPECT_FALSE(watch.wants_question(false));
}

TEST(ResolverWatch, OneQuestionAtATime) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  watch.on_asked(0);
  watch.on_round_failed();
  EXPECT_FALSE(watch.wants_question(false));
  EXPECT_TRUE(watch.is_asking());
}

TEST(ResolverWatch, SilenceBeforeAnyAnswerNamesTheSetting) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  watch.on_asked(0);
  watch.on_root(LookupStatus::kTimeout);
  EXPECT_EQ(watch.failure().code(), StatusCode::kResolver);
  EXPECT_NE(watch.failure().message().find("--resolver"), std::string::npos);
  EXPECT_FALSE(watch.wants_question(false));
}

TEST(ResolverWatch, SilenceAfterAnswersSaysThatItStopped) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds);
  watch.on_asked(0);
  watch.on_root(LookupStatus::kServfail);
  EXPECT_EQ(watch.failure().code(), StatusCode::kResolver);
  EXPECT_NE(watch.failure().message().find("stopped"), std::string::npos);
}

TEST(ResolverWatch, AnAnswerToItsQuestionClearsTheResolver) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  watch.on_asked(0);
  watch.on_root(LookupStatus::kFound);
  EXPECT_TRUE(watch.failure().ok());
  EXPECT_FALSE(watch.is_asking());
  EXPECT_FALSE(watch.wants_question(false));
}

TEST(ResolverWatch, IsNotGivenUpWhileItAnswersOthers) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  watch.on_asked(0);
  watch.on_good_answer();
  watch.on_root(LookupStatus::kTimeout);
  EXPECT_TRUE(watch.failure().ok());
}

TEST(ResolverWatch, AnAnswerFromBeforeItsQuestionDoesNotClearIt) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds);
  watch.on_asked(0);
  watch.on_root(LookupStatus::kTimeout);
  EXPECT_FALSE(watch.failure().ok());
}

TEST(ResolverWatch, WhereNothingRunsAnyMoreOneFailureIsEnough) {
  ResolverWatch watch(true);
  EXPECT_FALSE(watch.wants_question(true));
  watch.on_good_answer();
  EXPECT_FALSE(watch.wants_question(true));
  EXPECT_FALSE(watch.is_in_doubt());
  watch.on_round_failed();
  EXPECT_FALSE(watch.wants_question(false));
  EXPECT_TRUE(watch.wants_question(true));
}

TEST(ResolverWatch, IsInDoubtFromAFailureToTheNextGoodAnswer) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  watch.on_round_failed();
  EXPECT_TRUE(watch.is_in_doubt());
  watch.on_asked(0);
  EXPECT_TRUE(watch.is_in_doubt());
  watch.on_root(LookupStatus::kNoData);
  EXPECT_FALSE(watch.is_in_doubt());
  watch.on_round_failed();
  watch.on_good_answer();
  EXPECT_FALSE(watch.is_in_doubt());
}

// The root may come from its cache; what no cache knows may not.
TEST(ResolverWatch, TheRootAloneDoesNotClearItWhereCanariesFail) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds);
  watch.on_asked(2);
  watch.on_root(LookupStatus::kFound);
  watch.on_canary(LookupStatus::kServfail);
  EXPECT_TRUE(watch.is_asking());
  watch.on_canary(LookupStatus::kTimeout);
  EXPECT_FALSE(watch.is_asking());
  EXPECT_EQ(watch.failure().code(), StatusCode::kResolver);
  EXPECT_NE(watch.failure().message().find("canary"), std::string::npos);
}

TEST(ResolverWatch, OneCanaryThatAnswersClearsItAtOnce) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds);
  watch.on_asked(2);
  watch.on_canary(LookupStatus::kNxDomain);
  EXPECT_FALSE(watch.is_asking());
  fail_rounds(watch, limits::kBreakerRounds);
  EXPECT_FALSE(watch.wants_question(false)) << "its other questions are still out";
  watch.on_root(LookupStatus::kTimeout);
  watch.on_canary(LookupStatus::kTimeout);
  EXPECT_TRUE(watch.failure().ok());
  EXPECT_TRUE(watch.wants_question(false));
}

TEST(ResolverWatch, CanariesMayFailWhileItAnswersOthers) {
  ResolverWatch watch(true);
  watch.on_good_answer();
  fail_rounds(watch, limits::kBreakerRounds);
  watch.on_asked(1);
  watch.on_root(LookupStatus::kTimeout);
  watch.on_good_answer();
  watch.on_canary(LookupStatus::kTimeout);
  EXPECT_TRUE(watch.failure().ok());
}

// Else each failure that follows would be asked about anew.
TEST(ResolverWatch, WhoAnsweredForTheRootHasBeenHeardOf) {
  ResolverWatch watch(true);
  watch.on_round_failed();
  watch.on_asked(0);
  watch.on_root(LookupStatus::kFound);
  watch.on_round_failed();
  EXPECT_FALSE(watch.wants_question(false));
}

TEST(ResolverWatch, SwitchedOffItNeverAsks) {
  ResolverWatch watch(false);
  fail_rounds(watch, 2 * limits::kBreakerRounds);
  EXPECT_FALSE(watch.wants_question(false));
  EXPECT_FALSE(watch.wants_question(true));
  EXPECT_FALSE(watch.is_in_doubt());
}

}  // namespace
}  // namespace mxbulk::asking
