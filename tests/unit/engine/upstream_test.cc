#include "engine/upstream.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mxbulk::engine {
namespace {

// A resolver that takes so long for each question and answers at most so many a second.
class Resolver {
 public:
  Resolver(int64_t latency_us, int64_t answers_per_s_max)
      : latency_us_(latency_us), gap_us_min_(1'000'000 / answers_per_s_max) {}

  // `count` answers, one after the other, with the window always full.
  void answer(Upstream& upstream, uint32_t count) {
    while (upstream.has_room()) upstream.on_sent();
    for (uint32_t i = 0; i < count; ++i) {
      now_us_ += std::max(latency_us_ / upstream.window(), gap_us_min_);
      upstream.on_settled();
      upstream.on_answer(now_us_, latency_us_);
      while (upstream.has_room()) upstream.on_sent();
    }
  }
  [[nodiscard]] int64_t now_us() const { return now_us_; }

 private:
  int64_t latency_us_;
  int64_t gap_us_min_;
  int64_t now_us_ = 1'000'000;
};

void lose(Upstream& upstream, uint32_t count, int64_t now_us) {
  for (uint32_t i = 0; i < count; ++i) upstream.on_loss(now_us);
}

TEST(Upstream, StartsWithACautiousWindow) {
  Upstream upstream;
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
  while (upstream.has_room()) upstream.on_sent();
  EXPECT_EQ(upstream.in_flight(), limits::kWindowStart);
  upstream.on_settled();
  EXPECT_TRUE(upstream.has_room());
}

TEST(Upstream, GrowsToTheCapWhileThatBringsMoreAnswers) {
  Upstream upstream;
  Resolver fast(1'000'000, 1'000'000);
  fast.answer(upstream, 200'000);
  EXPECT_EQ(upstream.window(), limits::kWindowMax);
}

TEST(Upstream, StopsWhereMoreQuestionsBringNoMoreAnswers) {
  Upstream upstream;
  Resolver limited(100'000, 2'000);  // 200 in flight are enough
  limited.answer(upstream, 100'000);
  EXPECT_GE(upstream.window(), limits::kWindowStart);
  EXPECT_LE(upstream.window(), 4 * 200U);
}

TEST(Upstream, AnUnusedWindowDoesNotGrow) {
  Upstream upstream;
  for (int64_t i = 1; i <= 10'000; ++i) {
    upstream.on_sent();
    upstream.on_settled();
    upstream.on_answer(i * 100, 100);
  }
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, ALittleLossIsNoise) {
  Upstream upstream;
  lose(upstream, 3, 10'000'000);
  EXPECT_EQ(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, FallsByAThirdWhereMuchGetsLost) {
  Upstream upstream;
  lose(upstream, 4, 10'000'000);
  EXPECT_NEAR(upstream.window(), 0.7 * limits::kWindowStart, 1);
}

TEST(Upstream, LossesOfOneWaitHaveOneCause) {
  Upstream upstream;
  lose(upstream, 100, 10'000'000);
  const uint32_t fallen = upstream.window();
  lose(upstream, 100, 10'000'000 + limits::kRetransmitMinUs - 1);
  EXPECT_EQ(upstream.window(), fallen);
  lose(upstream, 100, 10'000'000 + limits::kRetransmitMinUs);
  EXPECT_LT(upstream.window(), fallen);
}

TEST(Upstream, NeverFallsSoLowThatItCannotSeeTheResolverBack) {
  Upstream upstream;
  for (int64_t i = 1; i < 1'000; ++i) lose(upstream, 10, i * 10'000'000);
  EXPECT_EQ(upstream.window(), 4U);
  Resolver back(50'000, 1'000'000);
  back.answer(upstream, 100'000);
  EXPECT_GT(upstream.window(), limits::kWindowStart);
}

TEST(Upstream, AFixedWindowStaysWhatever) {
  Upstream upstream(10);
  lose(upstream, 100, 10'000'000);
  EXPECT_EQ(upstream.window(), 10U);
  Resolver fast(1'000'000, 1'000'000);
  fast.answer(upstream, 1'000);
  EXPECT_EQ(upstream.window(), 10U);
}

TEST(Upstream, WaitsLongerForASlowResolver) {
  Upstream upstream;
  EXPECT_GT(upstream.retransmit_us(), limits::kRetransmitMinUs);  // nothing is known yet
  for (int64_t i = 1; i <= 100; ++i) upstream.on_answer(i * 1'000, 500'000);
  EXPECT_GE(upstream.retransmit_us(), 500'000);
  EXPECT_LE(upstream.retransmit_us(), 600'000);  // no jitter, no margin
}

TEST(Upstream, NeverWaitsLessThanTheLeast) {
  Upstream upstream;
  for (int64_t i = 1; i <= 100; ++i) upstream.on_answer(i * 1'000, 50);
  EXPECT_EQ(upstream.retransmit_us(), limits::kRetransmitMinUs);
}

TEST(Upstream, JitterWidensTheWait) {
  Upstream steady;
  Upstream jittery;
  for (int64_t i = 1; i <= 100; ++i) {
    steady.on_answer(i * 1'000, 300'000);
    jittery.on_answer(i * 1'000, i % 2 == 0 ? 100'000 : 500'000);
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
  failing.on_answer(1'000, 1'000);  // forgiven with the first answer
  EXPECT_LT(failing.load(), busy.load());
}

}  // namespace
}  // namespace mxbulk::engine
