#include "net/gathering.h"

#include <gtest/gtest.h>

namespace mxbulk::net {
namespace {

// Turns every `turn_us` with `answers` each until the rate is known; the pause then advised.
int64_t pause_after(int64_t turn_us, size_t answers, size_t in_flight) {
  Gathering gathering;
  int64_t pause_us = 0;
  for (int64_t turn = 1; turn <= 100; ++turn) {
    pause_us = gathering.pause_us(turn * turn_us, answers, in_flight);
  }
  return pause_us;
}

TEST(Gathering, WaitsWhereAnswersPourIn) {
  EXPECT_EQ(pause_after(100, 30, 1'000), Gathering::kPauseUs);
}

TEST(Gathering, NeverWaitsWhereAnswersAreFew) {
  EXPECT_EQ(pause_after(1'000, 20, 1'000), 0);     // 20,000 a second
  EXPECT_EQ(pause_after(100'000, 300, 300), 0);    // a resolver far away
  EXPECT_EQ(pause_after(1'000'000, 0, 5'000), 0);  // none
}

// With half of what is in flight answered, the resolver still has the other half to do.
TEST(Gathering, LeavesTheResolverEnoughToDo) {
  const int64_t pause_us = pause_after(100, 30, 16);
  EXPECT_GT(pause_us, 0);
  EXPECT_LT(pause_us, Gathering::kPauseUs / 3);
}

TEST(Gathering, EndsSoonWhenTheAnswersEnd) {
  Gathering gathering;
  int64_t now_us = 0;
  for (int turn = 0; turn < 100; ++turn) (void)gathering.pause_us(now_us += 100, 30, 1'000);
  int turns = 0;
  while (gathering.pause_us(now_us += 100, 0, 1'000) > 0) ++turns;
  EXPECT_LT(turns, 15);
}

TEST(Gathering, BearsAClockThatStandsStill) {
  Gathering gathering;
  for (int turn = 0; turn < 100; ++turn) {
    const int64_t pause_us = gathering.pause_us(7, 1, 100);
    EXPECT_GE(pause_us, 0);
    EXPECT_LE(pause_us, Gathering::kPauseUs);
  }
}

}  // namespace
}  // namespace mxbulk::net
