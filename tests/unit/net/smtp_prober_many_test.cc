// Many connections, and a loop that sleeps in between.
#include <gtest/gtest.h>

#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>

#include "unit/net/probe_harness.h"

namespace mxbulk::test {
namespace {

const IpAddress kLoopback = IpAddress::from_text("127.0.0.1").value();

size_t lines_in_time_wait(uint16_t port) {
  std::ifstream file("/proc/net/tcp");
  std::ostringstream remote;
  remote << ':' << std::uppercase << std::hex << std::setw(4) << std::setfill('0') << port;
  size_t count = 0;
  for (std::string number, local, peer, state, rest; file >> number >> local >> peer >> state;) {
    std::getline(file, rest);
    if (state == "06" && peer.ends_with(remote.str())) ++count;
  }
  return count;
}

TEST(SmtpProber, AThousandAtOnceEachReportedOnceAndNoPortStaysTaken) {
  constexpr size_t kConnections = 1'000;
  MailScript script;
  script.answers["EHLO"] = "250-mx\r\n250 SIZE\r\n";
  script.waits_after_quit = true;  // so that we are the ones who close first
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kEhlo));
  for (size_t i = 0; i < kConnections; ++i) harness.dial(kLoopback);
  EXPECT_EQ(harness.prober().open(), kConnections);
  harness.serve(server);
  harness.turn_until_all_reported();
  std::set<uint64_t> tickets;
  for (const Probed& probed : harness.reports()) {
    tickets.insert(probed.report.ticket);
    EXPECT_EQ(probed.report.outcome, ProbeOutcome::kEhlo);
  }
  EXPECT_EQ(tickets.size(), kConnections);
  EXPECT_EQ(server.accepted(), kConnections);
  ASSERT_TRUE(harness.run_until([&] { return server.open() == 0; }));
  EXPECT_EQ(lines_in_time_wait(server.endpoint().port), 0U);
}

TEST(SmtpProber, AServerThatNeverAnswersQuitKeepsNoPortTaken) {
  MailScript script;
  script.answers.clear();
  script.waits_after_quit = true;
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  harness.serve(server);
  harness.dial(kLoopback);
  ASSERT_TRUE(harness.run_until([&] { return !server.received().empty(); }));
  harness.move_to(10'000'000);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports().front().report.outcome, ProbeOutcome::kSmtp220);
  ASSERT_TRUE(harness.run_until([&] { return server.open() == 0; }));
  EXPECT_EQ(server.received().front(), "QUIT");
  EXPECT_EQ(lines_in_time_wait(server.endpoint().port), 0U);
}

TEST(SmtpProber, ServesOneAfterTheOtherFromWithinAReport) {
  constexpr size_t kConnections = 50;
  PlayedMailServer good({});
  ProbeHarness harness(settings_for(good, ProbeDepth::kBanner));
  harness.serve(good);
  const IpAddress closed = IpAddress::from_text("127.0.0.2").value();
  harness.then = [&](const Probed&) {
    const size_t count = harness.reports().size();
    if (count < kConnections) harness.dial(count % 2 == 0 ? kLoopback : closed);
  };
  harness.dial(kLoopback);
  EXPECT_TRUE(harness.run_until([&] { return harness.reports().size() == kConnections; }));
  for (const Probed& probed : harness.reports()) {
    const bool is_good = probed.report.ticket % 2 == 0;
    EXPECT_EQ(probed.report.outcome, is_good ? ProbeOutcome::kSmtp220 : ProbeOutcome::kTcpRefused);
    EXPECT_EQ(probed.report.code, is_good ? 220 : 0);
  }
}

// Connections that one call did not report reached their time limits before they were read.
TEST(SmtpProber, WhatCameInTimeCountsIfWeWereSuspended) {
  constexpr size_t kConnections = 4 * limits::kProbeEventsMax;
  PlayedMailServer server({});
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  for (size_t i = 0; i < kConnections; ++i) harness.dial(kLoopback);
  ASSERT_TRUE(harness.run_until([&] {
    server.serve();
    return server.accepted() == kConnections;
  }));
  harness.move_to(60'000'000);
  harness.turn_until_all_reported();
  for (const Probed& probed : harness.reports()) {
    ASSERT_EQ(probed.report.outcome, ProbeOutcome::kSmtp220) << probed.report.ticket;
  }
}

TEST(SmtpProber, TheLoopWakesForALimit) {
  MailScript silent;
  silent.greeting.clear();
  PlayedMailServer server(silent);
  net::ProbeSettings settings = settings_for(server, ProbeDepth::kBanner);
  settings.timeout_us = 50'000;
  ProbeHarness harness(settings);
  const int64_t began_us = harness.loop().now_us();
  harness.loop().run([&](int64_t now_us) {
    harness.prober().deliver(harness, now_us - began_us);
    if (!harness.reports().empty()) {
      harness.loop().stop();
      return now_us;
    }
    if (harness.prober().open() == 0) harness.dial(kLoopback);
    return harness.prober().next_wake_us() + began_us;
  });
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kGreetingTimeout);
}

TEST(SmtpProber, MayGoWhileConnectionsAreOpen) {
  PlayedMailServer server({});
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  for (int i = 0; i < 3; ++i) harness.dial(kLoopback);
  harness.run_once();
  EXPECT_EQ(harness.prober().open(), 3U);
}

}  // namespace
}  // namespace mxbulk::test
