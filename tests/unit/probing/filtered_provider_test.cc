// Providers and networks that drop our connections, through the whole probe stage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/simulated_mail.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kSecond = 1'000'000;

MailServer that(ProbeOutcome outcome) {
  MailServer server;
  server.outcome = outcome;
  return server;
}

// Hosts that answer, each in a network and an organisation of its own.
SimulatedMailWorld world_with_good_hosts() {
  SimulatedMailWorld world;
  for (const char* number : {"0", "1", "2"}) {
    world.domain(std::string("good") + number + ".example", std::string("192.0.") + number + ".1");
  }
  return world;
}

// A domain that has its mail at host `number` of a known provider.
void add_customer(SimulatedMailWorld& world, const std::string& domain, int number,
                  const MailServer& server) {
  const std::string address = "198.51." + std::to_string(number) + ".1";
  world.domains[domain] = {{10, "in" + std::to_string(number) + ".messagingengine.com", {address}}};
  world.servers[address] = server;
}

// The report: 54 rows of a provider whose four addresses dropped our SYNs were dead_mx/tcp_timeout.
TEST(FilteredProvider, AKnownProviderThatDropsUsIsNotDead) {
  for (const ProbeOutcome outcome :
       {ProbeOutcome::kTcpTimeout, ProbeOutcome::kTcpRefused, ProbeOutcome::kTcpUnreachable}) {
    SimulatedMailWorld world = world_with_good_hosts();
    for (int i = 0; i < 54; ++i) {
      add_customer(world, "c" + std::to_string(i) + ".example", i % 4, that(outcome));
    }
    const ProbeRunResult run = run_probes(world);
    EXPECT_TRUE(run.is_complete);
    for (int i = 0; i < 54; ++i) {
      const std::string domain = "c" + std::to_string(i) + ".example";
      ASSERT_EQ(run.reason(domain), Reason::kProbeFiltered) << domain;
      EXPECT_EQ(run.decisions.at(domain).connection_outcome, outcome);
    }
    EXPECT_EQ(run.reason("good0.example"), Reason::kSmtp220);
    EXPECT_EQ(run.egress, Egress::kOpen);
  }
}

TEST(FilteredProvider, OneHostOfAKnownProviderMayBeDead) {
  SimulatedMailWorld world = world_with_good_hosts();
  add_customer(world, "dead.example", 0, that(ProbeOutcome::kTcpTimeout));
  add_customer(world, "well.example", 1, {});
  const ProbeRunResult run = run_probes(world);
  EXPECT_EQ(run.reason("dead.example"), Reason::kTcpTimeout);
}

// The provider's other address opens long after this one was found closed.
TEST(FilteredProvider, AnOpeningCountsHoweverLate) {
  SimulatedMailWorld world = world_with_good_hosts();
  add_customer(world, "dead.example", 0, that(ProbeOutcome::kTcpRefused));
  MailServer late = that(ProbeOutcome::kTcpTimeout);
  late.first = ProbeOutcome::kTcpTimeout;
  late.outcome = ProbeOutcome::kSmtp220;
  late.delay_us = 20 * kSecond;
  add_customer(world, "late.example", 1, late);
  const ProbeRunResult run = run_probes(world);
  EXPECT_EQ(run.reason("late.example"), Reason::kSmtp220);
  EXPECT_EQ(run.reason("dead.example"), Reason::kTcpRefused);
}

TEST(FilteredProvider, ABackupThatIsDeadDoesNotMakeAFilteredProviderDead) {
  SimulatedMailWorld world = world_with_good_hosts();
  add_customer(world, "it.example", 0, that(ProbeOutcome::kTcpTimeout));
  world.domains["it.example"].push_back({20, "mx.it.example", {"198.52.0.1"}});
  world.servers["198.52.0.1"] = that(ProbeOutcome::kTcpRefused);
  EXPECT_EQ(run_probes(world).reason("it.example"), Reason::kProbeFiltered);
}

TEST(FilteredProvider, IsNoDeadBackup) {
  SimulatedMailWorld world = world_with_good_hosts();
  add_customer(world, "it.example", 0, that(ProbeOutcome::kTcpTimeout));
  world.domains["it.example"].push_back({20, "mx.it.example", {"198.52.0.1"}});
  world.servers["198.52.0.1"] = {};
  ProbeRunSettings settings;
  settings.stage.all = true;
  const ProbeRunResult run = run_probes(world, settings);
  EXPECT_EQ(run.reason("it.example"), Reason::kSmtp220);
  EXPECT_FALSE(run.decisions.at("it.example").lints.has(Lint::kBackupDead));
}

SimulatedMailWorld world_with_silent_network(int hosts) {
  SimulatedMailWorld world = world_with_good_hosts();
  for (int i = 0; i < hosts; ++i) {
    world.domain("n" + std::to_string(i) + ".example", "198.51.100." + std::to_string(1 + i),
                 that(ProbeOutcome::kTcpTimeout));
  }
  return world;
}

TEST(FilteredProvider, ASilentNetworkIsNotDead) {
  // One after another: what is decided of the first rests on the last.
  for (const uint32_t concurrency : {1U, 100U}) {
    ProbeRunSettings settings;
    settings.stage.dialler.concurrency = concurrency;
    const ProbeRunResult run = run_probes(world_with_silent_network(4), settings);
    EXPECT_TRUE(run.is_complete);
    for (const char* domain : {"n0.example", "n1.example", "n2.example", "n3.example"}) {
      EXPECT_EQ(run.reason(domain), Reason::kProbeFiltered) << domain;
    }
  }
}

TEST(FilteredProvider, TwoSilentHostsAreADeadCompany) {
  const ProbeRunResult run = run_probes(world_with_silent_network(2));
  EXPECT_EQ(run.reason("n0.example"), Reason::kTcpTimeout);
  EXPECT_EQ(run.reason("n1.example"), Reason::kTcpTimeout);
}

TEST(FilteredProvider, ASilentHostInANetworkThatAnswersIsDead) {
  SimulatedMailWorld world = world_with_silent_network(5);
  world.domain("well.example", "198.51.100.200");
  EXPECT_EQ(run_probes(world).reason("n0.example"), Reason::kTcpTimeout);
}

// If output is read as it comes, no verdict waits for the end of the input.
TEST(FilteredProvider, ADeadHostOfAPipeDoesNotWaitForTheLast) {
  SimulatedMailWorld world = world_with_good_hosts();
  world.domain("dead.example", "198.51.100.1", that(ProbeOutcome::kTcpRefused));
  MailServer endless = that(ProbeOutcome::kGreetingTimeout);
  endless.delay_us = 300 * kSecond;
  world.domain("endless.example", "198.52.0.1", endless);
  ProbeRunSettings settings;
  settings.stage.as_they_come = true;
  const ProbeRunResult run = run_probes(world, settings);
  EXPECT_EQ(run.reason("dead.example"), Reason::kTcpRefused);
  EXPECT_LT(run.decided_us.at("dead.example"), 60 * kSecond);
  settings.stage.as_they_come = false;
  EXPECT_GT(run_probes(world, settings).decided_us.at("dead.example"), 290 * kSecond);
}

}  // namespace
}  // namespace mxbulk::test
