// The simulation can fail: each deliberate fault is reported.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/check.h"
#include "sim/scenarios.h"
#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

// A run without faults over many domains, one resolver.
Scenario faultless_scenario() {
  Scenario scenario;
  SimulatedRandom random(7);
  scenario.world = World::random(random, 80);
  scenario.rows = random_rows(scenario.world, 200, random);
  scenario.resolvers.resize(1);
  return scenario;
}

bool says(const std::vector<std::string>& wrong, const std::string& text) {
  return std::any_of(wrong.begin(), wrong.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(Mutation, TheRunItselfIsGood) {
  const Scenario scenario = faultless_scenario();
  EXPECT_EQ(complaints(scenario, run(scenario)), std::vector<std::string>());
}

TEST(Mutation, AResolverThatDeniesEveryNameIsNoticed) {
  Scenario scenario = faultless_scenario();
  scenario.checks_resolvers = false;
  scenario.faults.periods.push_back({0, FaultPeriod::Kind::kNxdomain, 0, kForeverUs});
  EXPECT_TRUE(says(complaints(scenario, run(scenario)), "a false verdict"));
}

TEST(Mutation, ATransportThatLosesAnswersWithoutFaultsIsNoticed) {
  const Scenario scenario = faultless_scenario();
  Scenario lossy = scenario;
  lossy.faults.periods.push_back({0, FaultPeriod::Kind::kServfail, 50'000, 3 * kSecondUs});
  EXPECT_TRUE(says(complaints(scenario, run(lossy)), "nothing excuses it"));
}

TEST(Mutation, AnUnknownWithoutFaultsIsNoticed) {
  Scenario scenario = faultless_scenario();
  scenario.faults.loss = 0.1;
  RunResult result = run(scenario);
  size_t spoilt = 0;
  for (DomainResult& domain : result.domains) {
    if (verdict_of(domain.record.reason) != Verdict::kNullMx) continue;
    domain.record.reason = Reason::kDnsTimeout;
    ++spoilt;
  }
  ASSERT_GT(spoilt, 0U);
  const std::vector<std::string> wrong = complaints(scenario, result);
  EXPECT_TRUE(says(wrong, "every question had its answer") || says(wrong, "nothing excuses it"));
}

TEST(Mutation, UnknownForAllIsNoticedIfFaultsHitThemAll) {
  Scenario scenario = faultless_scenario();
  scenario.faults.loss = 0.3;
  RunResult result = run(scenario);
  EXPECT_GT(missed(scenario, result).domains, 30U);
  EXPECT_FALSE(is_too_many(missed(scenario, result)));
  for (DomainResult& domain : result.domains) domain.record.reason = Reason::kDnsTimeout;
  EXPECT_TRUE(is_too_many(missed(scenario, result)));
}

TEST(Mutation, AnotherWorldIsAnotherVerdict) {
  Scenario scenario = faultless_scenario();
  const RunResult result = run(scenario);
  for (const std::string& name : scenario.world.domains()) {
    Node& node = scenario.world.add(name);
    node = Node();
    node.mx.fate = Fate::kData;
    node.mx.mx.push_back({0, "."});
  }
  EXPECT_TRUE(says(complaints(scenario, result), "where rfc7505 is true"));
}

TEST(Mutation, AWrongLintIsNoticed) {
  const Scenario scenario = faultless_scenario();
  RunResult result = run(scenario);
  result.domains.front().record.lints.add(Lint::kMxUnderscore);
  EXPECT_TRUE(says(complaints(scenario, result), "mx_underscore is too much"));
}

class OutputMutation : public testing::Test {
 protected:
  OutputMutation() : scenario_(faultless_scenario()), result_(run(scenario_)) {}

  // Where the n-th row after the header begins.
  [[nodiscard]] size_t row_at(int n) const {
    size_t at = 0;
    for (int i = 0; i <= n; ++i) at = result_.output.find('\n', at) + 1;
    return at;
  }
  void expect_noticed(const std::string& text) const {
    EXPECT_TRUE(says(complaints(scenario_, result_), text));
  }

  Scenario scenario_;
  RunResult result_;
};

TEST_F(OutputMutation, ALostRow) {
  result_.output.erase(row_at(5), row_at(6) - row_at(5));
  expect_noticed("another row stands here");
}

TEST_F(OutputMutation, ADoubledRow) {
  const std::string row = result_.output.substr(row_at(5), row_at(6) - row_at(5));
  result_.output.insert(row_at(6), row);
  expect_noticed("another row stands here");
}

TEST_F(OutputMutation, ARowTooMuchAtTheEnd) {
  result_.output += "200,extra@d1.test,x,mx_ok\n";
  expect_noticed("output behind the last row");
}

TEST_F(OutputMutation, AnotherVerdictInARow) {
  const size_t at = result_.output.find(",mx_ok,mx,", row_at(0));
  ASSERT_NE(at, std::string::npos);
  result_.output.replace(at, 10, ",dead_mx,mx,");
  expect_noticed("verdict dead_mx");
}

TEST_F(OutputMutation, AQueryWithoutReply) {
  --result_.replies;
  expect_noticed("a query without its reply");
}

TEST_F(OutputMutation, GivingUpWithoutFaults) {
  result_.failure = Status::resolver("down");
  expect_noticed("given up without faults");
}

TEST_F(OutputMutation, AStormOfRetries) {
  for (auto& [key, history] : result_.history) history.queries = 1'000;
  expect_noticed("was asked for 1000 times");
}

}  // namespace
}  // namespace mxbulk::test
