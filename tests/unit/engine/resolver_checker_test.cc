// The dispatcher's resolver checks.
#include "asking/resolver_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "unit/engine/resolver_checker_fixture.h"

namespace mxbulk::engine {
namespace {

using testing::HasSubstr;

class AnyMisbehaviour : public ResolverCheckerTest,
                        public testing::WithParamInterface<ResolverCheckerTest::Manner> {};

INSTANTIATE_TEST_SUITE_P(Lies, AnyMisbehaviour,
                         testing::Values(ResolverCheckerTest::Manner::kAddresses,
                                         ResolverCheckerTest::Manner::kDenies));

// --- at the start --------------------------------------------------------------------------------

TEST_F(ResolverCheckerTest, NoDomainIsAskedForBeforeEachResolverIsChecked) {
  set_up(3);
  intern_many("d", 5);
  turn();
  ASSERT_EQ(transport_.count(), 3 * kFirstQuestions);
  for (int upstream = 0; upstream < 3; ++upstream) {
    EXPECT_EQ(probes(upstream), 1U);
    EXPECT_EQ(count_asked(RecordType::kSoa, ".", upstream), 1U);
    EXPECT_EQ(top_level_questions(upstream), limits::kTopLevelNames);
  }
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  EXPECT_TRUE(dispatcher_->excluded().empty());
  EXPECT_EQ(reason(4), Reason::kRfc7505);
}

TEST_F(ResolverCheckerTest, RandomNamesAreLongAndOfLettersAndNewEachTime) {
  set_up(2);
  intern_many("d", 1);
  finish();
  std::set<std::string> names;
  for (size_t i = 0; i < transport_.count(); ++i) {
    if (transport_.query(i).letter_case != asking::LetterCase::kTest) continue;
    const std::string name = transport_.name(i);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz."), std::string::npos);
    EXPECT_EQ(name.find('.'), limits::kRandomNameLetters);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), probes());
  EXPECT_GE(names.size(), 3U);  // two at the start, one or two before the end
}

TEST_F(ResolverCheckerTest, NothingIsCheckedIfNoQuestionIsAsked) {
  intern("printer.local");
  intern("x.invalid");
  finish();
  EXPECT_EQ(transport_.count(), 0U);
  EXPECT_EQ(reason(1), Reason::kSpecialUse);
}

TEST_F(ResolverCheckerTest, NamesThatNeedNoQuestionDoNotHoldUpTheStart) {
  intern("printer.local");
  intern_many("d", 1);
  finish();
  EXPECT_EQ(reason(0), Reason::kSpecialUse);
  EXPECT_EQ(reason(1), Reason::kRfc7505);
}

// As one that bears ten queries a second: the test queries use them up.
class RefusedBurst : public ResolverCheckerTest {
 protected:
  void answer(size_t index) override {
    constexpr uint8_t kRefused = 5;
    const bool is_refused = index >= kFirstQuestions && now_us_ < kSecondUs / 2;
    if (!is_refused) return ResolverCheckerTest::answer(index);
    transport_.answer_rcode(dispatcher_->sink(now_us_), index, kRefused);
  }
};

// The run ended after a few milliseconds: the resolver did not answer (REFUSED).
TEST_F(RefusedBurst, OfAResolverThatAnsweredTheTestQueriesIsNoOutage) {
  intern_many("d", 20);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  for (uint32_t i = 0; i < 20; ++i) EXPECT_EQ(reason(i), Reason::kRfc7505);
}

TEST_F(ResolverCheckerTest, AnAddressForANameThatCannotExistEndsTheRun) {
  manners_ = {Manner::kAddresses};
  intern_many("d", 3);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("resolver0 gave the address 8.8.8.8 for "));
  EXPECT_THAT(message(), HasSubstr(".invalid, a name that does not exist"));
  EXPECT_THAT(message(), HasSubstr("--resolver"));
  EXPECT_EQ(count_asked(RecordType::kMx, ""), 0U);
}

TEST_F(ResolverCheckerTest, ADenialOfTheRootEndsTheRun) {
  manners_ = {Manner::kDenies};
  intern_many("d", 3);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("denies that the root of all names exists"));
}

