// 200 seeds in each test run. A failure names its seed and the command that replays it:
//   MXBULK_SIM_SEED=123 build/dev/sim_test
// MXBULK_SIM_SEEDS=10000 makes a long run.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/check.h"
#include "sim/scenarios.h"
#include "sim/seeds.h"
#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

constexpr uint64_t kParts = 8;  // tests that may run beside each other

Missed expect_good_run(uint64_t seed) {
  const Scenario scenario = Scenario::random(seed);
  const RunResult result = run(scenario);
  const std::vector<std::string> wrong = complaints(scenario, result);
  const Missed unknown = missed(scenario, result);
  if (wrong.empty()) return unknown;
  std::string text;
  for (size_t i = 0; i < wrong.size() && i < 10; ++i) text += wrong[i] + "\n";
  ADD_FAILURE() << text << "of " << wrong.size() << " complaints, with " << description(scenario)
                << "\nreplay: MXBULK_SIM_SEED=" << seed
                << " build/dev/sim_test --gtest_filter='*Replay*'";
  return unknown;
}

class Seeds : public testing::TestWithParam<uint64_t> {};

TEST_P(Seeds, RowsInAreRowsOutAndVerdictsAreTheOracles) {
  const uint64_t count = seeds_wanted(200);
  if (GetParam() >= count) GTEST_SKIP() << "the seeds are in the other parts";
  Missed sum;
  for (uint64_t seed = GetParam(); seed < count; seed += kParts) {
    const Missed one = expect_good_run(seed);
    if (HasFailure()) return;
    sum.unknown += one.unknown;
    sum.domains += one.domains;
  }
  EXPECT_FALSE(is_too_many(sum)) << sum.unknown << " of " << sum.domains
                                 << " domains are unknown, which good resolvers know";
}

INSTANTIATE_TEST_SUITE_P(Simulation, Seeds, testing::Range(uint64_t{0}, kParts));

TEST(Replay, SeedOfTheEnvironment) {
  const std::optional<uint64_t> seed = seed_wanted();
  if (!seed) GTEST_SKIP() << "MXBULK_SIM_SEED is not set";
  expect_good_run(*seed);
}

// Without a disk the reader waits for verdicts, and questions that failed are the only work left.
// Without faults that makes no difference.
TEST(Deferring, ChangesNoByte) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Scenario scenario = scenario_with(1, 100, seed);
    scenario.blocks_max = 1;
    const RunResult waiting = run(scenario);
    scenario.has_disk = true;
    const RunResult deferring = run(scenario);
    EXPECT_EQ(waiting.rows_deferred, 0U);
    EXPECT_GT(deferring.rows_deferred, 0U) << "it had nothing to defer: this test sees nothing";
    EXPECT_EQ(complaints(scenario, deferring), std::vector<std::string>());
    EXPECT_EQ(deferring.output, waiting.output);
  }
}

TEST(Determinism, TheSameSeedTwiceGivesTheSameBytes) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const RunResult first = run(Scenario::random(seed));
    const RunResult second = run(Scenario::random(seed));
    EXPECT_EQ(first.output, second.output) << seed;
    EXPECT_EQ(first.digest, second.digest) << seed;
  }
}

}  // namespace
}  // namespace mxbulk::test
