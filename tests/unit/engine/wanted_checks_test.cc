// Resolver checks that an observer wants, and what they cover.
#include <gtest/gtest.h>

#include "unit/engine/resolver_checker_fixture.h"

namespace mxbulk::engine {
namespace {

// Wants a check at one time.
class WantsCheck final : public DecisionObserver {
 public:
  void on_decided(DomainId /*domain*/, const DomainRecord& /*record*/) override { ++decided; }
  [[nodiscard]] int64_t check_due_us() const override { return due_us; }

  int64_t due_us = kNeverUs;
  size_t decided = 0;
};

class WantedChecks : public ResolverCheckerTest {
 protected:
  void set_up_observed(size_t resolvers) {
    observer_ = &wants_;
    set_up(resolvers);
    now_us_ = kSecondUs;
  }

  WantsCheck wants_;
};

TEST_F(WantedChecks, AnswersAreCoveredByAGoodCheckThatBeganAfterThem) {
  set_up_observed(1);
  intern_many("d", 3);
  settle();
  ASSERT_EQ(wants_.decided, 3U);
  const int64_t decided_us = now_us_;
  EXPECT_LE(dispatcher_->checked_until_us(), decided_us);  // the first check was before
  EXPECT_FALSE(dispatcher_->uses_unchecked());
  now_us_ += kSecondUs;
  wants_.due_us = now_us_;
  EXPECT_LE(dispatcher_->next_wake_us(), now_us_);
  settle();
  EXPECT_GT(dispatcher_->checked_until_us(), decided_us);
}

TEST_F(WantedChecks, NothingIsAskedIfAllAnswersAreCovered) {
  set_up_observed(1);
  intern_many("d", 3);
  wants_.due_us = 0;
  settle();
  now_us_ += kSecondUs;
  settle();
  const size_t asked = transport_.count();
  now_us_ += kSecondUs;
  settle();
  EXPECT_EQ(transport_.count(), asked);
  EXPECT_EQ(dispatcher_->checked_until_us(), kNeverUs);
}

// Else a process that ends soon would end before its check.
TEST_F(WantedChecks, AWantedCheckDoesNotWaitForARateLimit) {
  observer_ = &wants_;
  set_up(1, {}, 1);
  now_us_ = kSecondUs;
  intern_many("d", 20);
  while (wants_.decided < 3) {
    now_us_ += kSecondUs / 2;
    settle();
  }
  const size_t before = probes();
  wants_.due_us = 0;
  settle();
  EXPECT_EQ(probes(), before + 1);
  EXPECT_EQ(dispatcher_->checked_until_us(), kNeverUs);
}

TEST_F(WantedChecks, ACheckWithoutAnAnswerCoversNothing) {
  set_up_observed(1);
  intern_many("d", 3);
  settle();
  const int64_t decided_us = now_us_;
  manners_ = {Manner::kUnresponsive};
  now_us_ += kSecondUs;
  wants_.due_us = now_us_;
  settle();
  EXPECT_GT(probes(), 1U);
  EXPECT_LE(dispatcher_->checked_until_us(), decided_us);
}

TEST_F(WantedChecks, EachResolverCoversItsOwnAnswers) {
  set_up_observed(2);
  intern_many("d", 40);
  settle();
  const int64_t decided_us = now_us_;
  manners_[1] = Manner::kUnresponsive;
  now_us_ += kSecondUs;
  wants_.due_us = now_us_;
  settle();
  EXPECT_LE(dispatcher_->checked_until_us(), decided_us);
}

// What it denied is not covered although it is excluded.
TEST_F(WantedChecks, NothingIsCoveredAfterAFalseAnswer) {
  set_up_observed(1);
  intern_many("d", 5);
  settle();
  manners_ = {Manner::kDenies};
  intern("late.test");
  settle();
  now_us_ += kSecondUs;
  wants_.due_us = now_us_;
  settle();
  ASSERT_FALSE(dispatcher_->failure().ok());
  EXPECT_EQ(dispatcher_->checked_until_us(), 0);
}

TEST_F(WantedChecks, AResolverThatPassedNoCheckIsUsedUnchecked) {
  set_up_observed(1);
  intern_many("d", 3);
  finish_without_random_names();
  EXPECT_EQ(dispatcher_->checked_until_us(), kNeverUs);
  EXPECT_TRUE(dispatcher_->uses_unchecked());
}

}  // namespace
}  // namespace mxbulk::engine
