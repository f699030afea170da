// The dispatcher's resolver checks: the canaries, names that must have MX.
#include <gmock/gmock.h>

#include "unit/engine/resolver_checker_fixture.h"

namespace mxbulk::engine {
namespace {

using testing::HasSubstr;

using ResolverCanaryTest = ResolverCheckerTest;

TEST_F(ResolverCanaryTest, AListOfOnlyDeadDomainsRunsToItsEnd) {
  intern_many("gone", 10'000, false);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  EXPECT_GT(probes(), 3U) << "denials in a row cause a check";
  for (uint32_t i = 0; i < domains_.size(); ++i) ASSERT_EQ(reason(i), Reason::kNxdomain);
}

TEST_F(ResolverCanaryTest, AListOfDeadDomainsAndOneCanaryRunsToItsEnd) {
  intern_many("d", 10);
  intern_many("gone", 10'000, false);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
}

// It still answers for the root, from its own cache.
TEST_F(ResolverCanaryTest, ANameThatHadMxAndIsDeniedNowIsMisbehaviour) {
  intern_many("d", 10);
  settle();
  world_ = test::World();
  intern_many("late", 5, false);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("denies MX that it gave earlier in this run"));
}

TEST_F(ResolverCanaryTest, OneDomainThatLostItsMxIsNotMisbehaviour) {
  intern_many("d", 2);
  settle();
  world_.add("d0.test") = test::Node();
  intern_many("late", 1);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
}

// `check` of a domain whose name servers disagree: its resolver seemed to misbehave, and the exit
// code was 5, though no verdict was based on a denial.
TEST_F(ResolverCanaryTest, TheOnlyCanaryThatIsDeniedAtTheEndInvalidatesNothing) {
  intern_many("d", 1);
  settle();
  world_ = test::World();
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  EXPECT_EQ(reason(0), Reason::kRfc7505);
  EXPECT_EQ(dispatcher_->excluded().size(), 1U);
}

TEST_F(ResolverCanaryTest, AGivenCanaryIsAskedOfEachResolverFirst) {
  set_up(2, {"canary.test"});
  add_mx("canary.test");
  intern_many("d", 3);
  turn();
  EXPECT_EQ(count_asked(RecordType::kMx, "canary.test", 0), 1U);
  EXPECT_EQ(count_asked(RecordType::kMx, "canary.test", 1), 1U);
  EXPECT_EQ(count_asked(RecordType::kMx, ""), 2U);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
}

TEST_F(ResolverCanaryTest, AGivenCanaryWithoutMxEndsTheRunByName) {
  set_up(1, {"canary.test"});
  intern_many("d", 3);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("canary canary.test"));
  EXPECT_THAT(message(), HasSubstr("--canary"));
  EXPECT_EQ(count_asked(RecordType::kMx, "d0.test"), 0U);
}

TEST_F(ResolverCanaryTest, AResolverThatAloneDeniesAGivenCanaryIsExcluded) {
  set_up(3, {"canary.test"});
  add_mx("canary.test");
  intern_many("d", 10);
  turn();
  for (; answered_ < transport_.count(); ++answered_) {
    const bool is_denied =
        transport_.query(answered_).upstream == 2 && transport_.name(answered_) == "canary.test";
    if (is_denied)
      transport_.answer_rcode(dispatcher_->sink(now_us_), answered_, kNxdomain);
    else
      answer(answered_);
  }
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  ASSERT_EQ(dispatcher_->excluded().size(), 1U);
  EXPECT_THAT(dispatcher_->excluded()[0], HasSubstr("resolver2 finds no MX for the canary"));
}

TEST_F(ResolverCanaryTest, AGivenCanaryThatFailsIsAskedAgainAndThenEndsTheRunByName) {
  set_up(1, {"canary.test"});
  world_.add("canary.test").mx.fate = test::Fate::kServfail;
  intern_many("d", 3);
  finish();
  EXPECT_GE(count_asked(RecordType::kMx, "canary.test"), 2U);
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("canary.test cannot be found (SERVFAIL)"));
}

TEST_F(ResolverCanaryTest, IfNothingAnswersItIsNotTheCanarysFault) {
  set_up(1, {"canary.test"});
  manners_ = {Manner::kUnresponsive};
  intern_many("d", 3);
  finish();
  EXPECT_THAT(message(), HasSubstr("does not answer"));
  EXPECT_LT(now_us_, 10 * kSecondUs);
}

// It is cut off from the internet: it fails on every name, and still answers for the root.
TEST_F(ResolverCanaryTest, TheRootFromACacheDoesNotHideAResolverThatIsCutOff) {
  intern_many("d", 10);
  settle();
  const auto cut_off = [&] {
    for (; answered_ < transport_.count(); ++answered_) {
      if (transport_.query(answered_).type == RecordType::kSoa)
        answer(answered_);
      else
        transport_.answer_rcode(dispatcher_->sink(now_us_), answered_, kServfailCode);
    }
  };
  intern_many("late", 300);
  is_closed_ = true;
  for (int guard = 0; guard < 10'000 && !is_over(); ++guard) {
    turn();
    cut_off();
    turn();
    if (!is_over() && answered_ == transport_.count()) {
      now_us_ = std::max(now_us_, dispatcher_->next_wake_us());
    }
  }
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("for the root, but for no name under a canary"));
  EXPECT_LT(now_us_, 30 * kSecondUs);
}

}  // namespace
}  // namespace mxbulk::engine
