#include "engine/lookup_runner.h"

#include <gtest/gtest.h>

#include <optional>

#include "unit/engine/scripted_transport.h"

namespace mxbulk::engine {
namespace {

constexpr uint8_t kFormerr = 1;
constexpr uint8_t kServfail = 2;
constexpr int64_t kSecondUs = 1'000'000;

class RecordingSink final : public LookupSink {
 public:
  struct Report {
    OwnerToken owner;
    LookupStatus status;
    uint8_t upstream;
    uint8_t rcode;
    int64_t asked_us;
    uint32_t ttl_s;
    bool via_cname;
    std::vector<std::string> exchanges;
    size_t addresses;
    bool resolvers_disagree;
  };

  void on_lookup(const LookupReport& report) override {
    Report kept{report.owner,
                report.outcome.status,
                report.upstream,
                report.outcome.rcode,
                report.asked_us,
                report.outcome.ttl_s,
                report.outcome.via_cname,
                {},
                report.outcome.addresses.size(),
                report.outcome.resolvers_disagree};
    for (const MxRecord& mx : report.outcome.mx) kept.exchanges.push_back(to_text(mx.exchange));
    reports.push_back(std::move(kept));
  }
  void on_round_failed() override { ++rounds_failed; }
  void on_good_answer() override { ++good_answers; }

  std::vector<Report> reports;
  int rounds_failed = 0;
  int good_answers = 0;
};

class LookupRunnerTest : public testing::Test {
 protected:
  LookupRunnerTest() {
    world_.add("d.test").mx = {.fate = test::Fate::kData, .ttl_s = 300, .mx = {{10, "mx.d.test"}}};
    set_up({});
  }

  struct Setup {
    size_t upstreams = 1;
    uint32_t concurrency = 0;
    uint32_t qps = 0;
  };
  void set_up(const Setup& setup) {
    LookupSettings settings;
    for (size_t i = 0; i < setup.upstreams; ++i) {
      settings.upstream_names.push_back(std::to_string(i));
    }
    settings.concurrency = setup.concurrency;
    settings.qps = setup.qps;
    runner_.emplace(settings, transport_, hosts_, sink_, nullptr);
    turn(1);
  }

  void turn(int64_t now_us, bool nothing_else = false) {
    now_us_ = now_us;
    runner_->turn(now_us, nothing_else);
  }
  void start(const DomainName& name, OwnerToken owner = 7, int64_t budget_us = 20 * kSecondUs) {
    runner_->start({.owner = owner, .name = name.view(), .budget_us = budget_us});
  }
  // Fires timers one after the other until `count` queries were sent or nothing is due by `end_us`.
  void run_until(size_t count, int64_t end_us) {
    while (transport_.count() < count && runner_->next_wake_us() <= end_us) {
      turn(std::max(now_us_, runner_->next_wake_us()));
    }
  }
  // The transport's part of a timeout.
  void time_out_all(size_t from = 0) {
    for (size_t i = from; i < transport_.count(); ++i) {
      transport_.fail(*runner_, i, ReplyKind::kTimeout);
    }
  }

