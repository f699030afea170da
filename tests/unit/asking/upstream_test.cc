#include "asking/upstream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace mxbulk::asking {
namespace {

constexpr int64_t kRttUs = 10'000;

void fill(Upstream& upstream) {
  while (upstream.has_room()) upstream.on_sent();
}

// A resolver that takes `latency_us` for each question and gives at most one answer in `gap_us`,
// asked as much as the window allows.
class Resolver {
 public:
  Resolver(int64_t latency_us, int64_t gap_us) : latency_us_(latency_us), gap_us_(gap_us) {}

  // `count` answers come. Returns how long they took.
  int64_t answer(Upstream& upstream, size_t count) {
    const int64_t began_us = now_us_;
    for (size_t i = 0; i < count; ++i) {
      while (upstream.has_room()) {
        upstream.on_sent();
        sent_.push_back(now_us_);
      }
      const int64_t sent_us = sent_.front();
      sent_.pop_front();
      now_us_ = std::max({now_us_, sent_us + latency_us_, last_us_ + gap_us_});
      last_us_ = now_us_;
      upstream.on_completed();
      upstream.on_answer(now_us_, now_us_ - sent_us);
    }
    return now_us_ - began_us;
  }
  [[nodiscard]] int64_t now_us() const { return now_us_; }

