// The transport against the built-in server: forgeries, TCP after truncation, several resolvers.
#include "net/ares_transport.h"

#include <gtest/gtest.h>

#include <array>

#include "dns/message.h"
#include "lab/dns_server.h"
#include "support/fault_profile.h"
#include "unit/net/harness.h"

namespace mxbulk::test {
namespace {

using asking::ReplyKind;

constexpr std::string_view kZone = R"(
@           IN SOA ns. h. 1 2 3 4 300
good.test.  IN MX 10 a.good.test.
trunc.test. IN MX 10 a.good.test.
dead.test.  IN MX 10 a.good.test.
;@fault trunc.test. truncate
;@fault dead.test. truncate-dead
;@fault silent.test. timeout
)";

std::unique_ptr<lab::DnsServer> start_server(const FaultProfile& faults = {}) {
  auto server = lab::DnsServer::start(lab::Zone::parse(kZone).value(), play(faults));
  EXPECT_TRUE(server.ok());
  return std::move(server.value());
}

std::unique_ptr<dns::Answer> read_as_answer(const Harness::Reply& reply, std::string_view name) {
  auto answer = std::make_unique<dns::Answer>();
  dns::read_answer(reply.bytes, DomainName::from_text(name).value().view(), RecordType::kMx,
                   *answer);
  return answer;
}

TEST(AresTransport, AsksOverUdpAndTcp) {
  const auto server = start_server();
  Harness harness(server->port());
  const uint64_t udp = harness.ask("good.test");
  const uint64_t tcp = harness.ask("good.test", RecordType::kMx, Proto::kTcp);
  harness.run();
  EXPECT_EQ(read_as_answer(harness.reply_to(udp), "good.test")->status, LookupStatus::kFound);
  EXPECT_EQ(read_as_answer(harness.reply_to(tcp), "good.test")->status, LookupStatus::kFound);
  EXPECT_EQ(server->counters().udp_questions, 1U);
  EXPECT_EQ(server->counters().tcp_questions, 1U);
}

TEST(AresTransport, TheWholeAnswerComesOverTcp) {
  const auto server = start_server();
  Harness harness(server->port());
  const uint64_t udp = harness.ask("trunc.test");
  uint64_t tcp = 0;
  harness.set_then([&](const Harness::Reply& reply) {
    if (reply.ticket == udp) tcp = harness.ask("trunc.test", RecordType::kMx, Proto::kTcp);
  });
  harness.run();
  EXPECT_TRUE(read_as_answer(harness.reply_to(udp), "trunc.test")->truncated);
  EXPECT_EQ(read_as_answer(harness.reply_to(tcp), "trunc.test")->mx_count, 1U);
}

// c-ares on one channel would close the UDP socket with the TCP connection and resend everything.
TEST(AresTransport, ATcpConnectionThatClosesTouchesNothingOverUdp) {
  const auto server = start_server({.delay_ms = 50});
  Harness harness(server->port());
  for (int i = 0; i < 100; ++i) harness.ask("n" + std::to_string(i) + ".test");
  const uint64_t tcp = harness.ask("dead.test", RecordType::kMx, Proto::kTcp);
  harness.run();
  EXPECT_EQ(harness.reply_to(tcp).kind, ReplyKind::kLocalTrouble);
  EXPECT_EQ(harness.count(ReplyKind::kBytes), 100U);
  EXPECT_EQ(server->counters().udp_questions, 100U);
}

TEST(AresTransport, ManyQuestionsShareATcpConnection) {
  const auto server = start_server();
  Harness harness(server->port());
  for (int i = 0; i < 300; ++i) harness.ask("good.test", RecordType::kMx, Proto::kTcp);
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), 300U);
  EXPECT_EQ(server->counters().tcp_questions, 300U);
}

TEST(AresTransport, ARefusedTcpConnectionIsOurTrouble) {
  Harness harness(closed_port());
  const uint64_t ticket = harness.ask("good.test", RecordType::kMx, Proto::kTcp);
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).kind, ReplyKind::kLocalTrouble);
}

TEST(AresTransport, AnUnresponsiveTcpServerIsATimeout) {
  const auto server = start_server();
  Harness harness(server->port(), 200'000);
  const uint64_t ticket = harness.ask("silent.test", RecordType::kMx, Proto::kTcp);
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).kind, ReplyKind::kTimeout);
}