  const DomainName name_ = *DomainName::from_text("d.test");
  const DomainName other_ = *DomainName::from_text("other.test");
  test::World world_;
  ScriptedTransport transport_;
  table::HostTable hosts_;
  RecordingSink sink_;
  std::optional<LookupRunner> runner_;
  int64_t now_us_ = 0;
};

TEST_F(LookupRunnerTest, AnAnswerBecomesAnOutcomeWithInternedExchanges) {
  start(name_);
  ASSERT_EQ(transport_.count(), 1U);
  EXPECT_EQ(runner_->in_flight(), 1U);
  turn(5'000);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].owner, 7U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_EQ(sink_.reports[0].exchanges, std::vector<std::string>{"mx.d.test"});
  EXPECT_EQ(sink_.reports[0].ttl_s, 300U);
  EXPECT_EQ(sink_.reports[0].asked_us, 4'999);
  EXPECT_EQ(hosts_.size(), 1U);
  EXPECT_TRUE(runner_->idle());
  EXPECT_EQ(runner_->in_flight(), 0U);
}

TEST_F(LookupRunnerTest, SilenceIsAskedThreeTimesTwiceAndEndsInTimeout) {
  start(name_);
  run_until(3, 10 * kSecondUs);
  EXPECT_EQ(transport_.count(), 3U);
  while (sink_.rounds_failed == 0) turn(runner_->next_wake_us());
  EXPECT_EQ(runner_->busy(), 0U);
  EXPECT_FALSE(runner_->idle());
  const int64_t parked_us = now_us_;
  run_until(4, 60 * kSecondUs);
  EXPECT_GE(now_us_ - parked_us, limits::kSlowLaneAfterUs);
  while (!runner_->idle()) turn(runner_->next_wake_us());
  EXPECT_EQ(transport_.count(), 6U);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kTimeout);
  EXPECT_EQ(runner_->counters().retries, 5U);
}

TEST_F(LookupRunnerTest, TheSlowLaneDoesNotWaitWhereNothingElseIsLeft) {
  start(name_);
  transport_.answer_rcode(*runner_, 0, kServfail);
  turn(2, true);
  EXPECT_EQ(transport_.count(), 2U);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, TheSlowLaneWaitsWhileOthersAreAsked) {
  start(name_);
  start(other_, 8);
  transport_.answer_rcode(*runner_, 0, kServfail);
  turn(2, true);
  EXPECT_EQ(transport_.count(), 2U);
}

TEST_F(LookupRunnerTest, TimeInTheSlowLaneIsNoAskingTime) {
  start(name_);
  turn(1'001);
  transport_.answer_rcode(*runner_, 0, kServfail);
  run_until(2, 60 * kSecondUs);
  turn(now_us_ + 1'000);
  transport_.answer_rcode(*runner_, 1, kServfail);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kServfail);
  EXPECT_EQ(sink_.reports[0].rcode, kServfail);
  EXPECT_EQ(sink_.reports[0].asked_us, 2'000);
}

TEST_F(LookupRunnerTest, TimeThatARetryWaitsForRoomIsNoAskingTime) {
  set_up({.concurrency = 1});
  start(name_, 7, 2 * kSecondUs);
  start(other_, 8, 60 * kSecondUs);  // waits for room
  turn(400'001);                     // the first try is given up: its room goes to the other
  ASSERT_EQ(transport_.count(), 2U);
  turn(3 * kSecondUs);  // now the other's is given up, and the retry goes out
  ASSERT_EQ(transport_.count(), 3U);
  transport_.answer(*runner_, 2, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].owner, 7U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_LT(sink_.reports[0].asked_us, kSecondUs);
}

TEST_F(LookupRunnerTest, ALostTryMakesRoomAndItsLateAnswerStillCounts) {
  set_up({.concurrency = 1});
  start(name_);
  turn(400'001);
  EXPECT_EQ(transport_.count(), 2U);  // the retry took the room
  EXPECT_EQ(runner_->in_flight(), 1U);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_EQ(runner_->in_flight(), 0U);
}

TEST_F(LookupRunnerTest, AnAnswerThatComesInTheSlowLaneEndsTheLookup) {
  start(name_);
  start(other_, 8);
  while (sink_.rounds_failed < 2) turn(runner_->next_wake_us());
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].owner, 7U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_FALSE(runner_->idle());
  while (!runner_->idle()) turn(runner_->next_wake_us());
  EXPECT_EQ(sink_.reports.size(), 2U);
}

TEST_F(LookupRunnerTest, ATruncatedAnswerInTheSlowLaneLeavesItThere) {
  start(name_);
  while (sink_.rounds_failed < 1) turn(runner_->next_wake_us());
  transport_.answer_truncated(*runner_, 0);
  while (!runner_->idle()) turn(runner_->next_wake_us());  // ends: nothing is forgotten
  EXPECT_EQ(sink_.reports.size(), 1U);
}

TEST_F(LookupRunnerTest, TheBudgetEndsAQuestionThatNobodyAnswers) {
  start(name_, 7, kSecondUs);
  while (!runner_->idle()) turn(runner_->next_wake_us());
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kTimeout);
  EXPECT_LE(sink_.reports[0].asked_us, 2 * kSecondUs);
  EXPECT_LT(transport_.count(), 3U);
}

TEST_F(LookupRunnerTest, ALateCopyOfAFinishedLookupIsDropped) {
  start(name_);
  run_until(2, kSecondUs);
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(*runner_, 1, world_);
  start(other_, 8);  // takes the same slot
  transport_.answer(*runner_, 0, world_);
  EXPECT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(runner_->in_flight(), 1U);
}

TEST_F(LookupRunnerTest, AnEarlierCopyMayBringTheAnswer) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  transport_.fail(*runner_, 1, ReplyKind::kTimeout);
  EXPECT_EQ(runner_->in_flight(), 0U);
}

TEST_F(LookupRunnerTest, LocalTroubleIsNoAnswer) {
  start(name_);
  transport_.fail(*runner_, 0, ReplyKind::kLocalTrouble);
  EXPECT_TRUE(sink_.reports.empty());
  run_until(2, kSecondUs);
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, ServfailIsAskedOfTheOtherResolver) {
  set_up({.upstreams = 2});
  start(name_);
  const uint8_t first = transport_.query(0).upstream;
  transport_.answer_rcode(*runner_, 0, kServfail);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_NE(transport_.query(1).upstream, first);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].upstream, transport_.query(1).upstream);
}

TEST_F(LookupRunnerTest, FormerrIsAskedAgainWithoutEdns) {
  start(name_);
  EXPECT_TRUE(transport_.query(0).edns);
  transport_.answer_rcode(*runner_, 0, kFormerr);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_FALSE(transport_.query(1).edns);
  transport_.answer(*runner_, 1, world_);
  EXPECT_EQ(sink_.reports.size(), 1U);
}

TEST_F(LookupRunnerTest, TwoTruncatedCopiesAreFetchedOverTcpOnce) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.send(*runner_, 0, test::truncated_answer(transport_.question(0)));
  ASSERT_EQ(transport_.count(), 3U);
  EXPECT_EQ(transport_.query(2).proto, Proto::kTcp);
  transport_.send(*runner_, 1, test::truncated_answer(transport_.question(1)));
  EXPECT_EQ(transport_.count(), 3U);
  EXPECT_EQ(sink_.rounds_failed, 0);
  transport_.answer(*runner_, 2, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
}

// It was taken out of the slow lane for an answer that started nothing, and never asked again.
TEST_F(LookupRunnerTest, ALateTruncatedCopyLeavesTheSlowLaneAsItIs) {
  start(name_);
  run_until(2, kSecondUs);
  transport_.send(*runner_, 0, test::truncated_answer(transport_.question(0)));
  while (sink_.rounds_failed == 0) turn(runner_->next_wake_us());
  const size_t asked = transport_.count();
  transport_.send(*runner_, 1, test::truncated_answer(transport_.question(1)));
  EXPECT_EQ(runner_->busy(), 0U);
  run_until(asked + 1, 60 * kSecondUs);
  ASSERT_EQ(transport_.count(), asked + 1);
  transport_.answer(*runner_, asked, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
}

TEST_F(LookupRunnerTest, GarbageIsMalformedAfterAllRounds) {
  start(name_);
  transport_.send(*runner_, 0, test::garbage_answer(transport_.question(0)));
  turn(2, true);
  transport_.send(*runner_, 1, test::garbage_answer(transport_.question(1)));
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kMalformed);
}

// --- CNAMEs that the resolver leaves to us ---------------------------------------------------

class ChasingRunnerTest : public LookupRunnerTest {
 protected:
  // d0.test -> d1.test -> ... -> the one with MX, `links` links away; one link an answer.
  void make_chain(size_t links) {
    for (size_t i = 0; i < links; ++i) {
      test::Node& node = world_.add("d" + std::to_string(i) + ".test");
      node.cname = "d" + std::to_string(i + 1) + ".test";
      node.cname_ttl_s = 100 + static_cast<uint32_t>(i);
    }
    world_.add("d" + std::to_string(links) + ".test").mx = {
        .fate = test::Fate::kData, .ttl_s = 300, .mx = {{10, "mx.d.test"}}};
  }
  void answer(size_t index, bool one_link) {
    const test::ResolverHabits habits{.one_link = one_link};
    transport_.send(*runner_, index,
                    test::answer_of(world_, transport_.question(index), habits).bytes);
  }
  void answer_all_by_links(size_t from = 0) {
    for (size_t i = from; sink_.reports.empty() && i < transport_.count(); ++i) answer(i, true);
  }

