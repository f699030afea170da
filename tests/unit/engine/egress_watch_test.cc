#include "engine/egress_watch.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::engine {
namespace {

using Proof = EgressWatch::Proof;

constexpr int64_t kSecond = 1'000'000;
constexpr IpId kHost{7};

TEST(EgressWatch, KnowsNothingBeforeTheFirstOpening) {
  EgressWatch watch;
  EXPECT_FALSE(watch.has_opened());
  EXPECT_FALSE(watch.is_fresh(0));
  EXPECT_FALSE(watch.next_witness(0));
  for (uint32_t i = 0; i < 2 * limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful()) << "nobody could be asked whether the way is open";
}

TEST(EgressWatch, AClosedPortIsProvenByAnOpeningThatWasDialledBehindIt) {
  EgressWatch watch;
  watch.on_open(kHost, 0, kSecond);
  const EgressWatch::Failure failure{2 * kSecond, 4 * kSecond};
  EXPECT_EQ(watch.proof_of(failure, 5 * kSecond), Proof::kOpen);
  watch.on_open(IpId(1), 3 * kSecond, 6 * kSecond);  // dialled before: it may have opened before
  EXPECT_EQ(watch.proof_of(failure, 6 * kSecond), Proof::kOpen);
  watch.on_open(IpId(2), 4 * kSecond, 7 * kSecond);
  EXPECT_EQ(watch.proof_of(failure, 7 * kSecond), Proof::kClosed);
}

TEST(EgressWatch, AnOpeningLongBehindProvesNothing) {
  EgressWatch watch;
  watch.on_open(kHost, 0, kSecond);
  const EgressWatch::Failure failure{2 * kSecond, 4 * kSecond};
  const int64_t late = failure.ended_us + limits::kEgressFreshUs + 1;
  watch.on_open(IpId(1), late, late);
  EXPECT_EQ(watch.proof_of(failure, late), Proof::kVoid);
}

TEST(EgressWatch, NoOpeningAtAllProvesNothing) {
  EgressWatch watch;
  watch.on_open(kHost, 0, kSecond);
  const EgressWatch::Failure failure{2 * kSecond, 4 * kSecond};
  const int64_t end = failure.ended_us + limits::kEgressPatienceUs;
  EXPECT_EQ(watch.proof_of(failure, end), Proof::kOpen);
  EXPECT_EQ(watch.proof_of(failure, end + 1), Proof::kVoid);
}

TEST(EgressWatch, AnOpeningIsFreshForAWhile) {
  EgressWatch watch;
  watch.on_open(kHost, 0, kSecond);
  EXPECT_TRUE(watch.is_fresh(kSecond + limits::kEgressFreshUs));
  EXPECT_FALSE(watch.is_fresh(kSecond + limits::kEgressFreshUs + 1));
}

TEST(EgressWatch, ManyClosedInARowAreDoubtfulUntilOneOpens) {
  EgressWatch watch;
  watch.on_open(kHost, 0, kSecond);
  for (uint32_t i = 1; i < limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful());
  watch.on_closed();
  EXPECT_TRUE(watch.is_doubtful());
  watch.on_open(IpId(1), kSecond, 2 * kSecond);
  EXPECT_FALSE(watch.is_doubtful());
}

TEST(EgressWatch, WitnessesTakeTurnsAndRest) {
  EgressWatch watch;
  for (uint32_t host = 0; host < 2 * limits::kWitnesses; ++host) watch.on_open(IpId(host), 0, 0);
  std::set<uint32_t> asked;
  int64_t now_us = 0;
  for (size_t i = 0; i < limits::kWitnesses; ++i) {
    const auto witness = watch.next_witness(now_us);
    ASSERT_TRUE(witness);
    EXPECT_GE(witness->value(), limits::kWitnesses) << "the last that opened are the witnesses";
    asked.insert(witness->value());
    EXPECT_FALSE(watch.next_witness(now_us)) << "one that opens is enough for a while";
    now_us = watch.witness_due_us();
  }
  EXPECT_EQ(asked.size(), limits::kWitnesses);
}

TEST(EgressWatch, OneWitnessThatIsDownIsNotOurWayOut) {
  EgressWatch watch;
  for (uint32_t host = 0; host < limits::kWitnessesSilent; ++host) watch.on_open(IpId(host), 0, 0);
  for (uint32_t i = 1; i < limits::kWitnessesSilent; ++i) {
    ASSERT_TRUE(watch.next_witness(kSecond));
    watch.on_witness_closed(kSecond);
    EXPECT_FALSE(watch.is_silent());
    EXPECT_EQ(watch.witness_due_us(), 0) << "the next one is asked at once";
  }
  ASSERT_TRUE(watch.next_witness(kSecond));
  watch.on_witness_closed(kSecond);
  EXPECT_TRUE(watch.is_silent());
  EXPECT_FALSE(watch.next_witness(kSecond)) << "now they are left alone for a while";
  EXPECT_TRUE(watch.next_witness(kSecond + limits::kWitnessPauseUs));
  watch.on_open(IpId(1), 2 * kSecond, 3 * kSecond);
  EXPECT_FALSE(watch.is_silent());
}

// Its only witness may have gone, or refuse to be dialled twice: somebody else may still open.
TEST(EgressWatch, SilenceIsALossOnlyWhereNobodyElseOpens) {
  EgressWatch watch;
  watch.on_open(kHost, 0, 0);
  ASSERT_TRUE(watch.next_witness(kSecond));
  watch.on_witness_closed(kSecond);
  ASSERT_TRUE(watch.is_silent());
  const int64_t patience_over = kSecond + limits::kEgressPatienceUs;
  EXPECT_FALSE(watch.is_lost(patience_over - 1, true));
  EXPECT_FALSE(watch.is_lost(patience_over, false));
  EXPECT_TRUE(watch.is_lost(patience_over, true));
  for (uint32_t i = 0; i < limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_TRUE(watch.is_lost(patience_over, false));
}

}  // namespace
}  // namespace mxbulk::engine
