#include "asking/lookup_runner.h"

#include "unit/asking/lookup_runner_fixture.h"

namespace mxbulk::asking {
namespace {

TEST_F(LookupRunnerTest, AnAnswerBecomesAnOutcomeWithInternedExchanges) {
  start(name_);
  ASSERT_EQ(transport_.count(), 1U);
  EXPECT_EQ(runner_->in_flight(), 1U);
  turn(5'000);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].token, 7U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_EQ(client_.reports[0].exchanges, std::vector<std::string>{"mx.d.test"});
  EXPECT_EQ(client_.reports[0].ttl_s, 300U);
  EXPECT_EQ(client_.reports[0].asked_us, 4'999);
  EXPECT_EQ(hosts_.size(), 1U);
  EXPECT_TRUE(runner_->idle());
  EXPECT_EQ(runner_->in_flight(), 0U);
}

TEST_F(LookupRunnerTest, UnansweredQuestionIsSentThreeTimesInEachRoundAndEndsInTimeout) {
  start(name_);
  run_until(3, 10 * kSecondUs);
  EXPECT_EQ(transport_.count(), 3U);
  while (client_.rounds_failed == 0) turn(runner_->next_wake_us());
  EXPECT_EQ(runner_->busy(), 0U);
  EXPECT_FALSE(runner_->idle());
  const int64_t parked_us = now_us_;
  run_until(4, 60 * kSecondUs);
  EXPECT_GE(now_us_ - parked_us, limits::kRetryAfterUs);
  while (!runner_->idle()) turn(runner_->next_wake_us());
  EXPECT_EQ(transport_.count(), 6U);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kTimeout);
  EXPECT_EQ(runner_->counters().retries, 5U);
}

// They were asked again at once if nothing else was left, so that a failure of seconds was final.

TEST_F(LookupRunnerTest, ARetryWaitsAlsoIfNothingElseIsLeft) {
  start(name_);
  transport_.answer_rcode(*runner_, 0, kServfail);
  turn(2, true);
  EXPECT_EQ(transport_.count(), 1U);
  run_until(2, 60 * kSecondUs);
  EXPECT_GE(now_us_, limits::kRetryAfterUs * 3 / 4);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, AFailureOfFourSecondsIsNotFinal) {
  start(name_);
  for (size_t i = 0; now_us_ < 4 * kSecondUs; ++i) {
    run_until(i + 1, 60 * kSecondUs);
    ASSERT_EQ(transport_.count(), i + 1);
    transport_.answer_rcode(*runner_, i, kServfail);
  }
  const size_t asked = transport_.count();
  run_until(asked + 1, 60 * kSecondUs);
  ASSERT_EQ(transport_.count(), asked + 1);
  transport_.answer(*runner_, asked, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

// While other questions are asked for the first time it would go on until its asking time is over.

TEST_F(LookupRunnerTest, IfOnlyRetriesAreLeftAndAllFailTheyEnd) {
  constexpr int64_t kHourUs = 3'600 * kSecondUs;
  start(name_, 7, kHourUs);
  transport_.answer_rcode(*runner_, 0, kServfail);
  size_t answered = 1;
  while (!runner_->idle()) {
    turn(std::min(runner_->next_wake_us(), now_us_ + kSecondUs), true);
    for (; answered < transport_.count(); ++answered) {
      if (answered % 2 == 0) transport_.answer_rcode(*runner_, answered, kServfail);
    }
  }
  EXPECT_LE(now_us_, limits::kRetriesAloneUs + 10 * kSecondUs);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kServfail);
}

// The window took a name that gets no answer for a network that loses packets: it fell to 16.

TEST_F(LookupRunnerTest, AnAttemptThatOthersHaveOvertakenKeepsNoPlaceInTheWindow) {
  world_.add("other.test").mx = {
      .fate = test::Fate::kData, .ttl_s = 300, .mx = {{10, "mx.d.test"}}};
  start(other_, 8);  // the round-trip time is known after it
  turn(1'001);
  transport_.answer(*runner_, 0, world_);
  start(name_);
  turn(2'001);
  start(other_, 9);
  turn(3'001);
  transport_.answer(*runner_, 2, world_);
  EXPECT_EQ(runner_->in_flight(), 1U);
  turn(2'001 + limits::kOverdueMinUs);
  EXPECT_EQ(runner_->in_flight(), 0U);
  transport_.answer(*runner_, 1, world_);  // it is late, but good
  EXPECT_EQ(client_.reports.back().token, 7U);
  EXPECT_EQ(client_.reports.back().status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, TheRetryQueueWaitsWhileOthersAreAsked) {
  start(name_);
  start(other_, 8);
  transport_.answer_rcode(*runner_, 0, kServfail);
  turn(2, true);
  EXPECT_EQ(transport_.count(), 2U);
}

TEST_F(LookupRunnerTest, TimeInTheRetryQueueIsAskingTime) {
  start(name_, 7, 2 * kSecondUs);
  for (size_t i = 0; client_.reports.empty(); ++i) {
    run_until(i + 1, 60 * kSecondUs);
    if (!client_.reports.empty()) break;
    ASSERT_EQ(transport_.count(), i + 1);
    transport_.answer_rcode(*runner_, i, kServfail);
  }
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kServfail);
  EXPECT_EQ(client_.reports[0].rcode, kServfail);
  EXPECT_GT(client_.reports[0].asked_us, kSecondUs);
  EXPECT_LE(now_us_, 1 + 2 * kSecondUs);
}

TEST_F(LookupRunnerTest, TimeWaitingForRoomIsNotAskingTime) {
  set_up({.concurrency = 1});
  start(name_, 7, 2 * kSecondUs);
  start(other_, 8, 60 * kSecondUs);  // waits for room
  turn(400'001);                     // the first attempt is given up: the other gets its place
  ASSERT_EQ(transport_.count(), 2U);
  turn(3 * kSecondUs);  // now the other attempt is given up, and the retry is sent
  ASSERT_EQ(transport_.count(), 3U);
  transport_.answer(*runner_, 2, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].token, 7U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_LT(client_.reports[0].asked_us, kSecondUs);
}

TEST_F(LookupRunnerTest, ALostAttemptFreesItsPlaceAndItsLateAnswerStillCounts) {
  set_up({.concurrency = 1});
  start(name_);
  turn(400'001);
  EXPECT_EQ(transport_.count(), 2U);  // the retry took the place
  EXPECT_EQ(runner_->in_flight(), 1U);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_EQ(runner_->in_flight(), 0U);
}

// Found by seed 299 of the simulation: three of four resolvers dropped queries with EDNS, were

// taken for unresponsive, and the questions that waited for them ended as dns_timeout.

TEST_F(LookupRunnerTest, QuestionsToAResolverThatDropsEdnsHaveNone) {
  start(name_);
  start(other_, 8);
  while (transport_.count() < 6) turn(runner_->next_wake_us());
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(transport_.query(i).edns);
  EXPECT_FALSE(transport_.query(4).edns);
  transport_.answer_rcode(*runner_, 4, kServfail);
  const size_t asked = transport_.count();
  const DomainName third = *DomainName::from_text("third.test");
  start(third, 9);
  ASSERT_GT(transport_.count(), asked);
  EXPECT_FALSE(transport_.query(transport_.count() - 1).edns);
}

TEST_F(LookupRunnerTest, AfterAnAnswerWithEdnsLossesAreNotBlamedOnIt) {
  start(name_);
  transport_.answer(*runner_, 0, world_);
  start(name_);
  start(other_, 8);
  while (transport_.count() < 7) turn(runner_->next_wake_us());
  transport_.answer_rcode(*runner_, 6, kNxdomain);
  const DomainName third = *DomainName::from_text("third.test");
  start(third, 9);
  EXPECT_TRUE(transport_.query(transport_.count() - 1).edns);
}

// Found by the simulation: it was taken out of the queue of the resolver that it was to be sent to

// then, and not of the one that it was in.

TEST_F(LookupRunnerTest, ALateAnswerTakesAQueuedQuestionToAnotherResolver) {
  set_up({.upstreams = 2, .concurrency = 1});
  const DomainName third = *DomainName::from_text("third.test");
  const DomainName fourth = *DomainName::from_text("fourth.test");
  start(name_);
  start(other_);
  start(third);
  start(fourth);
  ASSERT_EQ(transport_.query(0).upstream, 0U);
  turn(400'001);  // the first two are overdue: the other two are sent, they wait in turn
  ASSERT_EQ(transport_.count(), 4U);
  transport_.answer_truncated(*runner_, 0);
  transport_.answer_rcode(*runner_, 2, kNxdomain);
  transport_.answer_rcode(*runner_, 3, kNxdomain);
  for (int i = 0; i < 4; ++i) turn(now_us_ + 1);
  for (size_t i = 4; i < transport_.count(); ++i) {
    if (transport_.name(i) != "d.test") continue;
    EXPECT_EQ(transport_.query(i).proto, Proto::kTcp);
    EXPECT_EQ(transport_.query(i).upstream, 0U);
  }
  while (!runner_->idle()) turn(runner_->next_wake_us());
  EXPECT_EQ(client_.reports.size(), 4U);
}

TEST_F(LookupRunnerTest, AnAnswerEndsALookupInTheRetryQueue) {
  start(name_);
  start(other_, 8);
  while (client_.rounds_failed < 2) turn(runner_->next_wake_us());
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].token, 7U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_FALSE(runner_->idle());
  while (!runner_->idle()) turn(runner_->next_wake_us());
  EXPECT_EQ(client_.reports.size(), 2U);
}

// It left the retry queue for a second opinion that never came; the timer of its first stay there

// must not wake it.

TEST_F(LookupRunnerTest, AQuestionThatReturnsToTheRetryQueueWaitsItsFullTime) {
  set_up({.upstreams = 2});
  answer_at_both();
  const size_t first = transport_.count();
  start(name_);
  for (size_t answered = first + 1; client_.rounds_failed < 1; ++answered) {
    run_until(answered + 1, 60 * kSecondUs);
    if (client_.rounds_failed < 1) transport_.answer_rcode(*runner_, answered, kServfail);
  }
  turn(now_us_ + 1'000);
  const size_t asked = transport_.count();
  transport_.answer_rcode(*runner_, first, kNxdomain);  // late: the other is asked too
  ASSERT_EQ(transport_.count(), asked + 1);
  transport_.answer_rcode(*runner_, asked, kServfail);
  for (int i = 0; i < 100 && client_.rounds_failed < 2; ++i) turn(runner_->next_wake_us());
  ASSERT_EQ(client_.rounds_failed, 2);
  const int64_t again_us = now_us_;
  EXPECT_EQ(transport_.count(), asked + 1);
  run_until(asked + 2, 60 * kSecondUs);
  ASSERT_EQ(transport_.count(), asked + 2);
  EXPECT_GE(now_us_ - again_us, limits::kRetryAfterUs);
}

// For a short list a domain that does not exist was `unknown/dns_timeout`.

// Eight losses in a row and a lost test show that it is dead, and not a network that lost one

// answer.

// Found by the simulation: the NODATA was forgotten, and the domain was `no_mx/nxdomain`.

TEST_F(LookupRunnerTest, ATruncatedAnswerLeavesItsQuestionInTheRetryQueue) {
  start(name_);
  while (client_.rounds_failed < 1) turn(runner_->next_wake_us());
  transport_.answer_truncated(*runner_, 0);
  while (!runner_->idle()) turn(runner_->next_wake_us());  // ends: nothing is forgotten
  EXPECT_EQ(client_.reports.size(), 1U);
}

TEST_F(LookupRunnerTest, TheBudgetEndsAnUnansweredQuestion) {
  start(name_, 7, kSecondUs);
  while (!runner_->idle()) turn(runner_->next_wake_us());
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kTimeout);
  EXPECT_LE(client_.reports[0].asked_us, 2 * kSecondUs);
  EXPECT_LT(transport_.count(), 3U);
}

TEST_F(LookupRunnerTest, ALateReplyToAFinishedLookupIsDropped) {
  start(name_);
  run_until(2, kSecondUs);
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(*runner_, 1, world_);
  start(other_, 8);  // takes the same slot
  transport_.answer(*runner_, 0, world_);
  EXPECT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(runner_->in_flight(), 1U);
}

// It was timed from turn to turn: an answer received since the last one seemed to take no time.

TEST_F(LookupRunnerTest, AnAnswerIsTimedByItsArrivalAndNotByTheLastTurn) {
  start(name_);
  runner_->set_now(300'001);
  transport_.answer(*runner_, 0, world_);
  turn(300'001);
  start(other_);
  turn(300'001 + 300'000);
  EXPECT_EQ(transport_.count(), 2U) << "asked again sooner than an answer takes";
}

TEST_F(LookupRunnerTest, AnEarlierAttemptMayGetTheAnswer) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  transport_.fail(*runner_, 1, ReplyKind::kTimeout);
  EXPECT_EQ(runner_->in_flight(), 0U);
}

// The answers to the last attempts, in lower case, came in a row after all the others: the

// resolver was taken for one that had begun to fold the case.

TEST_F(LookupRunnerTest, ASlowResolverStillGetsMixedCase) {
  runner_->set_keeps_case(0, true);
  const size_t lookups = limits::kMixedUnansweredMax + 1;
  for (size_t i = 0; i < lookups; ++i) start(name_, i);
  run_until(3 * lookups, kSecondUs * 3 / 2);
  ASSERT_EQ(transport_.count(), 3 * lookups);
  for (size_t i = 0; i < 3 * lookups; ++i) transport_.answer(*runner_, i, world_);
  EXPECT_EQ(client_.reports.size(), lookups);
  start(name_);
  EXPECT_EQ(transport_.query(3 * lookups).letter_case, LetterCase::kMixed);
}

TEST_F(LookupRunnerTest, ALocalFailureIsNotAnAnswer) {
  start(name_);
  transport_.fail(*runner_, 0, ReplyKind::kLocalTrouble);
  EXPECT_TRUE(client_.reports.empty());
  run_until(2, kSecondUs);
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, AfterServfailTheOtherResolverIsAsked) {
  set_up({.upstreams = 2});
  start(name_);
  const uint8_t first = transport_.query(0).upstream;
  transport_.answer_rcode(*runner_, 0, kServfail);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_NE(transport_.query(1).upstream, first);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].upstream, transport_.query(1).upstream);
}

TEST_F(LookupRunnerTest, FormerrIsAskedAgainWithoutEdns) {
  start(name_);
  EXPECT_TRUE(transport_.query(0).edns);
  transport_.answer_rcode(*runner_, 0, kFormerr);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_FALSE(transport_.query(1).edns);
  transport_.answer(*runner_, 1, world_);
  EXPECT_EQ(client_.reports.size(), 1U);
}

TEST_F(LookupRunnerTest, TwoTruncatedAnswersCauseOneTcpQuery) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.send(*runner_, 0, test::truncated_answer(transport_.question(0)));
  ASSERT_EQ(transport_.count(), 3U);
  EXPECT_EQ(transport_.query(2).proto, Proto::kTcp);
  transport_.send(*runner_, 1, test::truncated_answer(transport_.question(1)));
  EXPECT_EQ(transport_.count(), 3U);
  EXPECT_EQ(client_.rounds_failed, 0);
  transport_.answer(*runner_, 2, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

// It was taken out of the retry queue for an answer that started nothing, and never asked again.

TEST_F(LookupRunnerTest, ALateTruncatedAnswerDoesNotChangeTheRetryQueue) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.send(*runner_, 0, test::truncated_answer(transport_.question(0)));
  while (client_.rounds_failed == 0) turn(runner_->next_wake_us());
  const size_t asked = transport_.count();
  transport_.send(*runner_, 1, test::truncated_answer(transport_.question(1)));
  EXPECT_EQ(runner_->busy(), 0U);
  run_until(asked + 1, 60 * kSecondUs);
  ASSERT_EQ(transport_.count(), asked + 1);
  transport_.answer(*runner_, asked, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, GarbageIsMalformedAfterAllRounds) {
  start(name_);
  for (size_t i = 0; client_.reports.empty(); ++i) {
    run_until(i + 1, 60 * kSecondUs);
    ASSERT_EQ(transport_.count(), i + 1);
    transport_.send(*runner_, i, test::garbage_answer(transport_.question(i)));
  }
  EXPECT_EQ(transport_.count(), 6U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kMalformed);
}

}  // namespace
}  // namespace mxbulk::asking
