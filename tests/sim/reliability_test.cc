// The guarantees of the fault table about resolvers, each as a run of its own. The numbers are
// those of the table.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/check.h"
#include "sim/scenarios.h"
#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

using Kind = FaultPeriod::Kind;

size_t unknown_domains(const RunResult& result) {
  return static_cast<size_t>(
      std::count_if(result.domains.begin(), result.domains.end(), [](const DomainResult& domain) {
        return verdict_of(domain.record.reason) == Verdict::kUnknown;
      }));
}

TEST(Reliability, Row2AResolverThatRestartsChangesNoVerdict) {
  Scenario scenario = scenario_with(1);
  make_bad(scenario, 0, Kind::kLocalTrouble, 20'000, 3 * kSecondUs);
  expect_undisturbed(scenario);
}

TEST(Reliability, Row3AResolverThatStaysDownEndsTheRun) {
  Scenario scenario = healthy_scenario(2'000);
  make_bad(scenario, 0, Kind::kUnresponsive, 50'000);
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  EXPECT_LT(result.ended_us, 60 * kSecondUs);
}

// Even a short list: all of its domains would be failures.
TEST(Reliability, Row3AlsoIfTheListIsShort) {
  for (size_t domains : {2U, 30U, 60U, 99U}) {
    for (Kind kind : {Kind::kUnresponsive, Kind::kServfail, Kind::kLocalTrouble}) {
      Scenario scenario = healthy_scenario(domains);
      scenario.read_gap_us = 20'000;
      scenario.batch_rows_max = 1;
      make_bad(scenario, 0, kind, 12'000);
      const RunResult result = run(scenario);
      EXPECT_EQ(result.failure.code(), StatusCode::kResolver) << domains;
      EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
      EXPECT_LT(result.ended_us, 60 * kSecondUs);
    }
  }
}

TEST(Reliability, Row3ARestartAtTheEndOfTheListDoesNotEndTheRun) {
  Scenario scenario = healthy_scenario(30);
  make_bad(scenario, 0, Kind::kServfail, 12'000, 4 * kSecondUs);
  const RunResult result = run(scenario);
  EXPECT_TRUE(result.failure.ok()) << result.failure.message();
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
}

// Its few domains are at fault, not the resolver that reports it.
TEST(Reliability, Row3AListOfFailuresOnlyEndsWell) {
  Scenario scenario = healthy_scenario(5);
  for (const std::string& name : scenario.world.domains()) {
    scenario.world.add(name).mx.fate = Fate::kServfail;
  }
  const RunResult result = run(scenario);
  EXPECT_TRUE(result.failure.ok()) << result.failure.message();
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  EXPECT_GE(unknown_domains(result), 1U);
  EXPECT_LT(result.ended_us, 20 * kSecondUs);  // retries take time, so that a failure may pass
}

TEST(Reliability, Row4LossIsNoVerdict) {
  Scenario scenario = healthy_scenario(3'000);
  scenario.faults.loss = 0.05;
  RunResult result = run(scenario);
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  EXPECT_LE(unknown_domains(result), 3U);  // 0.1 %
  scenario.faults.loss = 0.3;
  result = run(scenario);
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  EXPECT_LE(unknown_domains(result), 30U);  // 1 %
}

TEST(Reliability, Row1And5WithoutAnyAnswerTheRunEndsWithinTenSeconds) {
  for (Kind kind : {Kind::kLocalTrouble, Kind::kUnresponsive}) {
    Scenario scenario = healthy_scenario(500);
    make_bad(scenario, 0, kind);
    const RunResult result = run(scenario);
    EXPECT_EQ(result.failure.code(), StatusCode::kResolver);
    EXPECT_LT(result.ended_us, 10 * kSecondUs);
  }
}

TEST(Reliability, Row8FailuresForAllEndTheRun) {
  for (Kind kind : {Kind::kServfail, Kind::kRefused, Kind::kGarbage, Kind::kLocalTrouble}) {
    Scenario scenario = healthy_scenario(500);
    make_bad(scenario, 0, kind);
    const RunResult result = run(scenario);
    EXPECT_EQ(result.failure.code(), StatusCode::kResolver) << static_cast<int>(kind);
    EXPECT_LT(result.ended_us, 30 * kSecondUs);
  }
}

class OneOfThreeBad : public testing::TestWithParam<Kind> {};

TEST_P(OneOfThreeBad, Row9TheRunFinishesOnTheOthers) {
  Scenario scenario = scenario_with(3);
  make_bad(scenario, 1, GetParam());
  expect_undisturbed(scenario);
}

TEST_P(OneOfThreeBad, Row9AlsoIfTheBadOneComesLater) {
  Scenario scenario = scenario_with(3, 300, 12);
  make_bad(scenario, 0, GetParam(), 30'000);
  expect_undisturbed(scenario);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OneOfThreeBad,
                         testing::Values(Kind::kUnresponsive, Kind::kServfail, Kind::kRefused,
                                         Kind::kGarbage, Kind::kLocalTrouble, Kind::kNxdomain));

// Waiting for the unresponsive one must not delay questions to the others: all of the world's
// domains once waited for the failures of a few.
TEST(Reliability, Row9AnUnresponsiveResolverDelaysNoQuestion) {
  for (size_t resolvers : {2U, 3U}) {
    for (int64_t from_us : {int64_t{0}, int64_t{60'000}}) {
      Scenario scenario = healthy_scenario(3'000);
      for (size_t i = 0; i < 3'000; i += 20) {
        scenario.world.add("d" + std::to_string(i) + ".test").mx.fate = Fate::kServfail;
        scenario.world.add("d" + std::to_string(i + 1) + ".test") = Node();
      }
      scenario.has_disk = true;  // else reading waits for the retries of the failing domains
      scenario.resolvers.resize(resolvers);
      make_bad(scenario, resolvers - 1, Kind::kUnresponsive, from_us);
      const RunResult result = run(scenario);
      EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
      EXPECT_TRUE(result.failure.ok()) << result.failure.message();
      EXPECT_LE(unknown_domains(result), 150U);
      for (const DomainResult& domain : result.domains) {
        if (verdict_of(domain.record.reason) == Verdict::kUnknown) continue;
        EXPECT_LT(domain.published_us, 15 * kSecondUs) << domain.name << ", " << resolvers;
      }
      // Retries of the failing domains, and a last check of all resolvers.
      EXPECT_LT(result.ended_us, 30 * kSecondUs) << resolvers << " resolvers, " << from_us;
    }
  }
}

TEST(Reliability, Row10TruncationIsNoVerdictIfTcpWorks) {
  Scenario scenario = scenario_with(1);
  scenario.faults.truncation = 1;
  expect_undisturbed(scenario);
}

TEST(Reliability, Row10IfTcpIsDroppedAllIsUnknown) {
  Scenario scenario = healthy_scenario(200);
  scenario.faults.truncation = 1;
  scenario.faults.tcp_failure = 1;
  const RunResult result = run(scenario);
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  for (const DomainResult& domain : result.domains) {
    if (domain.record.reason == Reason::kSpecialUse) continue;  // never asked for
    EXPECT_EQ(name_of(verdict_of(domain.record.reason)), "unknown") << domain.name;
  }
}

}  // namespace
}  // namespace mxbulk::test
