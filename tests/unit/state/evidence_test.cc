#include "state/evidence.h"

#include <gtest/gtest.h>

namespace mxbulk::state {
namespace {

constexpr int64_t kHourS = 3'600;
constexpr int64_t kDayS = 24 * kHourS;
constexpr int64_t kMaxAgeS = 20 * kHourS;
constexpr uint32_t kNowS = 1'764'000'000;

TEST(UsableFor, DiffersByAFifthFromDomainToDomain) {
  int64_t least = INT64_MAX;
  int64_t most = 0;
  for (int64_t key = -40'000; key < 40'000; key += 7) {
    const int64_t age_s = usable_for_s(Reason::kNxdomain, Action::kSuppress, 300, kMaxAgeS, key);
    EXPECT_EQ(age_s, usable_for_s(Reason::kNxdomain, Action::kSuppress, 300, kMaxAgeS, key));
    least = std::min(least, age_s);
    most = std::max(most, age_s);
  }
  EXPECT_NEAR(static_cast<double>(least), 16.0 * kHourS, 60);
  EXPECT_NEAR(static_cast<double>(most), 24.0 * kHourS, 60);
}

TEST(UsableFor, ALongerTtlExtendsOnlyWhatWasSend) {
  for (int64_t key : {0LL, 1LL, 32'768LL, 65'535LL, -1LL}) {
    const int64_t plain = usable_for_s(Reason::kMx, Action::kSend, 300, kMaxAgeS, key);
    EXPECT_GT(usable_for_s(Reason::kMx, Action::kSend, 3 * kDayS, kMaxAgeS, key), 2 * plain);
    EXPECT_EQ(usable_for_s(Reason::kNxdomain, Action::kSuppress, 3 * kDayS, kMaxAgeS, key), plain);
    EXPECT_EQ(usable_for_s(Reason::kMx, Action::kRetry, 3 * kDayS, kMaxAgeS, key), plain);
    EXPECT_LE(usable_for_s(Reason::kMx, Action::kSend, 0xFFFFFFFF, kMaxAgeS, key), 7 * kDayS);
  }
}

TEST(UsableFor, TheLongestTtlsDoNotAllExpireAtOnce) {
  const int64_t one = usable_for_s(Reason::kMx, Action::kSend, 30 * kDayS, kMaxAgeS, 100);
  const int64_t other = usable_for_s(Reason::kMx, Action::kSend, 30 * kDayS, kMaxAgeS, 60'000);
  EXPECT_GT(other - one, kDayS);
}

TEST(UsableFor, UnknownIsNeverUsedAgain) {
  EXPECT_EQ(usable_for_s(Reason::kDnsTimeout, Action::kRetry, 300, kMaxAgeS, 1), 0);
  EXPECT_EQ(usable_for_s(Reason::kNotSmtp, Action::kReview, 300, kMaxAgeS, 1), 0);
}

TEST(IsUsable, NotIfTheClockSaysItIsFromTheFuture) {
  StoredAnswer answer;
  answer.reason = Reason::kMx;
  answer.asked_at_s = kNowS;
  EXPECT_TRUE(is_usable(answer, Action::kSend, kMaxAgeS, 1, kNowS + 10));
  EXPECT_FALSE(is_usable(answer, Action::kSend, kMaxAgeS, 1, kNowS - kDayS));
  EXPECT_FALSE(is_usable(answer, Action::kSend, kMaxAgeS, 1, kNowS + kDayS + 1));
  answer.asked_at_s = 0;
  EXPECT_FALSE(is_usable(answer, Action::kSend, kMaxAgeS, 1, kNowS));
}

// One lookup a night; returns the action of each night.
std::vector<Action> nights(const std::vector<Reason>& reasons, const EvidenceRules& rules = {}) {
  std::vector<Action> actions;
  DomainHistory history;
  uint32_t now_s = kNowS;
  for (const Reason reason : reasons) {
    history = after_lookup(history, reason, now_s, 1);
    const Action plain = action_of(reason, {});
    actions.push_back(action_by_evidence(plain, history, rules, now_s));
    now_s += kDayS;
  }
  return actions;
}

TEST(Evidence, ClosedPortsAreDeathAfterFiveRunsAndFiveDays) {
  const std::vector<Action> actions = nights(std::vector<Reason>(7, Reason::kTcpTimeout));
  // The fifth failure is 96 hours after the first, the sixth 120.
  EXPECT_EQ(actions[4], Action::kRetry);
  EXPECT_EQ(actions[5], Action::kSuppress);
}

TEST(Evidence, FiveRunsInOneNightAreNotEnough) {
  DomainHistory history;
  for (uint32_t i = 0; i < 20; ++i) {
    history = after_lookup(history, Reason::kTcpRefused, kNowS + i * 60, 1);
  }
  EXPECT_EQ(action_by_evidence(Action::kRetry, history, {}, kNowS + 200 * kHourS), Action::kRetry);
}

TEST(Evidence, AnOpenPortBeginsTheCountAnew) {
  const std::vector<Action> actions =
      nights({Reason::kTcpTimeout, Reason::kTcpTimeout, Reason::kTcpTimeout, Reason::kTcpTimeout,
              Reason::kTcp, Reason::kTcpTimeout, Reason::kTcpTimeout, Reason::kTcpTimeout});
  EXPECT_EQ(actions.back(), Action::kRetry);
}

TEST(Evidence, ANightThatProvesNothingNeitherCountsNorBeginsAnew) {
  const std::vector<Action> actions = nights(
      {Reason::kTcpTimeout, Reason::kDnsTimeout, Reason::kTcpTimeout, Reason::kEgressBlocked,
       Reason::kTcpTimeout, Reason::kProbeSkipped, Reason::kTcpTimeout, Reason::kTcpUnreachable});
  EXPECT_EQ(actions[6], Action::kRetry);  // the fourth
  EXPECT_EQ(actions[7], Action::kSuppress);
}

TEST(Evidence, UnknownIsReviewedAfterAMonthAndNeverSuppressed) {
  const std::vector<Action> actions = nights(std::vector<Reason>(60, Reason::kDnsServfail));
  EXPECT_EQ(actions[29], Action::kRetry);
  EXPECT_EQ(actions[30], Action::kReview);
  EXPECT_EQ(actions[59], Action::kReview);
}

TEST(Evidence, WhatDnsProvesNeedsNoFurtherNight) {
  EXPECT_EQ(nights({Reason::kNxdomain})[0], Action::kSuppress);
}

TEST(AfterLookup, KeepsWhatTheLastCompleteRunSaid) {
  DomainHistory history = after_lookup({}, Reason::kMx, kNowS, 1);
  history.has_base = true;
  history.base_reason = Reason::kMx;
  history.base_since_s = kNowS;
  history = after_lookup(history, Reason::kDnsTimeout, kNowS + 100, 2);
  EXPECT_EQ(history.since_s, kNowS + 100);
  EXPECT_EQ(history.last_good_s, kNowS);
  // The run with the timeout was interrupted; the next one finds the domain as it was.
  history = after_lookup(history, Reason::kMx, kNowS + 200, 2);
  EXPECT_EQ(history.since_s, kNowS);
  EXPECT_EQ(history.first_seen_s, kNowS);
}

TEST(LargeShare, IsOneRowOfAThousand) {
  EXPECT_TRUE(is_large_share(1, 1'000));
  EXPECT_FALSE(is_large_share(1, 1'001));
  EXPECT_FALSE(is_large_share(0, 0));
}

}  // namespace
}  // namespace mxbulk::state
