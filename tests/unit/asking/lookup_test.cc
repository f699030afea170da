#include "asking/lookup.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace mxbulk::asking {
namespace {

using Step = Lookup::Step;

constexpr int64_t kRetransmitUs = 200'000;

LookupPolicy policy_for(uint8_t upstreams, uint32_t tries = 3, uint32_t rounds = 2) {
  return {.tries = tries,
          .attempts_max = tries * rounds,
          .one_round = rounds == 1,
          .upstreams = upstreams,
          .timeout_us = 2'000'000};
}

AnswerFacts said(LookupStatus status) {
  return {.status = status};
}
AnswerFacts truncated() {
  return {.status = LookupStatus::kMalformed, .truncated = true};
}
AnswerFacts formerr() {
  return {.status = LookupStatus::kMalformed, .rejects_edns = true};
}
AnswerFacts over_tcp(AnswerFacts facts) {
  facts.over_tcp = true;
  return facts;
}
AnswerFacts without_edns(AnswerFacts facts) {
  facts.with_edns = false;
  return facts;
}

// A lookup after its first attempt, at resolver 0.
Lookup begun(const LookupPolicy& policy) {
  Lookup lookup;
  EXPECT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  return lookup;
}

TEST(Lookup, BeginsOverUdpWithEdnsAtTheResolverChosen) {
  Lookup lookup;
  ASSERT_EQ(lookup.begin_round(policy_for(3), 2, kRetransmitUs), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 2);
  EXPECT_EQ(lookup.next_try().proto, Proto::kUdp);
  EXPECT_TRUE(lookup.next_try().edns);
  EXPECT_EQ(lookup.next_try().wait_us, kRetransmitUs);
}

TEST(Lookup, FinalAnswersEndIt) {
  for (LookupStatus status :
       {LookupStatus::kFound, LookupStatus::kNoData, LookupStatus::kNxDomain}) {
    Lookup lookup = begun(policy_for(1));
    EXPECT_EQ(lookup.on_answer(policy_for(1), 0, said(status)), Step::kDone);
  }
}

// The chain is the zone's: the same question has the same answer, at any resolver.
TEST(Lookup, AChainOfTooManyCnamesIsNotAskedForTwice) {
  const LookupPolicy policy = policy_for(3);
  Lookup lookup = begun(policy);
  EXPECT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kCnameChain)), Step::kDone);
  lookup = begun(policy);
  EXPECT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kCnameLoop)), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kCnameLoop);
}

TEST(Lookup, WaitsTwiceAsLongEachTimeAndTheLastTimeInFull) {
  const LookupPolicy policy = policy_for(1, 4);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().wait_us, 2 * kRetransmitUs);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().wait_us, 4 * kRetransmitUs);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().wait_us, policy.timeout_us);
}

TEST(Lookup, NeverWaitsLongerThanTheTimeout) {
  const LookupPolicy policy = policy_for(1, 3);
  Lookup lookup;
  ASSERT_EQ(lookup.begin_round(policy, 0, 9'000'000), Step::kSend);
  EXPECT_EQ(lookup.next_try().wait_us, policy.timeout_us);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().wait_us, policy.timeout_us);
}

TEST(Lookup, WithoutAnAnswerTheNextResolverIsAsked) {
  const LookupPolicy policy = policy_for(2);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 0);
}

TEST(Lookup, TheLastAttemptHasNoEdns) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_TRUE(lookup.next_try().edns);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_FALSE(lookup.next_try().edns);
}

TEST(Lookup, TheLastTryIsInLowerCase) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  EXPECT_TRUE(lookup.next_try().mixed_case);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_TRUE(lookup.next_try().mixed_case);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_FALSE(lookup.next_try().mixed_case);
  ASSERT_EQ(lookup.on_timer(policy), Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  EXPECT_TRUE(lookup.next_try().mixed_case);  // a new round tries it again
}

TEST(Lookup, AnOnlyAttemptIsInMixedCase) {
  EXPECT_TRUE(begun(policy_for(1, 1)).next_try().mixed_case);
}

TEST(Lookup, ReportsWhichResolversDeniedIt) {
  LookupPolicy policy = policy_for(2);
  policy.responsive_upstreams = 0b11;
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  EXPECT_EQ(lookup.denied_by(), 0b01U);
  ASSERT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kNxDomain)), Step::kDone);
  EXPECT_EQ(lookup.denied_by(), 0b11U);
}

