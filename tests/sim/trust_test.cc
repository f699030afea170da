// Resolvers that give false answers, or seem to, each as a run of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/check.h"
#include "sim/oracle.h"
#include "sim/scenarios.h"
#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Kind = FaultPeriod::Kind;

// False answers that are noticed with any list.
constexpr Kind kOpenMisbehaviours[] = {Kind::kNxdomain, Kind::kNoData, Kind::kAddress,
                                       Kind::kRewritesA, Kind::kRewritesAaaa};

class OpenMisbehaviour : public testing::TestWithParam<Kind> {};

TEST_P(OpenMisbehaviour, OfTheOnlyResolverEndsTheRunBeforeAnythingIsAsked) {
  Scenario scenario = scenario_with(1);
  make_bad(scenario, 0, GetParam());
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
  EXPECT_THAT(result.failure.message(), HasSubstr("gives false answers"));
  EXPECT_THAT(complaints(scenario, result), IsEmpty());
  EXPECT_EQ(result.queries, 2 + limits::kTopLevelNames);
  EXPECT_LT(result.ended_us, kSecondUs);
}

TEST_P(OpenMisbehaviour, OfOneOfThreeExcludesThatOne) {
  Scenario scenario = scenario_with(3);
  make_bad(scenario, 1, GetParam());
  expect_undisturbed(scenario);
  EXPECT_EQ(run(scenario).excluded.size(), 1U);
}

TEST_P(OpenMisbehaviour, OfAllThreeEndsTheRun) {
  Scenario scenario = scenario_with(3);
  for (size_t i = 0; i < 3; ++i) make_bad(scenario, i, GetParam());
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
  EXPECT_EQ(result.excluded.size(), 3U);
}

