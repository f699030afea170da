// Probes of real mail servers: Postfix, Exim, OpenSMTPD, the rude modes of smtp-sink, and the
// tarpit endlessh. All of it in network namespaces, so that nothing they might look up leaves the
// machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/mail_hosts.h"
#include "support/mail_servers.h"
#include "support/mail_world.h"
#include "support/smtp_client.h"
#include "support/test_network.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr uint16_t kPort = 2525;

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class RealServers : public testing::Test {
 protected:
  void SetUp() override {
    std::string why_not = why_no_mail_server();
    if (why_not.empty()) network_ = TestNetwork::make(why_not);
    if (!why_not.empty()) GTEST_SKIP() << why_not;
    stay_ = std::make_unique<TestNetwork::Stay>(*network_, Host::kClient);
  }
  MailWorld::Verdicts probe(const std::string& depth, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--probe", depth, "--probe-timeout", "3s", "--allow-net",
                             "127.0.0.0/8,192.0.2.0/24", "--helo", "probe.client.example"});
    return world_.probe(more);
  }

  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<TestNetwork::Stay> stay_;
  MailWorld world_{kPort};
};

TEST_F(RealServers, GreetEveryClient) {
  PostfixServer postfix("127.0.1.1", kPort);
  EximServer exim("127.0.2.1", kPort);
  OpenSmtpdServer opensmtpd("127.0.3.1", kPort);
  ASSERT_TRUE(postfix.start() && exim.start() && opensmtpd.start());
  constexpr int kWaitMs = 5'000;
  EXPECT_THAT(greeting_of("127.0.1.1", kPort, kWaitMs).value_or(""), HasSubstr("ESMTP Postfix"));
  EXPECT_THAT(greeting_of("127.0.2.1", kPort, kWaitMs).value_or(""), HasSubstr("ESMTP Exim"));
  EXPECT_THAT(greeting_of("127.0.3.1", kPort, kWaitMs).value_or(""), HasSubstr("ESMTP OpenSMTPD"));
}

TEST_F(RealServers, AreReachedAtEachDepth) {
  PostfixServer postfix("127.0.1.1", kPort);
  EximServer exim("127.0.2.1", kPort);
  OpenSmtpdServer opensmtpd("127.0.3.1", kPort);
  ASSERT_TRUE(postfix.start() && exim.start() && opensmtpd.start());
  world_.add("postfix.example", postfix.address());
  world_.add("exim.example", exim.address());
  world_.add("opensmtpd.example", opensmtpd.address());
  world_.serve();
  // OpenSMTPD 6.8, as Debian 12 links it against OpenSSL 3, offers STARTTLS and cannot sign the
  // handshake with the key that another process of it keeps: EHLO is as far as it goes. 7.6 (Debian
  // 13) can.
  const bool has_no_tls = opensmtpd.log().find("OpenSMTPD 6.") != std::string::npos;
  for (const auto& [depth, verdict] : {std::pair{"connect", "reachable/tcp"},
                                       {"banner", "reachable/smtp_220"},
                                       {"ehlo", "reachable/ehlo"},
                                       {"starttls", "reachable/starttls"}}) {
    const bool fails = has_no_tls && std::string_view(depth) == "starttls";
    EXPECT_THAT(probe(depth),
                ElementsAre(Pair("exim.example", verdict),
                            Pair("opensmtpd.example", fails ? "reachable/ehlo" : verdict),
                            Pair("postfix.example", verdict)))
        << depth;
  }
  EXPECT_THAT(opensmtpd.log(), HasSubstr(has_no_tls ? "reason=\"io-error: error:" : " smtp tls "));
}

