#include "probing/egress_watch.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::probing {
namespace {

using Proof = EgressWatch::Proof;

constexpr int64_t kSecond = 1'000'000;
constexpr IpId kHost{7};

void opens(EgressWatch& watch, IpId host, int64_t dialled_us) {
  watch.on_open(dialled_us);
  watch.add_witness(host);
}

TEST(EgressWatch, KnowsNothingBeforeTheFirstOpening) {
  EgressWatch watch;
  EXPECT_FALSE(watch.has_opened());
  EXPECT_FALSE(watch.next_witness(0));
  for (uint32_t i = 0; i < 2 * limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful()) << "nobody could be asked whether the way is open";
}

TEST(EgressWatch, AClosedPortIsProvenByAnOpeningThatWasDialledBehindIt) {
  EgressWatch watch;
  opens(watch, kHost, 0);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 5 * kSecond), Proof::kNone);
  opens(watch, IpId(1), 3 * kSecond);  // dialled before: it may have opened before
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 6 * kSecond), Proof::kNone);
  opens(watch, IpId(2), 4 * kSecond);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 7 * kSecond), Proof::kClosed);
}

TEST(EgressWatch, AnOpeningLongBehindProvesNothing) {
  EgressWatch watch;
  opens(watch, kHost, 0);
  const int64_t late = 4 * kSecond + limits::kEgressFreshUs + 1;
  opens(watch, IpId(1), late);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, late), Proof::kVoid);
}

TEST(EgressWatch, NoOpeningAtAllProvesNothing) {
  EgressWatch watch;
  opens(watch, kHost, 0);
  const int64_t end = 4 * kSecond + limits::kEgressPatienceUs;
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, end), Proof::kNone);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, end + 1), Proof::kVoid);
}

TEST(EgressWatch, ManyClosedInARowAreDoubtfulUntilOneOpens) {
  EgressWatch watch;
  opens(watch, kHost, 0);
  for (uint32_t i = 1; i < limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful());
  watch.on_closed();
  EXPECT_TRUE(watch.is_doubtful());
  opens(watch, IpId(1), kSecond);
  EXPECT_FALSE(watch.is_doubtful());
}

TEST(EgressWatch, WitnessesTakeTurnsAndRest) {
  EgressWatch watch;
  for (uint32_t host = 0; host < 2 * limits::kWitnesses; ++host) opens(watch, IpId(host), 0);
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
  for (uint32_t host = 0; host < limits::kWitnessesSilent; ++host) opens(watch, IpId(host), 0);
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
  opens(watch, IpId(1), 2 * kSecond);
  EXPECT_FALSE(watch.is_silent());
}

// Its only witness may have gone, or refuse to be dialled twice: somebody else may still open.
TEST(EgressWatch, SilenceIsALossOnlyWhereNobodyElseOpens) {
  EgressWatch watch;
  opens(watch, kHost, 0);
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
}  // namespace mxbulk::probing
