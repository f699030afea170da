#include "asking/honesty.h"

#include <gtest/gtest.h>

namespace mxbulk::asking {
namespace {

using enum LookupStatus;

// A check with these answers of the name that cannot exist and of the root.
Lie check(Honesty& honesty, LookupStatus probe, LookupStatus root) {
  honesty.begin_check(0, 0);
  honesty.on_probe(probe);
  honesty.on_root(root);
  return honesty.judge(true);
}
Lie good_check(Honesty& honesty) {
  return check(honesty, kNxDomain, kFound);
}

TEST(Honesty, WhoKnowsTheRootAndNoNameThatCannotExistIsHonest) {
  Honesty honesty;
  EXPECT_EQ(good_check(honesty), Lie::kNone);
}

TEST(Honesty, AnAddressForANameThatCannotExistIsALie) {
  Honesty honesty;
  EXPECT_EQ(check(honesty, kFound, kFound), Lie::kAddressForAll);
}

TEST(Honesty, ToDenyTheRootIsALie) {
  for (LookupStatus denial : {kNxDomain, kNoData}) {
    Honesty honesty;
    EXPECT_EQ(check(honesty, kNxDomain, denial), Lie::kDeniesRoot);
  }
}

TEST(Honesty, NoFailureIsALie) {
  for (LookupStatus failure : {kServfail, kRefused, kTimeout, kMalformed, kFiltered, kCnameLoop}) {
    Honesty honesty;
    EXPECT_EQ(check(honesty, failure, failure), Lie::kNone);
  }
}

TEST(Honesty, ALieIsKnownBeforeTheOtherAnswersCome) {
  Honesty honesty;
  honesty.begin_check(0, 0);
  EXPECT_EQ(honesty.judge(false), Lie::kNone);
  honesty.on_probe(kFound);
  EXPECT_EQ(honesty.judge(false), Lie::kAddressForAll);
}

TEST(Honesty, AGivenCanaryMustHaveMx) {
  for (LookupStatus denial : {kNxDomain, kNoData}) {
    Honesty honesty;
    honesty.begin_check(0, 0);
    honesty.on_given_canary(kFound);
    honesty.on_given_canary(denial);
    EXPECT_EQ(honesty.judge(false), Lie::kDeniesGiven);
  }
}

TEST(Honesty, OneKeptCanaryMayReallyHaveGone) {
  Honesty honesty;
  honesty.begin_check(0, 0);
  honesty.on_kept_canary(kNxDomain);
  EXPECT_EQ(honesty.judge(false), Lie::kNone) << "the other may still be found";
  honesty.on_kept_canary(kFound);
  EXPECT_EQ(honesty.judge(true), Lie::kNone);
}

TEST(Honesty, AllKeptCanariesMayNot) {
  Honesty honesty;
  honesty.begin_check(0, 0);
  honesty.on_kept_canary(kNxDomain);
  honesty.on_kept_canary(kNoData);
  EXPECT_EQ(honesty.judge(true), Lie::kDeniesKept);
}

TEST(Honesty, AGoodCheckCoversWhatWasHeardBeforeItBegan) {
  Honesty honesty;
  honesty.on_answer();
  EXPECT_TRUE(honesty.has_unchecked());
  EXPECT_EQ(good_check(honesty), Lie::kNone);
  EXPECT_FALSE(honesty.has_unchecked());
  honesty.begin_check(1, 0);
  honesty.on_answer();
  honesty.on_probe(kNxDomain);
  honesty.on_root(kFound);
  EXPECT_EQ(honesty.judge(true), Lie::kNone);
  EXPECT_TRUE(honesty.has_unchecked());
}

TEST(Honesty, ACheckWithoutAnswersCoversNothing) {
  Honesty honesty;
  honesty.on_answer();
  EXPECT_EQ(check(honesty, kTimeout, kFound), Lie::kNone);
  EXPECT_EQ(check(honesty, kNxDomain, kServfail), Lie::kNone);
  honesty.begin_check(0, 0);
  honesty.on_probe(kNxDomain);
  honesty.on_root(kFound);
  honesty.on_kept_canary(kTimeout);
  EXPECT_EQ(honesty.judge(true), Lie::kNone);
  EXPECT_TRUE(honesty.has_unchecked());
}

TEST(Honesty, ALiarThatToldTheRunNothingDidNoHarm) {
  Honesty honesty;
  ASSERT_EQ(check(honesty, kFound, kFound), Lie::kAddressForAll);
  EXPECT_EQ(honesty.harm(), Harm::kNone);
}

TEST(Honesty, AnAnswerSinceTheLastGoodCheckIsHarm) {
  Honesty honesty;
  ASSERT_EQ(good_check(honesty), Lie::kNone);
  honesty.on_answer();
  ASSERT_EQ(check(honesty, kFound, kFound), Lie::kAddressForAll);
  EXPECT_EQ(honesty.harm(), Harm::kSole);
}

TEST(Honesty, AnAnswerBeforeItIsNone) {
  Honesty honesty;
  honesty.on_answer();
  ASSERT_EQ(good_check(honesty), Lie::kNone);
  ASSERT_EQ(check(honesty, kFound, kFound), Lie::kAddressForAll);
  EXPECT_EQ(honesty.harm(), Harm::kNone);
}

TEST(Honesty, WhoSaysNxdomainToAllHasHarmedWhatItDenied) {
  Honesty honesty;
  honesty.on_answer();
  ASSERT_EQ(check(honesty, kNxDomain, kNxDomain), Lie::kDeniesRoot);
  EXPECT_EQ(honesty.harm(), Harm::kNone) << "it denied nothing";
  honesty.on_denial(true);
  EXPECT_EQ(honesty.harm(), Harm::kShared);
  honesty.on_denial(false);
  EXPECT_EQ(honesty.harm(), Harm::kSole);
}

TEST(Honesty, WhoSaysNodataToAllHasHarmedAnything) {
  Honesty honesty;
  honesty.on_answer();
  ASSERT_EQ(check(honesty, kNxDomain, kNoData), Lie::kDeniesRoot);
  EXPECT_EQ(honesty.harm(), Harm::kSole);
}

TEST(Honesty, IsCheckedAgainAfterSoManyDomainsOrSoLong) {
  Honesty honesty;
  honesty.begin_check(1, 10);
  EXPECT_FALSE(honesty.is_due(1 + limits::kVetEveryUs, 10 + limits::kVetEveryDomains))
      << "it said nothing since";
  honesty.on_answer();
  EXPECT_FALSE(honesty.is_due(limits::kVetEveryUs, 9 + limits::kVetEveryDomains));
  EXPECT_TRUE(honesty.is_due(limits::kVetEveryUs, 10 + limits::kVetEveryDomains));
  EXPECT_TRUE(honesty.is_due(1 + limits::kVetEveryUs, 11));
}

TEST(Honesty, IsCheckedAgainAfterSoManyDenialsInARow) {
  Honesty honesty;
  honesty.on_answer();
  for (uint32_t i = 1; i < limits::kVetAfterDenials; ++i) honesty.on_mx(false);
  honesty.on_mx(true);
  honesty.on_mx(false);
  EXPECT_FALSE(honesty.is_due(1, 1));
  for (uint32_t i = 1; i < limits::kVetAfterDenials; ++i) honesty.on_mx(false);
  EXPECT_TRUE(honesty.is_due(1, 1));
  honesty.begin_check(1, 1);
  honesty.on_answer();
  EXPECT_FALSE(honesty.is_due(2, 2));
}

}  // namespace
}  // namespace mxbulk::asking
