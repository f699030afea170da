#include "engine/timer_wheel.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace mxbulk::engine {
namespace {

using Wheel = TimerWheel<int>;

std::vector<int> advance(Wheel& wheel, int64_t now_us) {
  std::vector<int> fired;
  wheel.advance(now_us, [&](int key) { fired.push_back(key); });
  return fired;
}

TEST(TimerWheel, FiresNotBeforeAndOnce) {
  Wheel wheel;
  wheel.add(10'000, 1);
  EXPECT_EQ(wheel.next_due_us(), 10'000);
  EXPECT_TRUE(advance(wheel, 9'999).empty());
  EXPECT_EQ(advance(wheel, 10'000), std::vector<int>{1});
  EXPECT_TRUE(advance(wheel, 20'000).empty());
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_due_us(), Wheel::kNever);
}

TEST(TimerWheel, ATimerOfThePastIsDueAtOnce) {
  Wheel wheel;
  (void)advance(wheel, 1'000'000);
  wheel.add(5, 1);
  EXPECT_EQ(advance(wheel, 1'000'000), std::vector<int>{1});
}

TEST(TimerWheel, ATimerMayAddAnother) {
  Wheel wheel;
  wheel.add(1'000, 1);
  std::vector<int> fired;
  wheel.advance(2'000, [&](int key) {
    fired.push_back(key);
    if (key == 1) wheel.add(3'000, 2);
  });
  EXPECT_EQ(fired, std::vector<int>{1});
  EXPECT_EQ(wheel.next_due_us(), 3'000);
  EXPECT_EQ(advance(wheel, 3'000), std::vector<int>{2});
}

TEST(TimerWheel, WhatIsRoundsAwayWaitsForItsOwnRound) {
  Wheel wheel;
  constexpr int64_t kHourUs = 3'600'000'000;
  wheel.add(kHourUs, 1);
  for (int64_t now_us = 0; now_us < kHourUs; now_us += 7'777'777) {
    ASSERT_TRUE(advance(wheel, now_us).empty());
    ASSERT_GT(wheel.next_due_us(), now_us);  // else the loop would not sleep
    ASSERT_LE(wheel.next_due_us(), kHourUs);
  }
  EXPECT_EQ(advance(wheel, kHourUs), std::vector<int>{1});
}

// Against the obvious: a sorted set.
TEST(TimerWheel, FiresWhatASortedSetWould) {
  std::mt19937 random(11);
  Wheel wheel;
  std::multiset<std::pair<int64_t, int>> expected;
  int64_t now_us = 0;
  for (int key = 0; key < 20'000; ++key) {
    const int64_t due_us = now_us + random() % 20'000'000;
    wheel.add(due_us, key);
    expected.emplace(due_us, key);
    if (random() % 3 == 0) now_us += random() % (key % 100 == 0 ? 30'000'000 : 10'000);
    std::set<int> due;
    while (!expected.empty() && expected.begin()->first <= now_us) {
      due.insert(expected.begin()->second);
      expected.erase(expected.begin());
    }
    const std::vector<int> fired = advance(wheel, now_us);
    ASSERT_EQ(std::set<int>(fired.begin(), fired.end()), due) << key;
    ASSERT_EQ(fired.size(), due.size());
    if (!expected.empty()) {
      ASSERT_LE(wheel.next_due_us(), expected.begin()->first);
      ASSERT_GT(wheel.next_due_us(), now_us);
    }
  }
}

}  // namespace
}  // namespace mxbulk::engine
