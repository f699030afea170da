// STARTTLS, against servers in the test.
#include <gtest/gtest.h>

#include "unit/net/probe_harness.h"

namespace mxbulk::test {
namespace {

MailScript offering_tls(TlsIdentity* identity) {
  MailScript script;
  script.answers["EHLO"] = "250-mx.example\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n";
  script.answers["STARTTLS"] = "220 go ahead\r\n";
  script.tls = identity;
  return script;
}

class Starttls : public testing::Test {
 protected:
  Probed probe(PlayedMailServer& server) {
    ProbeHarness harness(settings_for(server, ProbeDepth::kStarttls));
    harness.serve(server);
    harness.dial(server.endpoint().address, "mx.example");
    harness.turn_until_all_reported();
    return harness.reports().empty() ? Probed{} : harness.reports()[0];
  }
  TlsIdentity identity_;
};

const std::vector<std::string> kWhole = {"EHLO me.example", "STARTTLS", "QUIT"};

TEST_F(Starttls, ComesUpAndQuitsInside) {
  PlayedMailServer server(offering_tls(&identity_));
  const Probed probed = probe(server);
  EXPECT_EQ(probed.report.outcome, ProbeOutcome::kStarttls);
  EXPECT_TRUE(probed.report.has_smtputf8);
  EXPECT_EQ(server.received(), kWhole);
  EXPECT_EQ(identity_.asked_for, "mx.example");
  EXPECT_TRUE(probed.remark.starts_with(
      "offers SMTPUTF8, STARTTLS; TLSv1.3, certificate of mx.example until "))
      << probed.remark;
  EXPECT_TRUE(probed.remark.ends_with(", name matches"));
}

TEST_F(Starttls, IsNotBegunIfLessWasAskedFor) {
  PlayedMailServer server(offering_tls(&identity_));
  ProbeHarness harness(settings_for(server, ProbeDepth::kEhlo));
  harness.serve(server);
  harness.dial(server.endpoint().address);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kEhlo);
  EXPECT_EQ(server.received(), (std::vector<std::string>{"EHLO me.example", "QUIT"}));
}

// CVE-2011-0411.
TEST_F(Starttls, WhatCameInTheClearIsDropped) {
  MailScript script = offering_tls(&identity_);
  script.answers["STARTTLS"] = "220 go ahead\r\n250 evil\r\n221 evil\r\n";
  PlayedMailServer server(script);
  const Probed probed = probe(server);
  EXPECT_EQ(probed.report.outcome, ProbeOutcome::kStarttls);
  EXPECT_EQ(server.received(), kWhole);
}

TEST_F(Starttls, AHandshakeThatFailsLeavesEhlo) {
  MailScript script = offering_tls(nullptr);
  script.instead_of_tls = "454 4.7.0 TLS not available\r\n";
  PlayedMailServer server(script);
  const Probed probed = probe(server);
  EXPECT_EQ(probed.report.outcome, ProbeOutcome::kEhlo);
  EXPECT_EQ(probed.report.end, ProbeReport::End::kOutcome);
  EXPECT_NE(probed.remark.find("; TLS failed: wrong version number"), std::string::npos)
      << probed.remark;
}

TEST_F(Starttls, AHandshakeWithoutAnAnswerEndsAtItsLimit) {
  PlayedMailServer server(offering_tls(nullptr));
  ProbeHarness harness(settings_for(server, ProbeDepth::kStarttls));
  harness.serve(server);
  harness.dial(server.endpoint().address);
  ASSERT_TRUE(harness.run_until([&] { return server.hellos() == 1; }));
  ASSERT_EQ(harness.prober().next_wake_us(), 5'000'000);
  harness.move_to(4'999'999);
  harness.run_once();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(5'000'000);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kEhlo);
  EXPECT_EQ(harness.reports()[0].report.elapsed_ms, 5'000U);
  EXPECT_EQ(harness.reports()[0].remark, "offers SMTPUTF8, STARTTLS; TLS did not come up");
}

TEST_F(Starttls, ManyAtOnce) {
  constexpr size_t kConnections = 100;
  PlayedMailServer server(offering_tls(&identity_));
  ProbeHarness harness(settings_for(server, ProbeDepth::kStarttls));
  harness.serve(server);
  for (size_t i = 0; i < kConnections; ++i) harness.dial(server.endpoint().address);
  harness.turn_until_all_reported();
  for (const Probed& probed : harness.reports()) {
    EXPECT_EQ(probed.report.outcome, ProbeOutcome::kStarttls);
  }
  EXPECT_EQ(server.received().size(), 3 * kConnections);
}

}  // namespace
}  // namespace mxbulk::test
