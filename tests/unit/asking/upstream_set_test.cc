#include "asking/upstream_set.h"

#include <gtest/gtest.h>

namespace mxbulk::asking {
namespace {

constexpr int64_t kNowUs = 1'000'000;
constexpr int64_t kRttUs = 10'000;

void answer(Upstream& upstream) {
  upstream.on_sent();
  upstream.on_completed();
  upstream.on_answer(kNowUs, kRttUs);
}

// Every second attempt has no answer, and the next one at the same question has.
void answer_every_second(Upstream& upstream) {
  for (int i = 0; i < 50; ++i) {
    answer(upstream);
    upstream.on_recovered(kNowUs, false);
  }
}

// A liveness test among them.
void lose_many_in_a_row(Upstream& upstream) {
  upstream.on_test_lost();
  for (int i = 0; i < 20; ++i) upstream.on_unreachable(kNowUs);
}

TEST(UpstreamSet, TheMoreAttemptsFailTheMoreAreWanted) {
  UpstreamSet set(1, 0);
  answer(set[0]);
  EXPECT_EQ(set.attempts_wanted(kNowUs), 1U);
  set = UpstreamSet(1, 0);
  answer_every_second(set[0]);
  EXPECT_EQ(set.attempts_wanted(kNowUs), 24U);  // 2^-24 is less than 10^-7
}

TEST(UpstreamSet, AnUnresponsiveResolverIsNoReasonForMoreAttemptsAtTheOther) {
  UpstreamSet set(2, 0);
  answer_every_second(set[0]);
  lose_many_in_a_row(set[0]);
  answer(set[1]);
  EXPECT_EQ(set.attempts_wanted(kNowUs), 1U);
}

// One that drops what is above its limit loses many in a row: six attempts were made, and then the
// domain was unknown.
TEST(UpstreamSet, TheOnlyResolverIsWorthAsManyAttemptsIfItLosesManyInARow) {
  UpstreamSet set(1, 0);
  answer_every_second(set[0]);
  lose_many_in_a_row(set[0]);
  ASSERT_EQ(set.unresponsive(kNowUs), 1U);
  EXPECT_EQ(set.attempts_wanted(kNowUs), 24U);
}

TEST(UpstreamSet, ExcludedResolversNeedNoAttempts) {
  UpstreamSet set(1, 0);
  answer_every_second(set[0]);
  set.exclude(0);
  EXPECT_EQ(set.attempts_wanted(kNowUs), 0U);
}

}  // namespace
}  // namespace mxbulk::asking
