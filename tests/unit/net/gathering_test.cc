#include "net/gathering.h"

#include <gtest/gtest.h>

namespace mxbulk::net {
namespace {

// Iterations every `iteration_us` with `answers` each until the rate is known; the pause then
// advised.
int64_t pause_after(int64_t iteration_us, size_t answers, size_t in_flight) {
  Gathering gathering;
  int64_t pause_us = 0;
  for (int64_t iteration = 1; iteration <= 100; ++iteration) {
    pause_us = gathering.pause_us(iteration * iteration_us, answers, in_flight);
  }
  return pause_us;
}

TEST(Gathering, WaitsIfManyAnswersArrive) {
  EXPECT_EQ(pause_after(100, 30, 1'000), Gathering::kPauseMaxUs);
  EXPECT_EQ(pause_after(100, 30, 300), 50 * 100 / 30);  // a sixth of them at that rate
}

TEST(Gathering, NeverWaitsIfAnswersAreFew) {
  EXPECT_EQ(pause_after(1'000, 15, 1'000), 0);     // 15,000 a second
  EXPECT_EQ(pause_after(100'000, 300, 300), 0);    // a resolver far away
  EXPECT_EQ(pause_after(1'000'000, 0, 5'000), 0);  // none
}

// If a sixth of the questions in flight is answered, the resolver still has the rest to answer.
TEST(Gathering, LeavesTheResolverEnoughToDo) {
  const int64_t pause_us = pause_after(100, 30, 60);
  EXPECT_NEAR(static_cast<double>(pause_us), 33, 1);
}

TEST(Gathering, EndsSoonWhenTheAnswersEnd) {
  Gathering gathering;
  int64_t now_us = 0;
  for (int iteration = 0; iteration < 100; ++iteration)
    (void)gathering.pause_us(now_us += 100, 30, 1'000);
  int iterations = 0;
  while (gathering.pause_us(now_us += 100, 0, 1'000) > 0) ++iterations;
  EXPECT_LT(iterations, 25);
}

TEST(Gathering, WorksIfTheClockDoesNotAdvance) {
  Gathering gathering;
  for (int iteration = 0; iteration < 100; ++iteration) {
    const int64_t pause_us = gathering.pause_us(7, 1, 100);
    EXPECT_GE(pause_us, 0);
    EXPECT_LE(pause_us, Gathering::kPauseMaxUs);
  }
}

}  // namespace
}  // namespace mxbulk::net