// With a resolver that is down, each line gets a record; with one that gives false answers, none.
TEST_F(ResolverCheckerTest, AFalseAnswerAlsoEndsARunThatContinuesWithoutAResolver) {
  set_up(1, {}, 0, true);
  manners_ = {Manner::kDenies};
  intern_many("d", 3);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
}

TEST_P(AnyMisbehaviour, OfOneOfThreeExcludesThatOne) {
  set_up(3);
  manners_[1] = GetParam();
  intern_many("d", 20);
  intern_many("gone", 20, false);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  ASSERT_EQ(dispatcher_->excluded().size(), 1U);
  EXPECT_THAT(dispatcher_->excluded()[0], HasSubstr("resolver1 "));
  for (size_t i = 0; i < transport_.count(); ++i) {
    const bool is_own = transport_.query(i).type == RecordType::kSoa || is_random_name(i);
    EXPECT_TRUE(is_own || transport_.query(i).upstream != 1) << transport_.name(i);
  }
}

TEST_F(ResolverCheckerTest, IfAllMisbehaveTheMessageNamesEach) {
  set_up(2);
  manners_ = {Manner::kAddresses, Manner::kDenies};
  intern_many("d", 3);
  finish();
  EXPECT_THAT(message(), HasSubstr("resolver0 gave the address"));
  EXPECT_THAT(message(), HasSubstr("resolver1 denies"));
}

TEST_F(ResolverCheckerTest, AnUnansweredTestQueryDelaysTheStartByASecondOnly) {
  intern_many("d", 3);
  turn();
  for (size_t i = 0; i < 2; ++i) {
    if (transport_.query(i).type == RecordType::kSoa) answer(i);
  }
  turn();
  EXPECT_EQ(count_asked(RecordType::kMx, ""), 0U);
  EXPECT_LE(dispatcher_->next_wake_us(), limits::kFirstCheckWaitUs);
  now_us_ = limits::kFirstCheckWaitUs;
  turn();
  EXPECT_EQ(count_asked(RecordType::kMx, ""), 3U);
  for (size_t i = 0; i < transport_.count(); ++i) {
    if (transport_.query(i).type == RecordType::kMx) {
      EXPECT_EQ(transport_.query(i).letter_case, asking::LetterCase::kLower);
    }
  }
}

TEST_F(ResolverCheckerTest, TestQueriesKeepTheRateLimit) {
  set_up(4, {}, 1);
  intern_many("d", 1);
  turn();
  EXPECT_EQ(transport_.count(), 1U);
  while (transport_.count() < 4 * kFirstQuestions) {
    now_us_ = dispatcher_->next_wake_us();
    settle();
  }
  EXPECT_GE(now_us_, static_cast<int64_t>(4 * kFirstQuestions - 1) * kSecondUs);
  EXPECT_EQ(count_asked(RecordType::kMx, ""), 0U);
}

// --- the letters' case ---------------------------------------------------------------------------

TEST_F(ResolverCheckerTest, AResolverThatKeepsTheCaseIsAskedInMixedCase) {
  set_up(2);
  manners_[1] = Manner::kFoldsCase;
  intern_many("d", 20);
  finish();
  for (size_t i = 0; i < transport_.count(); ++i) {
    const asking::DnsQuery& query = transport_.query(i);
    if (query.type != RecordType::kMx) continue;
    EXPECT_EQ(query.letter_case,
              query.upstream == 0 ? asking::LetterCase::kMixed : asking::LetterCase::kLower);
  }
  EXPECT_GT(count_asked(RecordType::kMx, "", 0), 0U);
  EXPECT_GT(count_asked(RecordType::kMx, "", 1), 0U);
}

// One resolver denies names that the other one does not answer about.
class SoleDenialTest : public ResolverCheckerTest {
 protected:
  void answer(size_t index) override {
    if (!transport_.name(index).starts_with("silent")) {
      ResolverCheckerTest::answer(index);
    } else if (transport_.query(index).upstream == 0) {
      transport_.answer_rcode(dispatcher_->sink(now_us_), index, kNxdomain);
    }
  }
  void begin() {
    set_up(2);
    intern_many("d", 10);
    settle();
    intern_many("silent", kSilent, false);
  }
  [[nodiscard]] size_t with_reason(Reason reason) const {
    size_t count = 0;
    for (uint32_t i = 0; i < domains_.size(); ++i) {
      if (domains_.record(DomainId(i)).reason == reason) ++count;
    }
    return count;
  }
  static constexpr size_t kSilent = 20;
};

