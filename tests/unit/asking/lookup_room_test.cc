// How many questions are asked at once: windows, the rate limit, queues.
#include "unit/asking/lookup_runner_fixture.h"

namespace mxbulk::asking {
namespace {

using LookupRoomTest = LookupRunnerTest;

TEST_F(LookupRoomTest, AQueuedQuestionIsSentWhenThereIsRoom) {
  set_up({.concurrency = 1});
  start(name_);
  EXPECT_FALSE(runner_->has_room());
  start(other_, 8);
  EXPECT_EQ(transport_.count(), 1U);
  transport_.answer(*runner_, 0, world_);
  turn(2);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.name(1), "other.test");
}

// Otherwise the outage check's question would wait after all those that are not answered.

// Names that never answer take no place in a window: without a limit a list of them fills the

// memory.

TEST_F(LookupRoomTest, TooManyQuestionsWithoutAnOutcomeLeaveNoRoom) {
  set_up({.upstreams = 3, .concurrency = limits::kConcurrencyMax});
  const size_t first = transport_.count();
  for (uint32_t i = 1; i < limits::kQuestionsMax; ++i) start(name_, i);
  EXPECT_TRUE(runner_->has_room());
  start(name_);
  EXPECT_FALSE(runner_->has_room());
  transport_.answer(*runner_, first, world_);
  EXPECT_TRUE(runner_->has_room());
}

TEST_F(LookupRoomTest, AnUrgentQuestionDoesNotWaitForRoom) {
  set_up({.concurrency = 1});
  start(name_);
  start(name_, 8);
  EXPECT_EQ(transport_.count(), 1U);
  runner_->start({.name = other_.view(), .budget_us = 20 * kSecondUs, .is_urgent = true});
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.name(1), "other.test");
}

TEST_F(LookupRoomTest, TheRateLimitIsKept) {
  set_up({.qps = 10});
  for (uint64_t token = 0; token < 5; ++token) start(name_, token);
  EXPECT_EQ(transport_.count(), 1U);
  run_until(5, 300'000);
  EXPECT_LE(transport_.count(), 4U);
  run_until(5, kSecondUs);
  EXPECT_EQ(transport_.count(), 5U);
}

TEST_F(LookupRoomTest, WakesForANewDomainAsSoonAsTheRateLimitAllows) {
  set_up({.qps = 100});
  start(name_);
  transport_.answer(*runner_, 0, world_);
  ASSERT_TRUE(runner_->idle());
  ASSERT_FALSE(runner_->has_room());
  EXPECT_LE(runner_->next_wake_us(), now_us_ + 11'000);
  turn(runner_->next_wake_us());
  EXPECT_TRUE(runner_->has_room());
}

// A list of thousands once waited for the one resolver that did not answer.

// Each turn for something else put the next question off by a whole second.

TEST_F(LookupRoomTest, AnotherTurnDoesNotDelayAQuestionThatWaitsForTheRateLimit) {
  set_up({.qps = 1});
  start(name_);
  start(other_);
  turn(900'000);
  EXPECT_LE(runner_->next_wake_us(), kSecondUs + 2);
  turn(kSecondUs + 2);
  EXPECT_EQ(transport_.count(), 2U);
}

TEST_F(LookupRoomTest, AQueueForOneResolverDoesNotDelayTheOthers) {
  set_up({.upstreams = 2, .concurrency = 1});
  start(name_);
  start(other_, 8);
  ASSERT_NE(transport_.query(0).upstream, transport_.query(1).upstream);
  EXPECT_FALSE(runner_->has_room());
  transport_.answer_rcode(*runner_, 1, kServfail);  // now it waits for room at the first
  EXPECT_EQ(transport_.count(), 2U);
  EXPECT_TRUE(runner_->has_room());
  start(name_, 9);
  ASSERT_EQ(transport_.count(), 3U);
  EXPECT_EQ(transport_.query(2).upstream, transport_.query(1).upstream);
  EXPECT_FALSE(runner_->has_room());
}

// Only NXDOMAIN was confirmed: the order of two resolvers decided between no_mx and mx_ok.

// The next domain of a pipe may come after minutes: the sole denial of one resolver was believed

// then.

// The failures of domains made the answering resolver look more loaded than a dead one.

TEST_F(LookupRoomTest, AnUnresponsiveResolverGetsNoQuestionWhileAnotherAnswers) {
  set_up({.upstreams = 2});
  answer_at_both();
  for (uint64_t token = 0; token < 32; ++token) start(name_, token);
  start_liveness_test(1);
  for (size_t replied = 2; now_us_ < 5 * kSecondUs; turn(runner_->next_wake_us())) {
    for (; replied < transport_.count(); ++replied) {
      if (transport_.query(replied).upstream == 0) {
        transport_.answer_rcode(*runner_, replied, kServfail);
      }
    }
  }
  const size_t asked = transport_.count();
  start(other_);
  ASSERT_EQ(transport_.count(), asked + 1);
  EXPECT_EQ(transport_.query(asked).upstream, 0U);
}

}  // namespace
}  // namespace mxbulk::asking