 private:
  int64_t latency_us_;
  int64_t gap_us_;
  int64_t now_us_ = 1'000'000;
  int64_t last_us_ = 0;
  std::deque<int64_t> sent_;
};

// `count` attempts are not answered, and another at the same question is: the network lost them.
void lose(Upstream& upstream, uint32_t count, int64_t now_us) {
  for (uint32_t i = 0; i < count; ++i) {
    upstream.on_unreachable(now_us);
    upstream.on_recovered(now_us, false);
  }
}

TEST(Upstream, StartsWithACautiousWindow) {
  Upstream upstream;
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
  fill(upstream);
  EXPECT_EQ(upstream.in_flight(), limits::kWindowStart);
  upstream.on_completed();
  EXPECT_TRUE(upstream.has_room());
}

TEST(Upstream, GrowsToItsCapIfOnlyDistanceLimits) {
  Upstream upstream;
  Resolver far(100'000, 0);
  const int64_t took_us = far.answer(upstream, 4 * limits::kWindowMax);
  EXPECT_EQ(upstream.window(), limits::kWindowMax);
  EXPECT_LT(took_us, 30 * 100'000);
}

TEST(Upstream, DoesNotFloodAResolverThatIsAtItsLimit) {
  Upstream upstream;
  Resolver middle(20'000, 200);  // full with a hundred in flight
  uint32_t largest = 0;
  for (int i = 0; i < 20'000; ++i) {
    middle.answer(upstream, 10);
    largest = std::max(largest, upstream.window());
  }
  EXPECT_LE(largest, 2 * limits::kWindowStart);
  EXPECT_GE(upstream.window(), 100U);
}

// A quarter more during a try.
TEST(Upstream, ANearResolverIsNeverAskedMoreThanItAnswersInSixMilliseconds) {
  Upstream upstream;
  Resolver near(200, 10);
  uint32_t largest = 0;
  for (int i = 0; i < 20'000; ++i) {
    near.answer(upstream, 10);
    largest = std::max(largest, upstream.window());
  }
  EXPECT_LE(largest, 600U * 5 / 4);
  EXPECT_GE(upstream.window(), 300U);
}

TEST(Upstream, FindsTheKneeOfAResolverInBetween) {
  Upstream upstream;
  Resolver middle(50'000, 50);  // full with a thousand in flight
  middle.answer(upstream, 200'000);
  EXPECT_GE(upstream.window(), 900U);
  EXPECT_LE(upstream.window(), 2'100U);
}

TEST(Upstream, AnUnusedWindowDoesNotGrow) {
  Upstream upstream;
  for (int64_t i = 1; i < 1'000; ++i) {
    upstream.on_sent();
    upstream.on_completed();
    upstream.on_answer(i * kRttUs, kRttUs);
  }
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, FallsByAThirdIfMuchIsLost) {
  Upstream upstream;
  fill(upstream);
  lose(upstream, 20, 10'000'000);
  EXPECT_NEAR(upstream.window(), 0.7 * limits::kWindowStart, 1);
}

TEST(Upstream, ALittleLossIsTheNetworksNoise) {
  Upstream upstream;
  Resolver far(100'000, 0);
  for (int i = 0; i < 1'000; ++i) {
    far.answer(upstream, 19);
    lose(upstream, 1, far.now_us());
  }
  EXPECT_GT(upstream.window(), limits::kWindowMax / 2);
}

// Three of ten are lost at any window: a smaller one would only take longer.
TEST(Upstream, HeavyLossThatTheWindowDoesNotCauseLeavesItAlone) {
  Upstream upstream;
  Resolver far(100'000, 0);
  for (int i = 0; i < 5'000; ++i) {
    far.answer(upstream, 7);
    lose(upstream, 3, far.now_us());
  }
  EXPECT_GE(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, TheLossesOfOneWaitAreOneLoss) {
  Upstream upstream;
  lose(upstream, 20, 10'000'000);
  const uint32_t fallen = upstream.window();
  lose(upstream, 20, 10'000'001);
  lose(upstream, 20, 10'000'000 + limits::kRetransmitMinUs - 1);
  EXPECT_EQ(upstream.window(), fallen);
  lose(upstream, 20, 10'000'000 + limits::kRetransmitMinUs);
  EXPECT_LT(upstream.window(), fallen);
}

// They still counted, and the window fell by another third.
TEST(Upstream, LossesOfADeeperWindowUndoNoMoreThanTheDeepening) {
  Upstream upstream;
  Resolver near(200, 10);
  uint32_t window = 0;
  int64_t changed_us = 0;
  const auto has_deepened = [&] {  // from a stable size, not while doubling
    return upstream.window() == 2 * window && near.now_us() - changed_us > 50'000;
  };
  for (int i = 0; i < 100'000 && !has_deepened(); ++i) {
    if (upstream.window() != window) changed_us = near.now_us();
    window = upstream.window();
    near.answer(upstream, 10);
  }
  ASSERT_EQ(upstream.window(), 2 * window);
  lose(upstream, 20'000, near.now_us());
  EXPECT_EQ(upstream.window(), window);
}

TEST(Upstream, LateAnswersUndoLosses) {
  Upstream upstream;
  fill(upstream);
  lose(upstream, 20, 10'000'000);
  lose(upstream, 20, 20'000'000);
  EXPECT_LT(upstream.window(), limits::kWindowStart / 2 + 10);
  upstream.on_late_answer(30'000'000, 3'000'000);
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
  EXPECT_GE(upstream.retransmit_us(), 3'000'000);
}

TEST(Upstream, ConfirmedLossesStay) {
  Upstream upstream;
  lose(upstream, 20, 10'000'000);
  const uint32_t fallen = upstream.window();
  upstream.on_loss_confirmed();
  upstream.on_late_answer(30'000'000, 3'000'000);
  EXPECT_EQ(upstream.window(), fallen);
}

TEST(Upstream, NeverFallsTooLowToNoticeARecovery) {
  Upstream upstream;
  for (int64_t i = 1; i < 1'000; ++i) lose(upstream, 20, i * 10'000'000);
  EXPECT_EQ(upstream.window(), 16U);
}

TEST(Upstream, AFixedWindowNeverChanges) {
  Upstream upstream(10);
  lose(upstream, 20, 10'000'000);
  EXPECT_EQ(upstream.window(), 10U);
  Resolver(100'000, 0).answer(upstream, 1'000);
  EXPECT_EQ(upstream.window(), 10U);
}

TEST(Upstream, WaitsLongerForASlowResolver) {
  Upstream upstream;
  const int64_t unknown_us = upstream.retransmit_us();
  EXPECT_GT(unknown_us, limits::kRetransmitMinUs);
  for (int i = 0; i < 100; ++i) upstream.on_answer(i + 1, 500'000);
  EXPECT_GE(upstream.retransmit_us(), 500'000);
  EXPECT_LE(upstream.retransmit_us(), 600'000);  // no jitter, no margin
}

TEST(Upstream, NeverWaitsLessThanTheLeast) {
  Upstream upstream;
  for (int i = 0; i < 100; ++i) upstream.on_answer(i + 1, 50);
  EXPECT_EQ(upstream.retransmit_us(), limits::kRetransmitMinUs);
}

TEST(Upstream, JitterWidensTheWait) {
  Upstream steady;
  Upstream jittery;
  for (int i = 0; i < 100; ++i) {
    steady.on_answer(i + 1, 300'000);
    jittery.on_answer(i + 1, i % 2 == 0 ? 100'000 : 500'000);
  }
  EXPECT_GT(jittery.retransmit_us(), steady.retransmit_us() + 200'000);
}

// With thousands in flight eight answers in a row are often fast ones; the wait for the next
// question was then too short, and one in twenty went out twice.
TEST(Upstream, AFewFastAnswersAmongManyDoNotShortenTheWait) {
  Upstream upstream;
  for (int i = 0; i < 1'000; ++i) upstream.on_answer(i + 1, i % 2 == 0 ? 100'000 : 500'000);
  fill(upstream);
  const int64_t usual_us = upstream.retransmit_us();
  for (int i = 0; i < 16; ++i) upstream.on_answer(2'000 + i, 100'000);
  EXPECT_GT(upstream.retransmit_us(), usual_us * 3 / 4);
  // A late answer shows that it was too short.
  upstream.on_late_answer(3'000, 2'000'000);
  EXPECT_GT(upstream.retransmit_us(), usual_us * 3 / 2);
}

TEST(Upstream, IsResponsiveUntilItFailsOftenOrForLong) {
  Upstream upstream;
  for (int i = 0; i < 7; ++i) upstream.on_failure(1, false);
  EXPECT_TRUE(upstream.is_responsive(1'000));
  upstream.on_failure(1, false);
  EXPECT_FALSE(upstream.is_responsive(1'000));
  upstream.on_answer(2'000, 1'000);
  // Now it has answered: failures in a row may be the fault of the names.
  for (int i = 0; i < 100; ++i) upstream.on_failure(2'000 + i, false);
  EXPECT_TRUE(upstream.is_responsive(2'000 + limits::kResponsiveUs - 1));
  EXPECT_FALSE(upstream.is_responsive(2'000 + limits::kResponsiveUs));
}

// A pipe may bring no domain for a minute.
TEST(Upstream, AResolverThatWasNotAskedIsStillResponsive) {
  constexpr int64_t kMinuteUs = 60'000'000;
  Upstream upstream;
  upstream.on_answer(2'000, 1'000);
  EXPECT_TRUE(upstream.is_responsive(kMinuteUs));
  upstream.on_timeout(kMinuteUs);
  EXPECT_TRUE(upstream.is_responsive(kMinuteUs + limits::kResponsiveUs - 1));
  EXPECT_FALSE(upstream.is_responsive(kMinuteUs + limits::kResponsiveUs));
}

TEST(Upstream, LoadPrefersTheEmptyAndShunsTheFailing) {
  Upstream idle;
  Upstream busy;
  for (int i = 0; i < 50; ++i) busy.on_sent();
  EXPECT_LT(idle.load(), busy.load());
  Upstream failing;
  for (int i = 0; i < 100; ++i) failing.on_failure(1, false);
  EXPECT_LT(busy.load(), failing.load());
  failing.on_answer(1, kRttUs);  // the first answer resets it
  EXPECT_LT(failing.load(), busy.load());
}

// --- refusals ----------------------------------------------------------------------------------

// A resolver that answers in a millisecond or refuses at once, asked as much as the window allows.
// `refuses(in_work)` decides.
template <class Refuses>
void ask_and_refuse(Upstream& upstream, int64_t& now_us, int64_t until_us, Refuses refuses) {
  while (now_us < until_us) {
    uint32_t in_work = 0;
    uint32_t sent = 0;
    for (; upstream.has_room(); ++sent) {
      upstream.on_sent();
      if (refuses(in_work)) {
        upstream.on_failure(now_us, true);
      } else {
        ++in_work;
      }
    }
    for (uint32_t i = in_work; i < sent; ++i) upstream.on_completed();
    upstream.evaluate_refusals(now_us);
    now_us += 20'000;
    for (uint32_t i = 0; i < in_work; ++i) {
      upstream.on_completed();
      upstream.on_answer(now_us, 20'000);
    }
  }
}

TEST(Upstream, RefusalsByLoadShrinkTheWindowToWhatIsInWork) {
  Upstream upstream;
  int64_t now_us = 1'000'000;
  ask_and_refuse(upstream, now_us, 5'000'000, [](uint32_t in_work) { return in_work >= 150; });
  EXPECT_LE(upstream.window(), 200U);
  EXPECT_GE(upstream.window(), 120U);
}

// dnsmasq answers and refuses in one batch: what was answered was in work when it refused, and a
// quarter of the window was left.
TEST(Upstream, AnswersBesideRefusalsCountAsInWork) {
  Upstream upstream;
  int64_t now_us = 1'000'000;
  ask_and_refuse(upstream, now_us, 1'500'000, [](uint32_t) { return false; });
  fill(upstream);
  const uint32_t window = upstream.window();
  now_us += 20'000;
  for (uint32_t i = 0; i < window * 9 / 10; ++i) {
    upstream.on_completed();
    if (i < window * 4 / 10) {
      upstream.on_failure(now_us, true);
    } else {
      upstream.on_answer(now_us, 20'000);
    }
  }
  upstream.evaluate_refusals(now_us);
  EXPECT_LE(upstream.window(), window * 7 / 10);
  EXPECT_GE(upstream.window(), window * 5 / 10);
}

// Each of them made the window smaller, until 16 were left: the run took six times as long.
TEST(Upstream, RefusalsThatComeWhateverTheWindowLeaveItAlone) {
  Upstream upstream;
  int64_t now_us = 1'000'000;
  uint32_t count = 0;
  ask_and_refuse(upstream, now_us, 20'000'000, [&count](uint32_t) { return ++count % 5 == 0; });
  EXPECT_GE(upstream.window(), limits::kWindowStart);
}

}  // namespace
}  // namespace mxbulk::asking
