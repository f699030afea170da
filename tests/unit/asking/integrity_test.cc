#include "asking/integrity.h"

#include <gtest/gtest.h>

namespace mxbulk::asking {
namespace {

using enum LookupStatus;

// A check with these answers of the name that cannot exist and of the root.
Misbehaviour check(Integrity& integrity, LookupStatus probe, LookupStatus root) {
  integrity.begin_check(0, 0);
  integrity.on_random_name(probe);
  integrity.on_root(root);
  return integrity.evaluate(true);
}
Misbehaviour good_check(Integrity& integrity) {
  return check(integrity, kNxDomain, kFound);
}

TEST(Integrity, TheRootAndNxdomainForTheRandomNameAreGood) {
  Integrity integrity;
  EXPECT_EQ(good_check(integrity), Misbehaviour::kNone);
}

TEST(Integrity, AnAddressForANameThatCannotExistIsMisbehaviour) {
  Integrity integrity;
  EXPECT_EQ(check(integrity, kFound, kFound), Misbehaviour::kAddressForAny);
}

TEST(Integrity, DenyingTheRootIsMisbehaviour) {
  for (LookupStatus denial : {kNxDomain, kNoData}) {
    Integrity integrity;
    EXPECT_EQ(check(integrity, kNxDomain, denial), Misbehaviour::kDeniesRoot);
  }
}

TEST(Integrity, AFailureIsNotMisbehaviour) {
  for (LookupStatus failure :
       {kServfail, kRefused, kTimeout, kMalformed, kFiltered, kCnameLoop, kCnameChain}) {
    Integrity integrity;
    EXPECT_EQ(check(integrity, failure, failure), Misbehaviour::kNone);
  }
}

TEST(Integrity, MisbehaviourIsKnownBeforeTheOtherAnswersCome) {
  Integrity integrity;
  integrity.begin_check(0, 0);
  EXPECT_EQ(integrity.evaluate(false), Misbehaviour::kNone);
  integrity.on_random_name(kFound);
  EXPECT_EQ(integrity.evaluate(false), Misbehaviour::kAddressForAny);
}

TEST(Integrity, AGivenCanaryMustHaveMx) {
  for (LookupStatus denial : {kNxDomain, kNoData}) {
    Integrity integrity;
    integrity.begin_check(0, 0);
    integrity.on_given_canary(kFound);
    integrity.on_given_canary(denial);
    EXPECT_EQ(integrity.evaluate(false), Misbehaviour::kDeniesGivenCanary);
  }
}

TEST(Integrity, OneKeptCanaryMayHaveLostItsMx) {
  Integrity integrity;
  integrity.begin_check(0, 0);
  integrity.on_kept_canary(kNxDomain);
  EXPECT_EQ(integrity.evaluate(false), Misbehaviour::kNone) << "the other may still be found";
  integrity.on_kept_canary(kFound);
  EXPECT_EQ(integrity.evaluate(true), Misbehaviour::kNone);
}

TEST(Integrity, AllKeptCanariesMayNotLoseTheirMx) {
  Integrity integrity;
  integrity.begin_check(0, 0);
  integrity.on_kept_canary(kNxDomain);
  integrity.on_kept_canary(kNoData);
  EXPECT_EQ(integrity.evaluate(true), Misbehaviour::kDeniesKeptCanary);
}

TEST(Integrity, AGoodCheckCoversTheAnswersBeforeIt) {
  Integrity integrity;
  integrity.on_answer();
  EXPECT_TRUE(integrity.has_unchecked());
  EXPECT_EQ(good_check(integrity), Misbehaviour::kNone);
  EXPECT_FALSE(integrity.has_unchecked());
  integrity.begin_check(1, 0);
  integrity.on_answer();
  integrity.on_random_name(kNxDomain);
  integrity.on_root(kFound);
  EXPECT_EQ(integrity.evaluate(true), Misbehaviour::kNone);
  EXPECT_TRUE(integrity.has_unchecked());
}

TEST(Integrity, ACheckWithoutAnswersCoversNothing) {
  Integrity integrity;
  integrity.on_answer();
  EXPECT_EQ(check(integrity, kTimeout, kFound), Misbehaviour::kNone);
  EXPECT_EQ(check(integrity, kNxDomain, kServfail), Misbehaviour::kNone);
  integrity.begin_check(0, 0);
  integrity.on_random_name(kNxDomain);
  integrity.on_root(kFound);
  integrity.on_kept_canary(kTimeout);
  EXPECT_EQ(integrity.evaluate(true), Misbehaviour::kNone);
  EXPECT_TRUE(integrity.has_unchecked());
}

TEST(Integrity, MisbehaviourWithoutAnAnswerDidNoHarm) {
  Integrity integrity;
  ASSERT_EQ(check(integrity, kFound, kFound), Misbehaviour::kAddressForAny);
  EXPECT_EQ(integrity.harm(), Harm::kNone);
}

TEST(Integrity, AnAnswerSinceTheLastGoodCheckIsHarm) {
  Integrity integrity;
  ASSERT_EQ(good_check(integrity), Misbehaviour::kNone);
  integrity.on_answer();
  ASSERT_EQ(check(integrity, kFound, kFound), Misbehaviour::kAddressForAny);
  EXPECT_EQ(integrity.harm(), Harm::kSole);
}

TEST(Integrity, AnAnswerBeforeTheLastGoodCheckIsNoHarm) {
  Integrity integrity;
  integrity.on_answer();
  ASSERT_EQ(good_check(integrity), Misbehaviour::kNone);
  ASSERT_EQ(check(integrity, kFound, kFound), Misbehaviour::kAddressForAny);
  EXPECT_EQ(integrity.harm(), Harm::kNone);
}

TEST(Integrity, NxdomainForAllHarmsOnlyWhatWasDenied) {
  Integrity integrity;
  integrity.on_answer();
  ASSERT_EQ(check(integrity, kNxDomain, kNxDomain), Misbehaviour::kDeniesRoot);
  EXPECT_EQ(integrity.harm(), Harm::kNone) << "it denied nothing";
  integrity.on_denial(true);
  EXPECT_EQ(integrity.harm(), Harm::kShared);
  integrity.on_denial(false);
  EXPECT_EQ(integrity.harm(), Harm::kSole);
}

TEST(Integrity, NodataForAllHarmsEveryAnswer) {
  Integrity integrity;
  integrity.on_answer();
  ASSERT_EQ(check(integrity, kNxDomain, kNoData), Misbehaviour::kDeniesRoot);
  EXPECT_EQ(integrity.harm(), Harm::kSole);
}

TEST(Integrity, IsCheckedAgainAfterACountOfDomainsOrATime) {
  Integrity integrity;
  integrity.begin_check(1, 10);
  EXPECT_FALSE(integrity.is_due(1 + limits::kCheckEveryUs, 10 + limits::kCheckEveryDomains))
      << "it gave no answer since";
  integrity.on_answer();
  EXPECT_FALSE(integrity.is_due(limits::kCheckEveryUs, 9 + limits::kCheckEveryDomains));
  EXPECT_TRUE(integrity.is_due(limits::kCheckEveryUs, 10 + limits::kCheckEveryDomains));
  EXPECT_TRUE(integrity.is_due(1 + limits::kCheckEveryUs, 11));
}

TEST(Integrity, IsCheckedAgainAfterDenialsInARow) {
  Integrity integrity;
  integrity.on_answer();
  for (uint32_t i = 1; i < limits::kCheckAfterDenials; ++i) integrity.on_mx(false);
  integrity.on_mx(true);
  integrity.on_mx(false);
  EXPECT_FALSE(integrity.is_due(1, 1));
  for (uint32_t i = 1; i < limits::kCheckAfterDenials; ++i) integrity.on_mx(false);
  EXPECT_TRUE(integrity.is_due(1, 1));
  integrity.begin_check(1, 1);
  integrity.on_answer();
  EXPECT_FALSE(integrity.is_due(2, 2));
}

// Found by seed 1080 of the simulation: of two resolvers that denied the same names only the one
// that answered last was checked at the end.
TEST(Integrity, ASharedDenialIsUncheckedAlsoIfAnotherAnsweredLast) {
  Integrity integrity;
  EXPECT_FALSE(integrity.has_unchecked());
  integrity.on_denial(true);
  EXPECT_TRUE(integrity.has_unchecked());
}

}  // namespace
}  // namespace mxbulk::asking
