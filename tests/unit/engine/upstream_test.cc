#include "engine/upstream.h"

#include <gtest/gtest.h>

namespace mxbulk::engine {
namespace {

constexpr int64_t kRttUs = 10'000;

void fill(Upstream& upstream) {
  while (upstream.has_room()) upstream.on_sent();
}
// One answer and one new question, with the window full.
void answer_one(Upstream& upstream, int64_t rtt_us = kRttUs) {
  upstream.on_settled();
  upstream.on_answer(rtt_us);
  fill(upstream);
}

TEST(Upstream, StartsWithACautiousWindow) {
  Upstream upstream;
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
  fill(upstream);
  EXPECT_EQ(upstream.in_flight(), limits::kWindowStart);
  upstream.on_settled();
  EXPECT_TRUE(upstream.has_room());
}

TEST(Upstream, DoublesEachRoundTripUntilTheFirstLoss) {
  Upstream upstream;
  fill(upstream);
  for (uint32_t i = 0; i < limits::kWindowStart; ++i) answer_one(upstream);
  EXPECT_EQ(upstream.window(), 2 * limits::kWindowStart);
}

TEST(Upstream, NeverGrowsBeyondItsCap) {
  Upstream upstream;
  fill(upstream);
  for (uint32_t i = 0; i < 3 * limits::kWindowMax; ++i) answer_one(upstream);
  EXPECT_EQ(upstream.window(), limits::kWindowMax);
}

TEST(Upstream, AnUnusedWindowDoesNotGrow) {
  Upstream upstream;
  for (int i = 0; i < 1'000; ++i) {
    upstream.on_sent();
    upstream.on_settled();
    upstream.on_answer(kRttUs);
  }
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, FallsByAThirdOnALossAndThenRisesSlowly) {
  Upstream upstream;
  fill(upstream);
  upstream.on_loss(10'000'000);
  const uint32_t fallen = upstream.window();
  EXPECT_NEAR(fallen, 0.7 * limits::kWindowStart, 1);
  for (uint32_t i = 0; i < fallen; ++i) answer_one(upstream);
  EXPECT_GT(upstream.window(), fallen);
  EXPECT_LT(upstream.window(), fallen + 10);  // eight a round trip, not twice as many
}

TEST(Upstream, TheLossesOfOneRoundTripAreOneLoss) {
  Upstream upstream;
  upstream.on_loss(10'000'000);
  const uint32_t fallen = upstream.window();
  upstream.on_loss(10'000'001);
  upstream.on_loss(10'000'000 + limits::kRetransmitMinUs - 1);
  EXPECT_EQ(upstream.window(), fallen);
  upstream.on_loss(10'000'000 + limits::kRetransmitMinUs);
  EXPECT_LT(upstream.window(), fallen);
}

TEST(Upstream, NeverFallsSoLowThatItCannotSeeTheResolverBack) {
  Upstream upstream;
  for (int64_t i = 1; i < 1'000; ++i) upstream.on_loss(i * 10'000'000);
  EXPECT_EQ(upstream.window(), 4U);
}

TEST(Upstream, AFixedWindowStaysWhatever) {
  Upstream upstream(10);
  upstream.on_loss(10'000'000);
  EXPECT_EQ(upstream.window(), 10U);
  fill(upstream);
  for (int i = 0; i < 100; ++i) answer_one(upstream);
  EXPECT_EQ(upstream.window(), 10U);
}

TEST(Upstream, WaitsLongerForASlowResolver) {
  Upstream upstream;
  const int64_t unknown_us = upstream.retransmit_us();
  EXPECT_GT(unknown_us, limits::kRetransmitMinUs);
  for (int i = 0; i < 100; ++i) upstream.on_answer(500'000);
  EXPECT_GE(upstream.retransmit_us(), 500'000);
  EXPECT_LE(upstream.retransmit_us(), 600'000);  // no jitter, no margin
}

TEST(Upstream, NeverWaitsLessThanTheLeast) {
  Upstream upstream;
  for (int i = 0; i < 100; ++i) upstream.on_answer(50);
  EXPECT_EQ(upstream.retransmit_us(), limits::kRetransmitMinUs);
}

TEST(Upstream, JitterWidensTheWait) {
  Upstream steady;
  Upstream jittery;
  for (int i = 0; i < 100; ++i) {
    steady.on_answer(300'000);
    jittery.on_answer(i % 2 == 0 ? 100'000 : 500'000);
  }
  EXPECT_GT(jittery.retransmit_us(), steady.retransmit_us() + 200'000);
}

TEST(Upstream, LoadPrefersTheEmptyAndShunsTheFailing) {
  Upstream idle;
  Upstream busy;
  for (int i = 0; i < 50; ++i) busy.on_sent();
  EXPECT_LT(idle.load(), busy.load());
  Upstream failing;
  for (int i = 0; i < 100; ++i) failing.on_failure();
  EXPECT_LT(busy.load(), failing.load());
  failing.on_answer(kRttUs);  // forgiven with the first answer
  EXPECT_LT(failing.load(), busy.load());
}

}  // namespace
}  // namespace mxbulk::engine
