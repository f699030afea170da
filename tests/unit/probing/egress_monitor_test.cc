#include "probing/egress_monitor.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::probing {
namespace {

using Proof = EgressMonitor::Proof;

constexpr int64_t kSecond = 1'000'000;
constexpr IpId kHost{7};

void opens(EgressMonitor& watch, IpId host, int64_t dialled_us) {
  watch.on_open(dialled_us);
  watch.add_control(host);
}

TEST(EgressMonitor, KnowsNothingBeforeTheFirstOpening) {
  EgressMonitor watch;
  EXPECT_FALSE(watch.has_opened());
  EXPECT_FALSE(watch.next_control(0));
  for (uint32_t i = 0; i < 2 * limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful()) << "there is no host to check egress with";
}

TEST(EgressMonitor, AClosedPortIsProvenByAnOpeningThatWasDialledAfterIt) {
  EgressMonitor watch;
  opens(watch, kHost, 0);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 5 * kSecond), Proof::kPending);
  opens(watch, IpId(1), 3 * kSecond);  // dialled before: it may have opened before
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 6 * kSecond), Proof::kPending);
  opens(watch, IpId(2), 4 * kSecond);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, 7 * kSecond), Proof::kClosed);
}

TEST(EgressMonitor, AMuchLaterOpeningProvesNothing) {
  EgressMonitor watch;
  opens(watch, kHost, 0);
  const int64_t late = 4 * kSecond + limits::kEgressSoonUs + 1;
  opens(watch, IpId(1), late);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, late), Proof::kInconclusive);
}

TEST(EgressMonitor, NoOpeningAtAllProvesNothing) {
  EgressMonitor watch;
  opens(watch, kHost, 0);
  const int64_t end = 4 * kSecond + limits::kEgressPatienceUs;
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, end), Proof::kPending);
  EXPECT_EQ(watch.proof_of_failure(4 * kSecond, end + 1), Proof::kInconclusive);
}

TEST(EgressMonitor, ManyClosedInARowAreDoubtfulUntilOneOpens) {
  EgressMonitor watch;
  opens(watch, kHost, 0);
  for (uint32_t i = 1; i < limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_FALSE(watch.is_doubtful());
  watch.on_closed();
  EXPECT_TRUE(watch.is_doubtful());
  opens(watch, IpId(1), kSecond);
  EXPECT_FALSE(watch.is_doubtful());
}

TEST(EgressMonitor, ControlsAreDialledInTurnAndPaused) {
  EgressMonitor watch;
  for (uint32_t host = 0; host < 2 * limits::kControls; ++host) opens(watch, IpId(host), 0);
  std::set<uint32_t> asked;
  int64_t now_us = 0;
  for (size_t i = 0; i < limits::kControls; ++i) {
    const auto control = watch.next_control(now_us);
    ASSERT_TRUE(control);
    EXPECT_GE(control->value(), limits::kControls) << "the last that opened are the controls";
    asked.insert(control->value());
    EXPECT_FALSE(watch.next_control(now_us)) << "one that opens suffices for a while";
    now_us = watch.control_due_us();
  }
  EXPECT_EQ(asked.size(), limits::kControls);
}

TEST(EgressMonitor, OneControlThatIsDownIsNotTheEgress) {
  EgressMonitor watch;
  for (uint32_t host = 0; host < limits::kControlsUnresponsive; ++host) opens(watch, IpId(host), 0);
  for (uint32_t i = 1; i < limits::kControlsUnresponsive; ++i) {
    ASSERT_TRUE(watch.next_control(kSecond));
    watch.on_control_closed(kSecond);
    EXPECT_FALSE(watch.is_unresponsive());
    EXPECT_EQ(watch.control_due_us(), 0) << "the next one is dialled at once";
  }
  ASSERT_TRUE(watch.next_control(kSecond));
  watch.on_control_closed(kSecond);
  EXPECT_TRUE(watch.is_unresponsive());
  EXPECT_FALSE(watch.next_control(kSecond)) << "now they pause";
  EXPECT_TRUE(watch.next_control(kSecond + limits::kControlPauseUs));
  opens(watch, IpId(1), 2 * kSecond);
  EXPECT_FALSE(watch.is_unresponsive());
}

// Its only control may be down, or refuse a second connection: another host may still open.
TEST(EgressMonitor, UnansweredControlsAreALossOnlyIfNothingElseOpens) {
  EgressMonitor watch;
  opens(watch, kHost, 0);
  ASSERT_TRUE(watch.next_control(kSecond));
  watch.on_control_closed(kSecond);
  ASSERT_TRUE(watch.is_unresponsive());
  const int64_t patience_over = kSecond + limits::kEgressPatienceUs;
  EXPECT_FALSE(watch.is_lost(patience_over - 1, true));
  EXPECT_FALSE(watch.is_lost(patience_over, false));
  EXPECT_TRUE(watch.is_lost(patience_over, true));
  for (uint32_t i = 0; i < limits::kEgressDoubtAfter; ++i) watch.on_closed();
  EXPECT_TRUE(watch.is_lost(patience_over, false));
}

}  // namespace
}  // namespace mxbulk::probing