TEST_P(OpenMisbehaviour, FromMidRunOnEndsTheRun) {
  for (int64_t from_us : {30'000, 60'000, 200'000}) {
    Scenario scenario = healthy_scenario(3'000);
    make_bad(scenario, 0, GetParam(), from_us);
    const RunResult result = run(scenario);
    EXPECT_EQ(result.failure.code(), StatusCode::kResolver) << from_us;
    EXPECT_THAT(complaints(scenario, result), IsEmpty());
  }
}

// The false answers begin when all but the last rows are decided.
TEST_P(OpenMisbehaviour, AtTheVeryEndEndsTheRunToo) {
  Scenario scenario = healthy_scenario(300);
  scenario.read_gap_us = 20'000;
  const int64_t whole_us = run(scenario).ended_us;
  for (int64_t before_end_us : {200'000, 100'000, 50'000}) {
    Scenario late = scenario;
    make_bad(late, 0, GetParam(), whole_us - before_end_us);
    EXPECT_EQ(run(late).failure.code(), StatusCode::kResolver) << before_end_us;
  }
}

TEST_P(OpenMisbehaviour, IsFoundThoughAThirdOfTheAnswersGetsLost) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Scenario scenario = scenario_with(1, 100, seed);
    scenario.faults.loss = 0.3;
    make_bad(scenario, 0, GetParam());
    EXPECT_EQ(run(scenario).failure.code(), StatusCode::kResolver) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Lies, OpenMisbehaviour, testing::ValuesIn(kOpenMisbehaviours));

// --- canaries ------------------------------------------------------------------------------------

// It still answers for the root, and denies every name: its earlier answers prove it.
TEST(Canaries, KeptOnesDetectAResolverThatBeginsToDeny) {
  for (size_t resolvers : {1U, 2U}) {
    Scenario scenario = healthy_scenario(3'000);
    scenario.resolvers.resize(resolvers);
    for (size_t i = 0; i < resolvers; ++i) make_bad(scenario, i, Kind::kDeniesAllButRoot, 60'000);
    const RunResult result = run(scenario);
    EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
    EXPECT_THAT(result.failure.message(), HasSubstr("denies MX that it gave earlier"));
    EXPECT_THAT(complaints(scenario, result), IsEmpty());
  }
}

TEST(Canaries, AGivenOneDetectsAResolverThatDeniesFromTheStart) {
  Scenario scenario = healthy_scenario(100);
  scenario.canaries = {"d7.test"};
  make_bad(scenario, 0, Kind::kDeniesAllButRoot);
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
  EXPECT_THAT(result.failure.message(), HasSubstr("canary d7.test"));
}

TEST(Canaries, AGivenOneWithMxChangesNothing) {
  Scenario scenario = healthy_scenario(100);
  scenario.resolvers.resize(3);
  scenario.canaries = {"d7.test", "d8.test"};
  expect_undisturbed(scenario);
}

TEST(Canaries, AListOfOnlyDeadDomainsIsNotMisbehaviour) {
  for (bool has_some : {false, true}) {
    Scenario scenario = has_some ? healthy_scenario(20) : Scenario();
    scenario.resolvers.resize(1);
    for (int i = 0; i < 10'000; ++i)
      scenario.world.add_domain("gone" + std::to_string(i) + ".test");
    for (const std::string& name : scenario.world.domains()) {
      if (name.starts_with("gone")) scenario.world.remove(name);
    }
    SimulatedRandom random(3);
    scenario.rows = random_rows(scenario.world, 10'000, random);
    expect_undisturbed(scenario);
  }
}

// SERVFAIL for all but the root, which came from the resolver's cache: the run continued and made
// the whole list unknown.
TEST(Canaries, AResolverThatIsCutOffEndsTheRunThoughItKnowsTheRoot) {
  Scenario scenario = healthy_scenario(2'000);
  make_bad(scenario, 0, Kind::kCutOff, 60'000);
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
  EXPECT_THAT(result.failure.message(), HasSubstr("canary"));
  EXPECT_LT(result.ended_us, 60 * kSecondUs);
}

TEST(Canaries, AResolverThatIsCutOffForAShortTimeEndsNoRun) {
  Scenario scenario = healthy_scenario(2'000);
  make_bad(scenario, 0, Kind::kCutOff, 60'000, 3 * kSecondUs);
  const RunResult result = run(scenario);
  EXPECT_TRUE(result.failure.ok()) << result.failure.message();
  EXPECT_THAT(complaints(scenario, result), IsEmpty());
}

// --- habits that are not false answers
// ---------------------------------------------------------------------

TEST(Habits, AResolverThatKeepsTheCaseIsAskedInMixedCase) {
  const RunResult result = run(healthy_scenario(500));
  EXPECT_GT(result.asked_in_mixed_case, result.queries * 9 / 10);
}

TEST(Habits, AResolverThatFoldsTheCaseIsNeverAskedInMixedCase) {
  for (size_t resolvers : {1U, 3U}) {
    Scenario scenario = scenario_with(resolvers);
    for (ResolverHabits& habits : scenario.resolvers) habits.folds_case = true;
    expect_undisturbed(scenario);
    EXPECT_EQ(run(scenario).asked_in_mixed_case, 0U);
  }
}

TEST(Habits, OneOfThreeThatFoldsTheCaseChangesNothing) {
  Scenario scenario = scenario_with(3);
  scenario.resolvers[1].folds_case = true;
  expect_undisturbed(scenario);
  const RunResult result = run(scenario);
  EXPECT_EQ(result.asked_in_vain, 0U);
  EXPECT_GT(result.asked_in_mixed_case, 0U);
}

// A backend that folds the case takes over: answers are dropped as forged, except in lower case.
TEST(Habits, AResolverThatBeginsToFoldTheCaseChangesNoVerdict) {
  Scenario scenario = healthy_scenario(300);
  make_bad(scenario, 0, Kind::kFoldsCase, 40'000);
  expect_undisturbed(scenario);
}

TEST(Habits, AResolverThatDropsTestQueriesDelaysTheRunByASecondAtEitherEnd) {
  for (size_t resolvers : {1U, 3U}) {
    Scenario scenario = healthy_scenario(500);
    scenario.resolvers.resize(resolvers);
    const int64_t usual_us = run(scenario).ended_us;
    scenario.resolvers.back().drops_invalid = true;
    expect_undisturbed(scenario);
    const RunResult result = run(scenario);
    EXPECT_LT(result.ended_us, usual_us + 2 * limits::kFirstCheckWaitUs + kSecondUs / 2);
    EXPECT_GE(result.ended_us, usual_us + limits::kFirstCheckWaitUs);
  }
}

}  // namespace
}  // namespace mxbulk::test