  const DomainName first_ = *DomainName::from_text("d0.test");
};

TEST_F(ChasingRunnerTest, FollowsTheChainToItsEnd) {
  make_chain(2);
  start(first_);
  answer(0, true);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.name(1), "d1.test");
  answer_all_by_links(1);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_TRUE(sink_.reports[0].via_cname);
  EXPECT_EQ(sink_.reports[0].ttl_s, 100U);  // the least on the way
}

TEST_F(ChasingRunnerTest, EightLinksAreFollowed) {
  make_chain(limits::kCnameLinksMax);
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
}

TEST_F(ChasingRunnerTest, NineLinksAreALoop) {
  make_chain(limits::kCnameLinksMax + 1);
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kCnameLoop);
}

TEST_F(ChasingRunnerTest, LinksCountTheSameInWhateverAnswersTheyCome) {
  make_chain(limits::kCnameLinksMax + 1);
  start(first_);
  for (size_t i = 0; i < 4; ++i) answer(i, true);
  answer(4, false);  // the other five links and the records, all in one
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kCnameLoop);
}

TEST_F(ChasingRunnerTest, ALoopEnds) {
  world_.add("d0.test").cname = "d1.test";
  world_.add("d1.test").cname = "d0.test";
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kCnameLoop);
  EXPECT_EQ(transport_.count(), limits::kCnameLinksMax + 1);
}

