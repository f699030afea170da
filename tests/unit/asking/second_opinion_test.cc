// Negative answers of one of several resolvers: whose second opinion is asked for, and what follows
// if it does not come.
#include "unit/asking/lookup_runner_fixture.h"

namespace mxbulk::asking {
namespace {

class SecondOpinionTest : public LookupRunnerTest {
 protected:
  // A question whose NODATA needs no confirmation, at the first of two resolvers.
  void start_accepting_nodata() {
    set_up({.upstreams = 2});
    runner_->start({.client = &client_,
                    .token = 7,
                    .name = name_.view(),
                    .budget_us = kSecondUs,
                    .accepts_nodata = true});
  }
};

TEST_F(SecondOpinionTest, AResolverThatNeverAnsweredIsNotWaitedForLongerThanARound) {
  set_up({.upstreams = 2});
  start(name_);
  ASSERT_EQ(transport_.query(0).upstream, 0U);
  transport_.answer_rcode(*runner_, 0, kNxdomain);
  EXPECT_TRUE(client_.reports.empty());
  while (client_.reports.empty()) turn(runner_->next_wake_us());
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kNxDomain);
  EXPECT_EQ(client_.reports[0].rcode, kNxdomain);
  EXPECT_LT(now_us_, 5 * kSecondUs);
}

TEST_F(SecondOpinionTest, ARefusingResolverThatNeverAnsweredDoesNotBlockADenial) {
  set_up({.upstreams = 2});
  start(name_);
  transport_.answer_rcode(*runner_, 0, kNxdomain);
  ASSERT_EQ(transport_.query(1).upstream, 1U);
  transport_.answer_rcode(*runner_, 1, 5);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kNxDomain);
}

TEST_F(SecondOpinionTest, AResolverThatHasDiedBlocksADenialOnlyUntilThatIsKnown) {
  set_up({.upstreams = 2});
  answer_at_both();
  std::vector<DomainName> names;
  for (int i = 0; i < 8; ++i) {
    names.push_back(*DomainName::from_text("absent" + std::to_string(i) + ".test"));
  }
  size_t replied = transport_.count();
  for (const DomainName& name : names) start(name, 9);
  start_liveness_test(1);
  while (!runner_->idle()) {
    for (; replied < transport_.count(); ++replied) {
      if (transport_.query(replied).upstream == 0) {
        transport_.answer_rcode(*runner_, replied, kNxdomain);
      }
    }
    if (!runner_->idle()) turn(runner_->next_wake_us());
  }
  ASSERT_EQ(client_.reports.size(), 2 + names.size());
  for (size_t i = 2; i < client_.reports.size(); ++i) {
    EXPECT_EQ(client_.reports[i].status, LookupStatus::kNxDomain);
  }
}

// It was excluded after its answer, and the other resolver is dead: the false denial was the
// verdict.
TEST_F(SecondOpinionTest, TheDenialOfAnExcludedResolverIsNone) {
  for (const uint8_t rcode : {uint8_t{0}, kNxdomain}) {
    client_.reports.clear();
    const size_t asked = transport_.count();
    set_up({.upstreams = 2});
    start(name_);
    ASSERT_EQ(transport_.query(asked).upstream, 0U);
    transport_.answer_rcode(*runner_, asked, rcode);
    runner_->exclude(0);
    while (client_.reports.empty()) turn(runner_->next_wake_us());
    EXPECT_EQ(client_.reports[0].status, LookupStatus::kTimeout);
  }
}

TEST_F(SecondOpinionTest, NodataFromTwoIsFinal) {
  set_up({.upstreams = 2});
  start(name_);
  transport_.answer_rcode(*runner_, 0, 0);
  transport_.answer_rcode(*runner_, 1, 0);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kNoData);
  EXPECT_FALSE(client_.reports[0].resolvers_disagree);
}