// Found by seed 1530 of the simulation: the last names of the run had no answer, so a good resolver
// was taken for dead, and the false denials of another for the last word.
TEST_F(SoleDenialTest, CountsForNothingIfOnlyTheNamesAreUnresponsive) {
  begin();
  finish();
  EXPECT_EQ(with_reason(Reason::kDnsTimeout), kSilent);
}

TEST_F(SoleDenialTest, CountsIfTheOtherResolverHasDied) {
  begin();
  manners_[1] = Manner::kUnresponsive;
  finish();
  EXPECT_EQ(with_reason(Reason::kNxdomain), kSilent);
}

TEST_F(ResolverCheckerTest, TheLastAttemptIsInLowerCase) {
  intern_many("d", 1);
  settle();
  manners_ = {Manner::kUnresponsive};
  intern("later.test");
  const size_t before = transport_.count();
  settle();
  while (transport_.count() < before + 3) {
    now_us_ = dispatcher_->next_wake_us();
    turn();
  }
  EXPECT_EQ(transport_.query(before).letter_case, asking::LetterCase::kMixed);
  EXPECT_EQ(transport_.query(before + 1).letter_case, asking::LetterCase::kMixed);
  EXPECT_EQ(transport_.query(before + 2).letter_case, asking::LetterCase::kLower);
}

TEST_F(ResolverCheckerTest, AResolverThatBeginsToFoldTheCaseIsSoonAskedInLowerCase) {
  intern_many("d", 1);
  settle();
  intern_many("late", limits::kMixedUnansweredMax);
  const auto lose_mixed = [&] {
    for (; answered_ < transport_.count(); ++answered_) {
      if (transport_.query(answered_).letter_case != asking::LetterCase::kMixed) answer(answered_);
    }
  };
  for (int guard = 0; guard < 100 && !dispatcher_->idle(); ++guard) {
    turn();
    lose_mixed();
    if (!dispatcher_->idle()) now_us_ = dispatcher_->next_wake_us();
  }
  ASSERT_TRUE(dispatcher_->idle());
  intern("last.test");
  ++now_us_;
  turn();
  EXPECT_EQ(transport_.query(transport_.count() - 1).letter_case, asking::LetterCase::kLower);
}

// --- in mid-run and at the end -------------------------------------------------------------------

TEST_F(ResolverCheckerTest, IsCheckedAgainAfterManyDomains) {
  intern_many("d", limits::kCheckEveryDomains - 1);
  settle();
  EXPECT_EQ(probes(), 1U);
  intern_many("e", 2);
  settle();
  EXPECT_EQ(probes(), 2U);
}

TEST_F(ResolverCheckerTest, IsCheckedAgainAfterATime) {
  intern_many("d", 5);
  settle();
  EXPECT_EQ(probes(), 1U);
  now_us_ += limits::kCheckEveryUs;
  settle();
  EXPECT_EQ(probes(), 2U);
  now_us_ += limits::kCheckEveryUs;
  settle();
  EXPECT_EQ(probes(), 2U) << "no query since";
}

TEST_F(ResolverCheckerTest, IsCheckedAgainBeforeTheRunEnds) {
  intern_many("d", 5);
  settle();
  EXPECT_TRUE(dispatcher_->idle());
  EXPECT_FALSE(dispatcher_->finished());
  is_closed_ = true;
  turn();
  EXPECT_EQ(probes(), 2U);
  EXPECT_FALSE(dispatcher_->finished());
  settle();
  EXPECT_TRUE(dispatcher_->finished());
}

// Found by seed 363 of the simulation: no reply was due that could cause the turn of the last
// check, and the run never ended.
TEST_F(ResolverCheckerTest, IsCheckedAgainIfTheLastDomainNeedsNoQuery) {
  intern_many("d", 5);
  settle();
  intern("printer.local");
  is_closed_ = true;
  turn();
  EXPECT_LE(dispatcher_->next_wake_us(), now_us_);
  turn();
  EXPECT_EQ(probes(), 2U);
}

TEST_P(AnyMisbehaviour, InMidRunEndsTheRun) {
  intern_many("d", 5);
  settle();
  ASSERT_TRUE(dispatcher_->failure().ok());
  manners_ = {GetParam()};
  intern("late.test");
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), HasSubstr("during the run"));
}