TEST(Lookup, AfterAllAttemptsItIsQueuedForRetryOnceAndThenFails) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  EXPECT_TRUE(lookup.next_try().edns);  // a new round tries it again
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kTimeout);
}

TEST(Lookup, WithOneRoundItFailsAtOnce) {
  const LookupPolicy policy = policy_for(1, 1, 1);
  Lookup lookup = begun(policy);
  EXPECT_EQ(lookup.on_timer(policy), Step::kFailed);
}

TEST(Lookup, AfterServfailAnotherResolverIsAskedAndNotTheSameAgain) {
  const LookupPolicy policy = policy_for(3);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
  ASSERT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kRefused)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 2);
  ASSERT_EQ(lookup.on_answer(policy, 2, said(LookupStatus::kFiltered)), Step::kRetryLater);
  EXPECT_EQ(lookup.failure(), LookupStatus::kFiltered);
}

TEST(Lookup, AfterServfailOfTheOnlyResolverEachFurtherRoundAsksItAgain) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  for (uint32_t attempt = 1; attempt < policy.attempts_max; ++attempt) {
    ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kRetryLater);
    ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  }
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kServfail);
}

// They were asked twice within milliseconds, so that a failure of three seconds was final.
TEST(Lookup, TheWaitBeforeEachRetryDoublesFromHalfASecond) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  int64_t expected_us = 500'000;
  for (uint32_t attempt = 1; attempt < policy.attempts_max; ++attempt, expected_us *= 2) {
    ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kRetryLater);
    EXPECT_EQ(lookup.retry_delay_us(policy, 3'600'000'000, false, 0.5), expected_us);
    EXPECT_EQ(lookup.retry_delay_us(policy, 3'600'000'000, false, 0), expected_us * 3 / 4);
    EXPECT_EQ(lookup.retry_delay_us(policy, 3'600'000'000, false, 1), expected_us * 5 / 4);
    ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  }
}

TEST(Lookup, AllRetriesFitIntoTheTimeThatIsLeft) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  int64_t left_us = 1'000'000;
  for (uint32_t attempt = 1; attempt < policy.attempts_max; ++attempt) {
    ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kRetryLater);
    left_us -= lookup.retry_delay_us(policy, left_us, false, 0.5);
    ASSERT_GE(left_us, 0);
    ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  }
}

TEST(Lookup, TheFirstRetryAfterARefusalByLoadComesSoon) {
  const LookupPolicy policy = policy_for(1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kRefused)), Step::kRetryLater);
  EXPECT_EQ(lookup.retry_delay_us(policy, 3'600'000'000, true, 0.5), limits::kRetryRefusedUs);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kRefused)), Step::kRetryLater);
  EXPECT_EQ(lookup.retry_delay_us(policy, 3'600'000'000, true, 0.5), 2 * limits::kRetryAfterUs);
}

TEST(Lookup, ServfailDoesNotEndAnAttemptThatIsStillOut) {
  const LookupPolicy policy = policy_for(2);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);  // the attempt at resolver 1
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kWait);
  EXPECT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kFound)), Step::kDone);
}

TEST(Lookup, TheWaitForAnAttemptThatIsOutIsBounded) {
  const LookupPolicy policy = policy_for(2, 2, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kWait);
  ASSERT_EQ(lookup.on_timer(policy), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kServfail);
}

// With --tries 1 it never did: a path that drops OPT, or a resolver that begins to fold the case,
// made every domain unknown.
TEST(Lookup, WithOneAttemptARoundTheNextRoundHasNoEdnsAndLowerCase) {
  const LookupPolicy policy = policy_for(1, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  EXPECT_FALSE(lookup.next_try().edns);
  EXPECT_FALSE(lookup.next_try().mixed_case);
}

TEST(Lookup, FormerrIsAskedAgainWithoutEdnsAtTheSameResolver) {
  const LookupPolicy policy = policy_for(2);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, formerr()), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 0);
  EXPECT_FALSE(lookup.next_try().edns);
  EXPECT_EQ(lookup.on_answer(policy, 0, without_edns(said(LookupStatus::kFound))), Step::kDone);
}

TEST(Lookup, FormerrWithoutEdnsIsAFailureLikeAnyOther) {
  const LookupPolicy policy = policy_for(1, 3, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, formerr()), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, without_edns(formerr())), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kMalformed);
}

TEST(Lookup, FormerrToASecondAttemptIsNoFailure) {
  const LookupPolicy policy = policy_for(1, 3, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, formerr()), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, formerr()), Step::kWait);
  EXPECT_EQ(lookup.on_answer(policy, 0, without_edns(said(LookupStatus::kNoData))), Step::kDone);
}

