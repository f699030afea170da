// What a connection comes to, against servers that the test plays.
#include "net/smtp_prober.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iomanip>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include "unit/net/harness.h"
#include "unit/net/probe_harness.h"

namespace mxbulk::test {
namespace {

using End = engine::ProbeReport::End;
using Then = MailScript::Then;
constexpr int64_t kNever = engine::TimerWheel<int>::kNever;
const IpAddress kLoopback = IpAddress::from_text("127.0.0.1").value();

// One connection, on a clock that stands still.
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
  std::vector<std::string> heard;
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
  EXPECT_EQ(server.heard(), GetParam().heard);
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

TEST(SmtpProber, ReportsWhatTheServerSaidAsItCame) {
  MailScript script = answering("250-mx\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n");
  script.greeting = std::string("220-m\0x\x1b[2J\xff\r\n220 ok\r\n", 22);
  PlayedMailServer server(script);
  const Probed probed = probe(server, ProbeDepth::kEhlo);
  EXPECT_EQ(probed.report.code, 220);
  EXPECT_EQ(probed.greeting, std::string("m\0x\x1b[2J\xff", 8));
  EXPECT_TRUE(probed.report.has_smtputf8);
  EXPECT_EQ(probed.remark, "offers SMTPUTF8, STARTTLS");
}

TEST(SmtpProber, KnowsNothingOfASilentServerButThatItOpened) {
  PlayedMailServer server(greeting(""));
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  harness.serve(server);
  harness.move_to(1'000'000);
  harness.turn();
  harness.dial(kLoopback);
  ASSERT_TRUE(harness.turn_until([&] { return server.accepted() == 1; }));
  harness.move_to(10'999'000);
  harness.turn();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(11'000'000);
  harness.turn_until_all_reported();
  const Probed& probed = harness.reports()[0];
  EXPECT_EQ(probed.report.outcome, ProbeOutcome::kGreetingTimeout);
  EXPECT_EQ(probed.report.elapsed_ms, 10'000U);
  EXPECT_EQ(probed.report.code, 0);
  EXPECT_TRUE(probed.report.has_opened);
}

// One octet now and then moved the deadline.
TEST(SmtpProber, ATrickleMovesNoDeadline) {
  MailScript script = greeting("220 " + std::string(300, 'x') + "\r\n");
  script.drips = true;
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  harness.serve(server);
  harness.dial(kLoopback);
  int64_t now_us = 0;
  EXPECT_TRUE(harness.turn_until([&] {
    harness.move_to(now_us += 50'000);
    return harness.prober().open() == 0;
  }));
  const engine::ProbeReport& report = harness.reports().at(0).report;
  EXPECT_EQ(report.outcome, ProbeOutcome::kGreetingTimeout);
  EXPECT_GE(report.elapsed_ms, 10'000U);
  EXPECT_LE(report.elapsed_ms, 10'050U);
}

// Where the server falls silent, and when each limit strikes that follows.
struct Silence {
  std::string_view what;
  MailScript script;
  size_t lines;                  // heard by then
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
    ASSERT_TRUE(harness.turn_until([&] { return server.heard().size() == silence.lines; }));
    for (const int64_t end_us : silence.ends_us) {
      harness.move_to(end_us - 1);
      harness.turn();
      EXPECT_EQ(harness.prober().open(), 1U) << silence.what;
      EXPECT_LE(harness.prober().next_wake_us(), end_us);
      harness.move_to(end_us);
      harness.turn();
    }
    harness.turn_until_all_reported();
    const Probed& probed = harness.reports().at(0);
    EXPECT_EQ(probed.report.outcome, silence.outcome) << silence.what;
    EXPECT_EQ(probed.report.elapsed_ms, silence.elapsed_ms) << silence.what;
    ASSERT_TRUE(harness.turn_until([&] { return server.open() == 0; }));
    EXPECT_EQ(server.heard().back(), "QUIT") << silence.what;
    EXPECT_EQ(server.last_error(), 0) << "a reset may have eaten the QUIT";
  }
}

TEST(SmtpProber, TheWholeIsNeverExceeded) {
  MailScript script;
  script.answers.erase("QUIT");
  PlayedMailServer server(script);
  ProbeHarness harness(settings_for(server, ProbeDepth::kEhlo));
  harness.dial(kLoopback);
  harness.move_to(9'500'000);
  ASSERT_TRUE(harness.turn_until([&] {
    server.serve();
    return server.heard().size() == 1;
  }));
  harness.move_to(9'999'999);
  harness.turn();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(10'000'000);
  harness.serve(server);
  ASSERT_TRUE(harness.turn_until([&] { return server.heard().size() == 2; }));
  harness.turn_until_all_reported();
  EXPECT_EQ(server.heard()[1], "QUIT");
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kSmtp220);
}

// --- connecting ----------------------------------------------------------------------------------

TEST(SmtpProber, NobodyListens) {
  ProbeHarness harness({.depth = ProbeDepth::kBanner, .port = 1, .helo = {}, .source = {}});
  harness.dial(kLoopback);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.end, End::kOutcome);
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kTcpRefused);
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
}

// A listener whose queue is full lets SYNs fall.
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
  harness.turn();
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.move_to(7'500'000);
  harness.turn_until_all_reported();
  EXPECT_EQ(harness.reports()[0].report.outcome, ProbeOutcome::kTcpTimeout);
  EXPECT_EQ(harness.reports()[0].report.elapsed_ms, 7'500U);
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
  close(filler);
  close(listener);
}

End end_of(std::string_view address, std::string_view source = {}) {
  net::ProbeSettings settings{.port = 1, .helo = {}, .source = {}};
  if (!source.empty()) settings.source = IpAddress::from_text(source);
  ProbeHarness harness(settings);
  harness.dial(IpAddress::from_text(address).value());
  EXPECT_TRUE(harness.reports().empty()) << "reported inside dial()";
  EXPECT_EQ(harness.prober().next_wake_us(), 0);
  harness.turn_until_all_reported();
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
  return harness.reports()[0].report.end;
}

TEST(SmtpProber, NoRouteIsOurTrouble) {
  EXPECT_EQ(end_of("127.255.255.255"), End::kNoRoute);         // ENETUNREACH: a broadcast address
  EXPECT_EQ(end_of("127.0.0.1", "192.0.2.1"), End::kNoRoute);  // EADDRNOTAVAIL of bind(2)
  EXPECT_EQ(end_of("127.0.0.1", "::1"), End::kNoRoute);
  EXPECT_EQ(end_of("::1", "127.0.0.1"), End::kNoRoute);
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

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
TEST(SmtpProber, WithoutDescriptorsThereIsNoRoomAndLaterThereIs) {
  PlayedMailServer server({});
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  for (const rlim_t room : {0, 1, 2}) {  // for a socket; for the set of all sockets
    const rlimit few{static_cast<rlim_t>(next) + room, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    harness.dial(kLoopback);
    if (room == 2) harness.dial(kLoopback);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  }
  harness.serve(server);
  harness.dial(kLoopback);
  harness.turn_until_all_reported();
  std::map<End, int> ends;
  for (const Probed& probed : harness.reports()) ++ends[probed.report.end];
  EXPECT_EQ(ends[End::kNoRoom], 3);
  EXPECT_EQ(ends[End::kOutcome], 2);
}
#endif

// --- many ----------------------------------------------------------------------------------------

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
  MailScript script = answering("250-mx\r\n250 SIZE\r\n");
  script.waits_behind_quit = true;  // so that we are the ones who close first
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
  ASSERT_TRUE(harness.turn_until([&] { return server.open() == 0; }));
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
  EXPECT_TRUE(harness.turn_until([&] { return harness.reports().size() == kConnections; }));
  for (const Probed& probed : harness.reports()) {
    const bool is_good = probed.report.ticket % 2 == 0;
    EXPECT_EQ(probed.report.outcome, is_good ? ProbeOutcome::kSmtp220 : ProbeOutcome::kTcpRefused);
    EXPECT_EQ(probed.report.code, is_good ? 220 : 0);
  }
}

TEST(SmtpProber, TheLoopWakesForALimit) {
  PlayedMailServer server(greeting(""));
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
  harness.turn();
  EXPECT_EQ(harness.prober().open(), 3U);
}

}  // namespace
}  // namespace mxbulk::test