// --- how much at once ------------------------------------------------------------------------

TEST_F(LookupRunnerTest, WhatFindsNoRoomIsSentWhenThereIsSome) {
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

// The watch's question would else wait behind all those that nobody answers.
TEST_F(LookupRunnerTest, AnUrgentQuestionWaitsForNoRoom) {
  set_up({.concurrency = 1});
  start(name_);
  start(name_, 8);
  EXPECT_EQ(transport_.count(), 1U);
  runner_->start({.name = other_.view(), .budget_us = 20 * kSecondUs, .is_urgent = true});
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.name(1), "other.test");
}

TEST_F(LookupRunnerTest, TheRateIsKept) {
  set_up({.qps = 10});
  for (OwnerToken owner = 0; owner < 5; ++owner) start(name_, owner);
  EXPECT_EQ(transport_.count(), 1U);
  run_until(5, 300'000);
  EXPECT_LE(transport_.count(), 4U);
  run_until(5, kSecondUs);
  EXPECT_EQ(transport_.count(), 5U);
}

TEST_F(LookupRunnerTest, WakesForANewDomainAsSoonAsTheRateAllows) {
  set_up({.qps = 100});
  start(name_);
  transport_.answer(*runner_, 0, world_);
  ASSERT_TRUE(runner_->idle());
  ASSERT_FALSE(runner_->has_room());
  EXPECT_LE(runner_->next_wake_us(), now_us_ + 11'000);
  turn(runner_->next_wake_us());
  EXPECT_TRUE(runner_->has_room());
}

TEST_F(LookupRunnerTest, AResolverThatDeniesWhatAnotherKnowsIsNotBelieved) {
  set_up({.upstreams = 2});
  start(name_);
  transport_.answer_rcode(*runner_, 0, 3);
  EXPECT_TRUE(sink_.reports.empty());
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_NE(transport_.query(1).upstream, transport_.query(0).upstream);
  transport_.answer(*runner_, 1, world_);
  ASSERT_EQ(sink_.reports.size(), 1U);
  EXPECT_EQ(sink_.reports[0].status, LookupStatus::kFound);
  EXPECT_TRUE(sink_.reports[0].resolvers_disagree);
}

TEST_F(LookupRunnerTest, ASecondOpinionIsAskedElsewhere) {
  set_up({.upstreams = 3});
  for (int avoid = 0; avoid < 3; ++avoid) {
    runner_->start({.name = name_.view(), .budget_us = kSecondUs, .avoid_upstream = avoid});
    EXPECT_NE(transport_.query(transport_.count() - 1).upstream, avoid);
  }
}

}  // namespace
}  // namespace mxbulk::engine