// Of three: each denial was confirmed by a good resolver, so the verdicts are valid.
TEST_F(ResolverCheckerTest, AResolverThatDeniesAllFromMidRunOnIsExcludedIfOthersConfirmed) {
  set_up(3);
  intern_many("d", 20);
  settle();
  manners_[2] = Manner::kDenies;
  intern_many("e", 20);
  intern_many("gone", 20, false);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  EXPECT_EQ(dispatcher_->excluded().size(), 1U);
  for (uint32_t i = 0; i < domains_.size(); ++i) {
    EXPECT_EQ(reason(i), i < 40 ? Reason::kRfc7505 : Reason::kNxdomain);
  }
}

// Two resolvers that deny everything confirm each other.
TEST_F(ResolverCheckerTest, TwoThatConfirmEachOthersDenialsEndTheRun) {
  set_up(2);
  intern_many("d", 20);
  settle();
  manners_ = {Manner::kDenies, Manner::kDenies};
  intern_many("e", 40);
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
}

// The first is excluded while its denial waits for confirmation.
class LateExclusionTest : public ResolverCheckerTest {
 protected:
  void exclude_after_its_denial(size_t resolvers) {
    set_up(resolvers);
    intern_many("d", 1);
    turn();
    now_us_ = limits::kFirstCheckWaitUs;
    turn();
    for (uint8_t other = 1; other < resolvers; ++other) {
      deny(RecordType::kA, other);  // random names, as is right: the others are there
    }
    deny(RecordType::kMx, 0);
    deny(RecordType::kSoa, 0);
    ASSERT_EQ(dispatcher_->excluded().size(), 1U);
  }
  // The last query of `type` to that resolver.
  void deny(RecordType type, uint8_t upstream) {
    for (size_t i = transport_.count(); i-- > 0;) {
      const asking::DnsQuery& query = transport_.query(i);
      if (query.type != type || query.upstream != upstream) continue;
      transport_.answer_rcode(dispatcher_->sink(now_us_), i, kNxdomain);
      return;
    }
    FAIL() << "it was not asked";
  }
};

TEST_F(LateExclusionTest, AThirdResolverIsAskedInItsPlace) {
  exclude_after_its_denial(3);
  size_t next = transport_.count();  // the third resolver gets what follows
  deny(RecordType::kMx, 1);
  while (next < transport_.count()) {
    transport_.answer(dispatcher_->sink(now_us_), next++, world_);
  }
  turn();
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_EQ(reason(0), Reason::kRfc7505);
  deny(RecordType::kSoa, 1);
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
}

// The denial then counted as shared.
TEST_F(LateExclusionTest, ItsDenialDoesNotExcuseThatOfTheOnlyOther) {
  exclude_after_its_denial(2);
  deny(RecordType::kMx, 1);
  deny(RecordType::kA, 1);
  turn();
  ASSERT_TRUE(dispatcher_->idle());
  ASSERT_EQ(reason(0), Reason::kNxdomain);
  ASSERT_TRUE(dispatcher_->failure().ok()) << message();
  deny(RecordType::kSoa, 1);
  EXPECT_THAT(message(), HasSubstr("answers became wrong during the run"));
}

TEST_F(ResolverCheckerTest, UnansweredTestQueriesDelayTheEndByASecondOnly) {
  intern_many("d", 3);
  finish_without_random_names();
  EXPECT_LE(now_us_, 3 * kSecondUs);
}

// The wait was long enough only for the first resolver's questions.
TEST_F(ResolverCheckerTest, UnderARateLimitTheEndWaitsForTheTestQueriesToAllResolvers) {
  const std::vector<std::string> canaries = {"c0.canary", "c1.canary", "c2.canary"};
  set_up(2, canaries, 2);
  for (const std::string& canary : canaries) add_mx(canary);
  intern_many("d", 2);
  intern_many("gone", 2, false);  // the other resolver answers too
  finish_without_random_names();
  for (const int upstream : {0, 1}) {
    EXPECT_EQ(count_asked(RecordType::kMx, ".canary", upstream), 2 * canaries.size()) << upstream;
  }
}

}  // namespace
}  // namespace mxbulk::engine