// A question that was just given up got the timeout of the one before it.
TEST(AresTransport, WhatHasJustBeenGivenUpIsNotTimedOutWithAnother) {
  const auto server = start_server({.delay_ms = 50});
  Harness harness(server->port(), 800'000);
  const uint64_t silent = harness.ask("silent.test", RecordType::kMx, Proto::kTcp);
  harness.ask("dead.test", RecordType::kMx, Proto::kTcp);  // closes the connection they share
  uint64_t clockwork = harness.ask("n0.test");             // 50 ms each, by UDP
  int ticks = 0;
  uint64_t good = 0;
  harness.set_then([&](const Harness::Reply& reply) {
    if (reply.ticket != clockwork) return;
    if (++ticks < 6) {
      clockwork = harness.ask("n" + std::to_string(ticks) + ".test");
      return;
    }
    harness.ask("dead.test", RecordType::kMx, Proto::kTcp);
    good = harness.ask("good.test", RecordType::kMx, Proto::kTcp);
  });
  harness.run();
  EXPECT_EQ(harness.reply_to(silent).kind, ReplyKind::kTimeout);
  ASSERT_GT(good, silent);
  EXPECT_EQ(harness.reply_to(good).kind, ReplyKind::kBytes);
}

TEST(AresTransport, DropsEveryForgeryAndTakesEveryTruth) {
  const auto server = start_server({.forge = true});
  Harness harness(server->port());
  constexpr size_t kQuestions = 50;
  for (size_t i = 0; i < kQuestions; ++i) harness.ask("n" + std::to_string(i) + ".test");
  harness.ask("good.test");
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), kQuestions + 1);
  EXPECT_EQ(read_as_answer(harness.reply_to(kQuestions), "good.test")->status,
            LookupStatus::kFound);
  // A wrong ID, a wrong question and another case each; the kernel dropped datagrams from another
  // port.
  EXPECT_EQ(harness.forged(), 3 * (kQuestions + 1));
}

TEST(AresTransport, EachResolverHasItsOwnSockets) {
  const auto good = start_server();
  const auto bad = start_server({.rcode = 5});
  Harness harness(std::vector<uint16_t>{good->port(), bad->port()});
  const uint64_t to_good = harness.ask("good.test", RecordType::kMx, Proto::kUdp, 0);
  const uint64_t to_bad = harness.ask("good.test", RecordType::kMx, Proto::kUdp, 1);
  harness.run();
  EXPECT_EQ(read_as_answer(harness.reply_to(to_good), "good.test")->status, LookupStatus::kFound);
  EXPECT_EQ(read_as_answer(harness.reply_to(to_bad), "good.test")->status, LookupStatus::kRefused);
}

TEST(AresTransport, MoreThanOneSocketHoldsMoreInFlightThanOneBuffer) {
  // 20,000 exceed the cap of one channel; none is ever answered, all must come back.
  Harness harness(closed_port(), 200'000);
  constexpr size_t kQuestions = 20'000;
  for (size_t i = 0; i < kQuestions; ++i) harness.ask("n" + std::to_string(i) + ".test");
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kTimeout), kQuestions);
}

// RFC 5452 §9.2: a port that never changes can be guessed.
TEST(AresTransport, ASourcePortServesOnlySoManyQuestions) {
  PlayedResolver resolver(
      [](const Bytes& question) { return std::vector<Bytes>{empty_answer(question)}; });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  constexpr uint64_t kAll = limits::kUdpChannelQueriesMax + 1'000;
  uint64_t asked = 0;
  for (; asked < 200; ++asked) harness.ask("n.example");
  harness.set_then([&](const Harness::Reply&) {
    if (asked++ < kAll) harness.ask("n.example");
  });
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), kAll);
  EXPECT_EQ(resolver.peers().size(), 2U);
  EXPECT_LE(harness.channels(), 2U);
}

// No route, or no permission to connect: each try left a dead channel, and after 512 of them the
// resolver was not asked any more.
TEST(AresTransport, AResolverThatCannotBeConnectedToLeavesNoChannels) {
  constexpr std::array<uint8_t, 4> kBroadcast = {255, 255, 255, 255};  // EACCES: nothing is sent
  Harness harness(std::vector<Endpoint>{{IpAddress::v4(kBroadcast), 53}});
  constexpr size_t kQuestions = 600;
  for (size_t i = 0; i < kQuestions; ++i) {
    harness.ask("n" + std::to_string(i) + ".test");
    ASSERT_LE(harness.channels(), 1U);
  }
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kLocalTrouble), kQuestions);
}

TEST(AresTransport, IsTakenDownWithQuestionsInFlight) {
  const auto server = start_server({.delay_ms = 1'000});
  Harness harness(server->port());
  for (int i = 0; i < 100; ++i) harness.ask("n" + std::to_string(i) + ".test");
  harness.ask("good.test", RecordType::kMx, Proto::kTcp);
}  // no crash, no leak: checked by the sanitizers

}  // namespace
}  // namespace mxbulk::test