TEST(Lookup, RejectionOfEdnsIsNotTheReportedFailure) {
  const LookupPolicy policy = policy_for(1, 2, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, formerr()), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kTimeout);
}

TEST(Lookup, ATruncatedAnswerIsFetchedOverTcpFromTheSameResolver) {
  const LookupPolicy policy = policy_for(3);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);  // resolver 1
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 0);
  EXPECT_EQ(lookup.next_try().proto, Proto::kTcp);
  EXPECT_EQ(lookup.next_try().wait_us, policy.timeout_us);
  EXPECT_EQ(lookup.on_answer(policy, 0, over_tcp(said(LookupStatus::kFound))), Step::kDone);
}

TEST(Lookup, TruncationCostsNoAttempt) {
  const LookupPolicy policy = policy_for(1, 1, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kSend);
  EXPECT_EQ(lookup.on_timer(policy), Step::kFailed);
}

TEST(Lookup, ASecondTruncatedAnswerDoesNotEndTheTcpAttempt) {
  const LookupPolicy policy = policy_for(1, 2, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kWait);
  EXPECT_EQ(lookup.on_answer(policy, 0, over_tcp(said(LookupStatus::kFound))), Step::kDone);
}

TEST(Lookup, IfTcpIsDroppedNothingIsKnown) {
  const LookupPolicy policy = policy_for(1, 2, 2);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().proto, Proto::kTcp);
  ASSERT_EQ(lookup.on_timer(policy), Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  EXPECT_EQ(lookup.next_try().proto, Proto::kTcp);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kTimeout);
}

TEST(Lookup, TruncationOverTcpIsMalformed) {
  const LookupPolicy policy = policy_for(1, 3, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, truncated()), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, over_tcp(truncated())), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kMalformed);
}

// --- negative answers, if another resolver may say otherwise -----------------------------------

LookupPolicy trusting(uint8_t upstreams, uint32_t trusted, uint32_t tries = 3) {
  LookupPolicy policy = policy_for(upstreams, tries);
  policy.responsive_upstreams = policy.answered_upstreams = trusted;
  return policy;
}

TEST(Lookup, NxdomainFromTwoIsFinal) {
  const LookupPolicy policy = trusting(2, 0b11);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
  EXPECT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kNxDomain)), Step::kDone);
}

TEST(Lookup, APositiveAnswerBeatsANegativeOne) {
  for (LookupStatus status : {LookupStatus::kNxDomain, LookupStatus::kNoData}) {
    const LookupPolicy policy = trusting(2, 0b11);
    Lookup lookup = begun(policy);
    EXPECT_FALSE(lookup.was_denied());
    ASSERT_EQ(lookup.on_answer(policy, 0, said(status)), Step::kSend);
    EXPECT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kFound)), Step::kDone);
    EXPECT_TRUE(lookup.was_denied());
  }
}

// A CNAME without records of its target is neither: the target is asked for.
TEST(Lookup, AnAnswerThatEndsAtACnameNeedsNoSecond) {
  const LookupPolicy policy = trusting(2, 0b11);
  Lookup lookup = begun(policy);
  AnswerFacts facts = said(LookupStatus::kNoData);
  facts.ends_at_cname = true;
  EXPECT_EQ(lookup.on_answer(policy, 0, facts), Step::kDone);
}

TEST(Lookup, AnUnfoundedNodataIsAskedForAgainOnce) {
  const LookupPolicy policy = trusting(1, 0b1);
  Lookup lookup = begun(policy);
  AnswerFacts facts = said(LookupStatus::kNoData);
  facts.is_unfounded = true;
  ASSERT_EQ(lookup.on_answer(policy, 0, facts), Step::kSend);
  EXPECT_EQ(lookup.on_answer(policy, 0, facts), Step::kDone);
}

// The answer that was to confirm it was lost.
TEST(Lookup, AnUnfoundedNodataAloneIsNoDenial) {
  const LookupPolicy policy = trusting(1, 0b1);
  Lookup lookup = begun(policy);
  AnswerFacts facts = said(LookupStatus::kNoData);
  facts.is_unfounded = true;
  Step step = lookup.on_answer(policy, 0, facts);
  while (step == Step::kSend) step = lookup.on_timer(policy);
  EXPECT_EQ(step, Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 0, kRetransmitUs), Step::kSend);
  EXPECT_EQ(lookup.on_answer(policy, 0, facts), Step::kDone);
}

