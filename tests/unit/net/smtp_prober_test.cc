// The outcome of a connection, against servers in the test.
#include "net/smtp_prober.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ostream>

#include "unit/net/probe_harness.h"

namespace mxbulk::test {
namespace {

using End = ProbeReport::End;
using Then = MailScript::Then;
constexpr int64_t kNever = kNeverUs;
const IpAddress kLoopback = IpAddress::from_text("127.0.0.1").value();

// One connection, on a clock that does not advance.
Probed probe(PlayedMailServer& server, ProbeDepth depth) {
  ProbeHarness harness(settings_for(server, depth));
  harness.serve(server);
  harness.dial(server.endpoint().address);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.prober().next_wake_us(), kNever);
  return harness.reports().empty() ? Probed{} : harness.reports()[0];
}

struct Case {
  std::string_view what;
  ProbeDepth depth;
  MailScript script;
  ProbeOutcome outcome;
  std::vector<std::string> received;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.what;
}

class Outcomes : public testing::TestWithParam<Case> {};

TEST_P(Outcomes, AreThoseOfTheServer) {
  PlayedMailServer server(GetParam().script);
  const Probed probed = probe(server, GetParam().depth);
  EXPECT_EQ(probed.report.end, End::kOutcome);
  EXPECT_EQ(probed.report.outcome, GetParam().outcome);
  EXPECT_TRUE(probed.report.has_opened);
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_EQ(server.received(), GetParam().received);
}

MailScript greeting(std::string text, Then then = Then::kListens) {
  MailScript script;
  script.greeting = std::move(text);
  script.then = then;
  return script;
}

MailScript answering(std::string ehlo, std::string helo = "250 mx\r\n") {
  MailScript script;
  script.answers["EHLO"] = std::move(ehlo);
  script.answers["HELO"] = std::move(helo);
  return script;
}

const std::vector<std::string> kNothing;
const std::vector<std::string> kQuit = {"QUIT"};
const std::vector<std::string> kEhloQuit = {"EHLO me.example", "QUIT"};

INSTANTIATE_TEST_SUITE_P(
    Servers, Outcomes,
    testing::Values(
        Case{"connect", ProbeDepth::kConnect, {}, ProbeOutcome::kTcp, kQuit},
        Case{"connect, refused by name", ProbeDepth::kConnect, greeting("554 no\r\n"),
             ProbeOutcome::kTcp, kQuit},
        Case{"connect, closed", ProbeDepth::kConnect, greeting("", Then::kCloses),
             ProbeOutcome::kTcp, kNothing},
        Case{"220", ProbeDepth::kBanner, {}, ProbeOutcome::kSmtp220, kQuit},
        Case{"421", ProbeDepth::kBanner, greeting("421 busy\r\n"), ProbeOutcome::kSmtp4xx, kQuit},
        Case{"554", ProbeDepth::kEhlo, greeting("554 no\r\n"), ProbeOutcome::kSmtp5xx, kQuit},
        Case{"521", ProbeDepth::kEhlo, greeting("521 no mail\r\n"), ProbeOutcome::kSmtp521, kQuit},
        Case{"SSH", ProbeDepth::kBanner, greeting("SSH-2.0-OpenSSH\r\n"), ProbeOutcome::kNotSmtp,
             kNothing},
        Case{"closed before", ProbeDepth::kBanner, greeting("", Then::kCloses),
             ProbeOutcome::kNotSmtp, kNothing},
        Case{"closed within", ProbeDepth::kBanner, greeting("220-mx\r\n", Then::kCloses),
             ProbeOutcome::kNotSmtp, kNothing},
        Case{"reset before", ProbeDepth::kBanner, greeting("", Then::kResets),
             ProbeOutcome::kNotSmtp, kNothing},
        Case{"a flood", ProbeDepth::kBanner, greeting("220 ", Then::kFloods),
             ProbeOutcome::kGreetingTimeout, kNothing},
        Case{"a flood of no sense", ProbeDepth::kBanner, greeting("", Then::kFloods),
             ProbeOutcome::kNotSmtp, kNothing},
        Case{"ehlo", ProbeDepth::kEhlo, answering("250-mx\r\n250 SIZE 5\r\n"), ProbeOutcome::kEhlo,
             kEhloQuit},
        Case{"helo",
             ProbeDepth::kEhlo,
             answering("502 what?\r\n"),
             ProbeOutcome::kEhlo,
             {"EHLO me.example", "HELO me.example", "QUIT"}},
        Case{"neither",
             ProbeDepth::kEhlo,
             answering("502 what?\r\n", "550 no\r\n"),
             ProbeOutcome::kSmtp220,
             {"EHLO me.example", "HELO me.example", "QUIT"}},
        Case{"not offered", ProbeDepth::kStarttls, answering("250 mx\r\n"), ProbeOutcome::kEhlo,
             kEhloQuit}));

TEST(SmtpProber, ReportsTheServersWordsUnchanged) {
  MailScript script = answering("250-mx\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n");
  script.greeting = std::string("220-m\0x\x1b[2J\xff\r\n220 ok\r\n", 22);
  PlayedMailServer server(script);
  const Probed probed = probe(server, ProbeDepth::kEhlo);
  EXPECT_EQ(probed.report.code, 220);
  EXPECT_EQ(probed.greeting, std::string("m\0x\x1b[2J\xff", 8));
  EXPECT_TRUE(probed.report.has_smtputf8);
  EXPECT_EQ(probed.remark, "offers SMTPUTF8, STARTTLS");
}

TEST(SmtpProber, ReportsWhatIsThereInsteadOfSmtp) {
  PlayedMailServer server(greeting("SSH-2.0-OpenSSH_9.2\r\n"));
  const Probed probed = probe(server, ProbeDepth::kBanner);
  EXPECT_EQ(probed.report.code, 0);
  EXPECT_EQ(probed.greeting, "");
  EXPECT_EQ(probed.remark, "said SSH-2.0-OpenSSH_9.2");
}

TEST(SmtpProber, KnowsOnlyThatAnUnresponsiveServerOpened) {
  PlayedMailServer server(greeting(""));
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  harness.serve(server);
  harness.move_to(1'000'000);
  harness.run_once();
  harness.dial(kLoopback);
  ASSERT_TRUE(harness.run_until([&] { return server.accepted() == 1; }));
  harness.move_to(10'999'000);
  harness.run_once();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(11'000'000);
  harness.turn_until_all_reported();
  const Probed& probed = harness.reports()[0];
  EXPECT_EQ(probed.report.outcome, ProbeOutcome::kGreetingTimeout);
  EXPECT_EQ(probed.report.elapsed_ms, 10'000U);
  EXPECT_EQ(probed.report.code, 0);
  EXPECT_TRUE(probed.report.has_opened);
}

// A slow trickle of octets postponed the deadline.
TEST(SmtpProber, ATrickleMovesNoDeadline) {
  MailScript script = greeting("220 " + std::string(300, 'x') + "\r\n");
  script.drips = true;
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  harness.serve(server);
  harness.dial(kLoopback);
  int64_t now_us = 0;
  EXPECT_TRUE(harness.run_until([&] {
    harness.move_to(now_us += 50'000);
    return harness.prober().open() == 0;
  }));
  const ProbeReport& report = harness.reports().at(0).report;
  EXPECT_EQ(report.outcome, ProbeOutcome::kGreetingTimeout);
  EXPECT_GE(report.elapsed_ms, 10'000U);
  EXPECT_LE(report.elapsed_ms, 10'050U);
}

// The phase from which the server sends nothing, and when each later limit is reached.
struct Silence {
  std::string_view what;
  MailScript script;
  size_t lines;                  // received by then
  std::vector<int64_t> ends_us;  // of the phases that are left
  ProbeOutcome outcome;
  uint32_t elapsed_ms;
};

TEST(SmtpProber, EachPhaseHasItsLimit) {
  const Silence silences[] = {
      {"EHLO", {}, 1, {5'000'000, 6'000'000}, ProbeOutcome::kSmtp220, 5'000},
      {"HELO",
       answering("502 no\r\n", ""),
       2,
       {5'000'000, 6'000'000},
       ProbeOutcome::kSmtp220,
       5'000},
      {"STARTTLS",
       answering("250-mx\r\n250 STARTTLS\r\n"),
       2,
       {5'000'000, 6'000'000},
       ProbeOutcome::kEhlo,
       5'000},
  };
  for (const Silence& silence : silences) {
    MailScript script = silence.script;
    script.answers.erase("QUIT");
    PlayedMailServer server(script);
    ProbeHarness harness(settings_for(server, ProbeDepth::kStarttls));
    harness.serve(server);
    harness.dial(kLoopback);
    ASSERT_TRUE(harness.run_until([&] { return server.received().size() == silence.lines; }));
    for (const int64_t end_us : silence.ends_us) {
      harness.move_to(end_us - 1);
      harness.run_once();
      EXPECT_EQ(harness.prober().open(), 1U) << silence.what;
      EXPECT_LE(harness.prober().next_wake_us(), end_us);
      harness.move_to(end_us);
      harness.run_once();
    }
    harness.turn_until_all_reported();
    const Probed& probed = harness.reports().at(0);
    EXPECT_EQ(probed.report.outcome, silence.outcome) << silence.what;
    EXPECT_EQ(probed.report.elapsed_ms, silence.elapsed_ms) << silence.what;
    ASSERT_TRUE(harness.run_until([&] { return server.open() == 0; }));
    EXPECT_EQ(server.received().back(), "QUIT")
        << silence.what << ": the reset has dropped nothing";
  }
}

TEST(SmtpProber, TheTotalTimeoutIsNeverExceeded) {
  MailScript script;
  script.answers.erase("QUIT");
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kEhlo));
  harness.dial(kLoopback);
  harness.move_to(9'500'000);
  ASSERT_TRUE(harness.run_until([&] {
    server.serve();
    return server.received().size() == 1;
  }));
  harness.move_to(9'999'999);
  harness.run_once();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(10'000'000);
  harness.serve(server);
  ASSERT_TRUE(harness.run_until([&] { return server.received().size() == 2; }));
  harness.turn_until_all_reported();
  EXPECT_EQ(server.received()[1], "QUIT");
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kSmtp220);
}

// --- connecting ----------------------------------------------------------------------------------

TEST(SmtpProber, NothingListens) {
  ProbeHarness harness({.depth = ProbeDepth::kBanner, .port = 1, .helo = {}, .source = {}});
  harness.dial(kLoopback);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.end, End::kOutcome);
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kTcpRefused);
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
}

// A listener whose queue is full drops SYNs.
TEST(SmtpProber, ConnectingHasThreeQuartersOfTheTime) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&own), size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&own), &size), 0);
  const int filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(connect(filler, reinterpret_cast<sockaddr*>(&own), size), 0);

  ProbeHarness harness({.depth = ProbeDepth::kConnect,
                        .port = ntohs(own.sin_port),
                        .timeout_us = 10'000'000,
                        .helo = {},
                        .source = {}});
  harness.dial(kLoopback);
  harness.move_to(7'499'999);
  harness.run_once();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(7'500'000);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kTcpTimeout);
  EXPECT_EQ(harness.reports()[0].report.elapsed_ms, 7'500U);
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
  close(filler);
  close(listener);
}

TEST(SmtpProber, ComesFromItsSource) {
  PlayedMailServer server({});
  net::ProbeSettings settings = settings_for(server, ProbeDepth::kBanner);
  settings.source = IpAddress::from_text("127.9.8.7");
  ProbeHarness harness(settings);
  harness.serve(server);
  harness.dial(kLoopback);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kSmtp220);
  EXPECT_EQ(server.peer(), "127.9.8.7");
}

}  // namespace
}  // namespace mxbulk::test