// Intrusion filters count `lost connection after CONNECT`: a prober reads the greeting and sends
// QUIT.
TEST_F(RealServers, AreSentQuit) {
  PostfixServer postfix("127.0.1.1", kPort);
  EximServer exim("127.0.2.1", kPort);
  ASSERT_TRUE(postfix.start() && exim.start());
  world_.add("postfix.example", postfix.address());
  world_.add("exim.example", exim.address());
  world_.serve();
  const size_t before = count_of(postfix.log(), "disconnect from");
  for (const char* depth : {"banner", "ehlo", "starttls"}) probe(depth);
  ASSERT_TRUE(wait_until([&] { return count_of(postfix.log(), "disconnect from") >= before + 3; }))
      << postfix.log();
  EXPECT_THAT(postfix.log(), AllOf(Not(HasSubstr("lost connection")), Not(HasSubstr("timeout")),
                                   Not(HasSubstr("warning"))));
  EXPECT_EQ(count_of(postfix.log(), "quit=1"), before + 3) << postfix.log();
  EXPECT_THAT(exim.log(), AllOf(Not(HasSubstr("unexpected disconnection")),
                                Not(HasSubstr("synchronization error"))));
}

TEST_F(RealServers, ThatRefuseAreClassifiedByTheirReply) {
  struct Rude {
    const char* domain;
    std::vector<std::string> flags;
    const char* verdict;
  };
  const std::vector<Rude> all = {
      {"closes.example", {"-q", "CONNECT"}, "unknown/not_smtp"},
      {"full.example", {"-Q", "CONNECT"}, "reachable/smtp_4xx"},
      {"kind.example", {}, "reachable/smtp_220"},
      {"late.example", {"-W", "CONNECT:60"}, "unknown/greeting_timeout"},
      {"later.example", {"-r", "CONNECT"}, "reachable/smtp_4xx"},
      {"never.example", {"-f", "CONNECT"}, "reachable/smtp_5xx"},
      {"waits.example", {"-W", "CONNECT:1"}, "reachable/smtp_220"},
  };
  std::vector<std::unique_ptr<SmtpSink>> sinks;
  MailWorld::Verdicts expected;
  for (const Rude& rude : all) {
    std::vector<std::string> flags = rude.flags;
    flags.insert(flags.end(), {"-h", std::string("mx.") + rude.domain});
    const std::string address = "127.0." + std::to_string(sinks.size() + 1) + ".1";
    sinks.push_back(std::make_unique<SmtpSink>(address, kPort, flags));
    ASSERT_TRUE(sinks.back()->start());
    world_.add(rude.domain, address);
    expected[rude.domain] = rude.verdict;
  }
  world_.serve();
  EXPECT_EQ(probe("banner"), expected);
}

// endlessh owns its port at every address of its host: it runs at the other end of the wire. Its
// lines are no SMTP replies, so the first one decides; if none comes in time, there is none.
TEST_F(RealServers, EndlesshIsNoMailServer) {
  MailHosts hosts(kPort);
  hosts.add("127.0.1.1", {.greeting = "220 mx.kind.example ESMTP\r\n"});
  hosts.start();
  world_.add("kind.example", "127.0.1.1");
  world_.add("tarpit.example", TestNetwork::kServerAddress);
  world_.serve();
  for (const auto& [delay_ms, verdict] :
       {std::pair{"100", "unknown/not_smtp"}, {"10000", "unknown/greeting_timeout"}}) {
    std::unique_ptr<Endlessh> tarpit;
    {
      const TestNetwork::Stay stay(*network_, Host::kServer);
      tarpit = std::make_unique<Endlessh>(TestNetwork::kServerAddress, kPort,
                                          std::vector<std::string>{"-d", delay_ms});
      ASSERT_TRUE(tarpit->start());
    }
    EXPECT_THAT(probe("banner"), ElementsAre(Pair("kind.example", "reachable/smtp_220"),
                                             Pair("tarpit.example", verdict)));
    EXPECT_THAT(tarpit->log(), HasSubstr("ACCEPT host=192.0.2.1"));
  }
}

}  // namespace
}  // namespace mxbulk::test
