#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "support/simulated_random.h"

namespace mxbulk {
namespace {

using Wheel = TimerWheel<int>;

std::vector<int> fired_at(Wheel& wheel, int64_t now_us) {
  std::vector<int> fired;
  wheel.advance(now_us, [&](int key) { fired.push_back(key); });
  return fired;
}

TEST(TimerWheel, AnEmptyOneNeverFires) {
  Wheel wheel;
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_due_us(), kNeverUs);
  EXPECT_TRUE(fired_at(wheel, 1'000'000).empty());
}

TEST(TimerWheel, FiresAtItsTimeAndNotBefore) {
  Wheel wheel;
  wheel.add(10'000, 1);
  EXPECT_EQ(wheel.next_due_us(), 10'000);
  EXPECT_TRUE(fired_at(wheel, 9'999).empty());
  EXPECT_EQ(fired_at(wheel, 10'000), std::vector<int>{1});
  EXPECT_TRUE(wheel.empty());
  EXPECT_TRUE(fired_at(wheel, 20'000).empty());
}

TEST(TimerWheel, OneThatIsOverdueFiresAtOnce) {
  Wheel wheel;
  fired_at(wheel, 50'000);
  wheel.add(1, 7);
  EXPECT_LE(wheel.next_due_us(), 50'000);
  EXPECT_EQ(fired_at(wheel, 50'000), std::vector<int>{7});
}

TEST(TimerWheel, WhatIsFurtherAwayThanARoundWaitsForItsRound) {
  Wheel wheel;
  wheel.add(100'000, 1);
  wheel.add(100'000 + 2'048 * 4'096, 2);  // the same slot, one round later
  EXPECT_EQ(fired_at(wheel, 100'000), std::vector<int>{1});
  EXPECT_FALSE(wheel.empty());
  EXPECT_TRUE(fired_at(wheel, 8'000'000).empty());
  EXPECT_EQ(fired_at(wheel, 100'000 + 2'048 * 4'096), std::vector<int>{2});
}

TEST(TimerWheel, ALongSleepLosesNothing) {
  Wheel wheel;
  wheel.add(10'000, 1);
  wheel.add(5'000'000, 2);
  wheel.add(60'000'000, 3);
  EXPECT_EQ(fired_at(wheel, int64_t{3'600} * 1'000'000).size(), 3U);
}

TEST(TimerWheel, ATimerMayAddATimer) {
  Wheel wheel;
  wheel.add(1'000, 1);
  std::vector<int> fired;
  wheel.advance(1'000, [&](int key) {
    fired.push_back(key);
    if (key < 3) wheel.add(1'000 + key, key + 1);
  });
  EXPECT_EQ(fired, std::vector<int>{1});
  EXPECT_EQ(wheel.next_due_us(), 1'001);
  EXPECT_EQ(fired_at(wheel, 1'001), std::vector<int>{2});
}

TEST(TimerWheel, ACancelledTimerDoesNotFire) {
  Wheel wheel;
  const Wheel::Timer first = wheel.add(10'000, 1);
  wheel.add(10'000, 2);
  wheel.cancel(first);
  EXPECT_EQ(fired_at(wheel, 10'000), std::vector<int>{2});
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_due_us(), kNeverUs);
}

TEST(TimerWheel, OneThatFiredIsNoLongerCancelled) {
  Wheel wheel;
  const Wheel::Timer first = wheel.add(10'000, 1);
  fired_at(wheel, 10'000);
  wheel.add(20'000, 2);  // in the place of the first
  wheel.cancel(first);
  wheel.cancel(Wheel::Timer());
  EXPECT_EQ(fired_at(wheel, 20'000), std::vector<int>{2});
}

TEST(TimerWheel, ATimerMayCancelAnotherThatIsDueToo) {
  Wheel wheel;
  wheel.add(10'000, 1);
  const Wheel::Timer second = wheel.add(10'000, 2);
  std::vector<int> fired;
  wheel.advance(10'000, [&](int key) {
    fired.push_back(key);
    wheel.cancel(second);
  });
  EXPECT_EQ(fired, std::vector<int>{1});
  EXPECT_TRUE(wheel.empty());
}

// Against a sorted map: everything fires exactly once, never early, at the first advance after it
// is due; a loop that sleeps until next_due_us() is never late.
TEST(TimerWheel, FiresWhatASortedListWould) {
  test::SimulatedRandom random(1);
  Wheel wheel;
  std::multimap<int64_t, int> expected;
  int64_t now_us = 0;
  for (int key = 0; key < 20'000; ++key) {
    const int64_t due_us = now_us + random.between(0, random.chance(0.1) ? 30'000'000 : 2'000'000);
    const Wheel::Timer timer = wheel.add(due_us, key);
    if (random.chance(0.5)) {
      wheel.cancel(timer);
    } else {
      expected.emplace(due_us, key);
    }
    if (expected.empty()) continue;
    ASSERT_LE(wheel.next_due_us(), expected.begin()->first);
    now_us = random.chance(0.3) ? std::max(now_us, wheel.next_due_us())
                                : now_us + random.between(0, 20'000);
    std::vector<int> fired = fired_at(wheel, now_us);
    std::vector<int> due;
    while (!expected.empty() && expected.begin()->first <= now_us) {
      due.push_back(expected.begin()->second);
      expected.erase(expected.begin());
    }
    std::sort(fired.begin(), fired.end());
    std::sort(due.begin(), due.end());
    ASSERT_EQ(fired, due) << "at " << now_us;
  }
}

}  // namespace
}  // namespace mxbulk