TEST(Lookup, NxdomainFromTheOnlyResponsiveResolverIsFinal) {
  const LookupPolicy policy = trusting(3, 0b001);
  Lookup lookup = begun(policy);
  EXPECT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kDone);
}

// Found by seed 816 of the simulation: over TCP the other resolver gave no answer, and was taken
// for one that is dead.
TEST(Lookup, ATruncatedAnswerIsASignOfLife) {
  LookupPolicy policy = trusting(2, 0b11, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 1, truncated()), Step::kSend);
  policy.unresponsive_upstreams = 0b10;
  EXPECT_FALSE(lookup.is_denied(policy));
  EXPECT_EQ(lookup.on_timer(policy), Step::kRetryLater);
}

TEST(Lookup, TheSecondOpinionCostsNoAttempt) {
  const LookupPolicy policy = trusting(2, 0b11, 1);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  EXPECT_EQ(lookup.on_timer(policy), Step::kRetryLater);
}

TEST(Lookup, TheSameDenialTwiceIsNoSecondOpinion) {
  const LookupPolicy policy = trusting(2, 0b11);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  EXPECT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kWait);
}

TEST(Lookup, IfTheSecondOpinionDoesNotComeTheDenyingResolverIsNotAskedAgain) {
  const LookupPolicy policy = trusting(2, 0b11);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
}

TEST(Lookup, NxdomainAgainstServfailIsUnknown) {
  LookupPolicy policy = trusting(2, 0b11);
  policy.attempts_max = 2;
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kServfail)), Step::kRetryLater);
  ASSERT_EQ(lookup.begin_round(policy, 1, kRetransmitUs), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kServfail)), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kServfail);
}

TEST(Lookup, OfThreeTheThirdDecides) {
  const LookupPolicy policy = trusting(3, 0b111);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  ASSERT_EQ(lookup.on_answer(policy, 1, said(LookupStatus::kServfail)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 2);
  EXPECT_EQ(lookup.on_answer(policy, 2, said(LookupStatus::kNxDomain)), Step::kDone);
}

// --- which resolver is next --------------------------------------------------------------------

TEST(Lookup, PrefersAResponsiveResolver) {
  const LookupPolicy policy = trusting(3, 0b101);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 2);
  Lookup silent = begun(policy);
  ASSERT_EQ(silent.on_timer(policy), Step::kSend);
  EXPECT_EQ(silent.next_try().upstream, 2);
}

TEST(Lookup, SkipsAnUnresponsiveResolver) {
  LookupPolicy policy = trusting(2, 0b11);
  policy.unresponsive_upstreams = 0b10;
  Lookup lookup = begun(policy);
  EXPECT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kServfail)), Step::kRetryLater);
  Lookup lost = begun(policy);
  ASSERT_EQ(lost.on_timer(policy), Step::kSend);
  EXPECT_EQ(lost.next_try().upstream, 0);
}

TEST(Lookup, ADenialNeedsAnUnresponsiveResolverThatCountsAsResponsive) {
  LookupPolicy policy = trusting(2, 0b11);
  policy.unresponsive_upstreams = 0b10;
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kNxDomain)), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
  EXPECT_EQ(lookup.on_no_room(policy), Step::kWait);
  policy.responsive_upstreams = 0b01;  // for half a minute it has not answered
  EXPECT_EQ(lookup.on_no_room(policy), Step::kDenied);
}

TEST(Lookup, WithoutRoomAnotherResolverIsAskedAndNoAttemptCounted) {
  LookupPolicy policy = trusting(3, 0b110);
  policy.unresponsive_upstreams = 0b001;
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_no_room(policy), Step::kSend);
  EXPECT_EQ(lookup.next_try().upstream, 1);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  ASSERT_EQ(lookup.on_timer(policy), Step::kSend);
  EXPECT_EQ(lookup.on_timer(policy), Step::kRetryLater);
}

TEST(Lookup, GivingUpReportsTheLastFailure) {
  const LookupPolicy policy = policy_for(2);
  Lookup lookup = begun(policy);
  ASSERT_EQ(lookup.on_answer(policy, 0, said(LookupStatus::kRefused)), Step::kSend);
  EXPECT_EQ(lookup.give_up(), Step::kFailed);
  EXPECT_EQ(lookup.failure(), LookupStatus::kRefused);
}

}  // namespace
}  // namespace mxbulk::asking