TEST_F(SecondOpinionTest, OfNodataAndNxdomainNodataIsRightInEitherOrder) {
  for (const auto& [first, second] : {std::pair{0, 3}, std::pair{3, 0}}) {
    client_.reports.clear();
    const size_t asked = transport_.count();
    set_up({.upstreams = 2});
    start(name_);
    transport_.answer_rcode(*runner_, asked, static_cast<uint8_t>(first));
    transport_.answer_rcode(*runner_, asked + 1, static_cast<uint8_t>(second));
    ASSERT_EQ(client_.reports.size(), 1U);
    EXPECT_EQ(client_.reports[0].status, LookupStatus::kNoData);
    EXPECT_EQ(client_.reports[0].rcode, 0);
    EXPECT_TRUE(client_.reports[0].resolvers_disagree);
  }
}

TEST_F(SecondOpinionTest, NodataIsAcceptedAtOnceIfNoVerdictRestsOnIt) {
  start_accepting_nodata();
  transport_.answer_rcode(*runner_, 0, 0);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kNoData);
}

TEST_F(SecondOpinionTest, AnAcceptedNodataBeatsAnEarlierDenial) {
  start_accepting_nodata();
  transport_.answer_rcode(*runner_, 0, kNxdomain);
  transport_.answer_rcode(*runner_, 1, 0);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kNoData);
}

TEST_F(SecondOpinionTest, DoesNotWaitForTheSecondOpinionOfAnUnresponsiveResolver) {
  set_up({.upstreams = 2});
  start(name_);
  const uint8_t good = transport_.query(0).upstream;
  transport_.answer(*runner_, 0, world_);
  for (uint64_t token = 0; token < 8; ++token) {
    runner_->start({.client = &client_,
                    .token = token,
                    .name = name_.view(),
                    .budget_us = 20 * kSecondUs,
                    .avoid_upstream = good});
  }
  turn(401'000);  // what the other did not answer counts against it
  const size_t asked = transport_.count();
  runner_->start({.name = name_.view(), .budget_us = kSecondUs, .avoid_upstream = good});
  ASSERT_EQ(transport_.count(), asked + 1);
  EXPECT_EQ(transport_.query(asked).upstream, good);
}

TEST_F(SecondOpinionTest, ANegativeAnswerThatAnotherResolverContradictsIsIgnored) {
  for (const uint8_t rcode : {uint8_t{0}, kNxdomain}) {
    client_.reports.clear();
    const size_t asked = transport_.count();
    set_up({.upstreams = 2});
    start(name_);
    transport_.answer_rcode(*runner_, asked, rcode);
    EXPECT_TRUE(client_.reports.empty());
    ASSERT_EQ(transport_.count(), asked + 2);
    EXPECT_NE(transport_.query(asked + 1).upstream, transport_.query(asked).upstream);
    transport_.answer(*runner_, asked + 1, world_);
    ASSERT_EQ(client_.reports.size(), 1U);
    EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
    EXPECT_TRUE(client_.reports[0].resolvers_disagree);
  }
}

TEST_F(SecondOpinionTest, AfterAPauseASecondResolverIsAskedToo) {
  set_up({.upstreams = 2});
  answer_at_both();
  turn(now_us_ + 2 * limits::kResponsiveUs);
  client_.reports.clear();
  const size_t asked = transport_.count();
  start(name_);
  transport_.answer_rcode(*runner_, asked, kNxdomain);
  EXPECT_TRUE(client_.reports.empty());
  ASSERT_EQ(transport_.count(), asked + 2);
  transport_.answer(*runner_, asked + 1, world_);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

TEST_F(SecondOpinionTest, ASecondOpinionComesFromAnotherResolver) {
  set_up({.upstreams = 3});
  for (int avoid = 0; avoid < 3; ++avoid) {
    runner_->start({.name = name_.view(), .budget_us = kSecondUs, .avoid_upstream = avoid});
    EXPECT_NE(transport_.query(transport_.count() - 1).upstream, avoid);
  }
}

}  // namespace
}  // namespace mxbulk::asking
