// 200 seeds in each test run. A failure names its seed and the command that replays it:
//   MXBULK_SIM_SEED=123 build/dev/sim_test
// MXBULK_SIM_SEEDS=10000 makes a long run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sim/check.h"
#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

constexpr uint64_t kParts = 8;  // tests that may run beside each other

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void expect_good_run(uint64_t seed) {
  const Scenario scenario = Scenario::random(seed);
  const std::vector<std::string> wrong = complaints(scenario, run(scenario));
  if (wrong.empty()) return;
  std::string text;
  for (size_t i = 0; i < wrong.size() && i < 10; ++i) text += wrong[i] + "\n";
  ADD_FAILURE() << text << "of " << wrong.size() << " complaints, with " << description(scenario)
                << "\nreplay: MXBULK_SIM_SEED=" << seed
                << " build/dev/sim_test --gtest_filter='*Replay*'";
}

class Seeds : public testing::TestWithParam<uint64_t> {};

TEST_P(Seeds, RowsInAreRowsOutAndVerdictsAreTheOracles) {
  const uint64_t count = from_environment("MXBULK_SIM_SEEDS", 200);
  for (uint64_t seed = GetParam(); seed < count; seed += kParts) {
    expect_good_run(seed);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Simulation, Seeds, testing::Range(uint64_t{0}, kParts));

TEST(Replay, SeedOfTheEnvironment) {
  expect_good_run(from_environment("MXBULK_SIM_SEED", 0));
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
