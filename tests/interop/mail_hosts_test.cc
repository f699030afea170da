// Probes of scripted hosts: greetings of every kind, one host for many domains,
// addresses that must not be dialled. Loopback only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/dns_question.h"
#include "support/mail_hosts.h"
#include "support/mail_world.h"
#include "support/run_program.h"
#include "support/smtp_client.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

using Then = Manner::Then;

class Hosts : public testing::Test {
 protected:
  // A domain with its own host in its own network.
  void add(const std::string& domain, const Manner& manner) {
    const std::string address = next_address();
    hosts_.add(address, manner);
    world_.add(domain, address);
  }
  void add_kind(const std::string& domain) { add(domain, kind(domain)); }
  // A domain at an address without a listener.
  void add_closed(const std::string& domain) { world_.add(domain, next_address()); }
  [[nodiscard]] static Manner kind(const std::string& domain) {
    return {.greeting = "220 mx." + domain + " ESMTP\r\n"};
  }
  [[nodiscard]] std::string next_address() {
    ++count_;
    return "127." + std::to_string(10 + count_ / 250) + "." + std::to_string(count_ % 250) + ".1";
  }
  void serve() {
    world_.serve();
    hosts_.start();
  }
  [[nodiscard]] static std::vector<std::string> flags(std::vector<std::string> more = {}) {
    more.insert(more.end(),
                {"--probe", "banner", "--probe-timeout", "3s", "--allow-net", "127.0.0.0/8"});
    return more;
  }
  MailWorld::Verdicts probe(const std::vector<std::string>& more = {}) {
    return world_.probe(flags(more));
  }

  const uint16_t port_ = free_port();
  MailHosts hosts_{port_};
  MailWorld world_{port_};
  size_t count_ = 0;
};

TEST_F(Hosts, FollowTheirScript) {
  hosts_.add("127.9.9.1", kind("kind.example"));
  hosts_.add("127.9.9.2", {});
  hosts_.add("127.9.9.3", {.greeting = "220 never a line", .then = Then::kCloses});
  hosts_.add("127.9.9.4", {.greeting = "220 slow.example\r\n", .octet_every_ms = 1});
  hosts_.start();
  constexpr int kLongMs = 10'000;
  EXPECT_EQ(greeting_of("127.9.9.1", port_, kLongMs), "220 mx.kind.example ESMTP\r\n");
  EXPECT_EQ(greeting_of("127.9.9.2", port_, 100), std::nullopt);
  EXPECT_EQ(greeting_of("127.9.9.3", port_, kLongMs), std::nullopt);
  EXPECT_EQ(greeting_of("127.9.9.4", port_, kLongMs), "220 slow.example\r\n");
  EXPECT_FALSE(port_opens("127.9.9.5", port_));
  EXPECT_EQ(hosts_.accepted(), 4U);
  EXPECT_EQ(hosts_.accepted("127.9.9.3"), 1U);
  EXPECT_EQ(hosts_.said_quit(), 2U);
}

TEST_F(Hosts, AreClassifiedByTheirGreeting) {
  struct Case {
    const char* domain;
    Manner manner;
    const char* verdict;
  };
  const std::vector<Case> all = {
      {"r220.example", kind("r220.example"), "reachable/smtp_220"},
      {"lines.example",
       {.greeting = "220-mx.lines.example\r\n220-hello\r\n220 you\r\n"},
       "reachable/smtp_220"},
      {"bare-lf.example", {.greeting = "220 mx.bare-lf.example\n"}, "reachable/smtp_220"},
      {"late.example",
       {.greeting = "220 mx.late.example ESMTP\r\n", .delay_ms = 1'500},
       "reachable/smtp_220"},
      {"r421.example", {.greeting = "421 4.3.2 r421 is full\r\n"}, "reachable/smtp_4xx"},
      {"r521.example", {.greeting = "521 mx.r521.example takes no mail\r\n"}, "dead_mx/smtp_521"},
      {"r521-policy.example", {.greeting = "521 5.7.1 not from you\r\n"}, "reachable/smtp_5xx"},
      {"r554.example", {.greeting = "554 5.7.1 you are listed\r\n"}, "reachable/smtp_5xx"},
      {"r571.example", {.greeting = "571 blocked\r\n"}, "reachable/smtp_5xx"},
      {"r477.example", {.greeting = "477 later\r\n"}, "reachable/smtp_4xx"},
      {"r600.example", {.greeting = "600 what\r\n"}, "unknown/not_smtp"},
      {"hangs.example", {}, "unknown/greeting_timeout"},
      {"closes.example", {.then = Then::kCloses}, "unknown/not_smtp"},
      {"half.example", {.greeting = "220 mx.hal", .then = Then::kCloses}, "unknown/not_smtp"},
      {"web.example",
       {.greeting = "HTTP/1.1 400 Bad Request\r\n\r\n", .then = Then::kCloses},
       "unknown/not_smtp"},
      {"ssh.example", {.greeting = "SSH-2.0-OpenSSH_9.2\r\n"}, "unknown/not_smtp"},
      {"endless.example",
       {.greeting = "220-mx.endless.example\r\n", .octet_every_ms = 1, .then = Then::kRepeats},
       "unknown/greeting_timeout"},
      {"drips.example",
       {.greeting = "220 mx.drips.example ESMTP\r\n", .octet_every_ms = 10'000},
       "unknown/greeting_timeout"},
  };
  MailWorld::Verdicts expected;
  for (const Case& one : all) {
    add(one.domain, one.manner);
    expected[one.domain] = one.verdict;
  }
  serve();
  EXPECT_EQ(probe(), expected);
}

// As fast as the wire allows: reading must be bounded too.
TEST_F(Hosts, AFloodOfGreetingLinesIsNoGreeting) {
  add_kind("kind.example");
  std::string lines;
  for (int i = 0; i < 1'000; ++i) lines += "220-and another thing\r\n";
  add("flood.example", {.greeting = lines, .then = Then::kRepeats});
  serve();
  EXPECT_THAT(probe(), ElementsAre(Pair("flood.example", "unknown/greeting_timeout"),
                                   Pair("kind.example", "reachable/smtp_220")));
}

TEST_F(Hosts, ControlCharactersOfAGreetingReachNoTerminal) {
  add_kind("kind.example");
  add("evil.example", {.greeting = std::string("220 mx.\x1b[31mevil\0\x07\r.example\r\n", 29)});
  serve();
  const MailWorld::Verdicts verdicts = probe();
  EXPECT_TRUE(verdicts.at("evil.example").starts_with("reachable/") ||
              verdicts.at("evil.example") == "unknown/not_smtp")
      << verdicts.at("evil.example");
  ProgramCall call = world_.call(flags());
  const auto resolver = std::find(call.arguments.begin(), call.arguments.end(), "--resolver");
  std::vector<std::string> words = flags({"check", "evil.example", *resolver, resolver[1]});
  words.insert(words.end(), {"--probe-port", std::to_string(port_)});
  const Outcome check = run_program({.arguments = words});
  EXPECT_THAT(check.out, HasSubstr("evil"));
  for (const char octet : {'\x1b', '\0', '\x07', '\r'}) {
    EXPECT_EQ(check.out.find(octet), std::string::npos) << static_cast<int>(octet);
    EXPECT_EQ(check.err.find(octet), std::string::npos) << static_cast<int>(octet);
  }
}

TEST_F(Hosts, ThatRefuseAreDeadIfOthersOpen) {
  add_kind("one.example");
  add_kind("two.example");
  add_closed("closed.example");
  serve();
  EXPECT_THAT(probe(), ElementsAre(Pair("closed.example", "dead_mx/tcp_refused"),
                                   Pair("one.example", "reachable/smtp_220"),
                                   Pair("two.example", "reachable/smtp_220")));
}

TEST_F(Hosts, ThatAllRefuseProveNothing) {
  for (int i = 0; i < 20; ++i) add_closed("d" + std::to_string(i) + ".example");
  serve();
  EXPECT_THAT(tally(probe()), ElementsAre(Pair("mx_ok/egress_blocked", 20U)));
}

TEST_F(Hosts, OneOfADomainsExchangesIsEnough) {
  add_kind("kind.example");
  const std::string dead = next_address();
  const std::string good = next_address();
  hosts_.add(good, {.greeting = "220 mx2.both.example ESMTP\r\n"});
  world_.add_domain("both.example", "mx1.both.example");
  world_.add_domain("both.example", "mx2.both.example");
  world_.add_exchange("mx1.both.example", dead);
  world_.add_exchange("mx2.both.example", good);
  serve();
  EXPECT_THAT(probe(), ElementsAre(Pair("both.example", "reachable/smtp_220"),
                                   Pair("kind.example", "reachable/smtp_220")));
}

TEST_F(Hosts, TenThousandDomainsOnOneAddressAreOneConnection) {
  constexpr size_t kDomains = 10'000;
  const std::string address = next_address();
  hosts_.add(address, {.greeting = "220 mx.shared.example ESMTP\r\n"});
  for (size_t i = 0; i < kDomains; ++i) {
    // A third names the same exchange, the others one each at the same address.
    const std::string domain = "d" + std::to_string(i) + ".example";
    if (i % 3 == 0) {
      world_.add_domain(domain, "mx.shared.example");
    } else {
      world_.add(domain, address);
    }
  }
  world_.add_exchange("mx.shared.example", address);
  serve();
  EXPECT_THAT(tally(probe()), ElementsAre(Pair("reachable/smtp_220", kDomains)));
  EXPECT_EQ(hosts_.accepted(), 1U);
  EXPECT_EQ(hosts_.said_quit(), 1U);
}

TEST_F(Hosts, WithoutAllowNetTheirLoopbackIsNeverDialled) {
  hosts_.add("127.0.0.1", kind("v4.example"));
  hosts_.add("::1", kind("v6.example"));
  world_.add("v4.example", "127.0.0.1");
  world_.add("v6.example", "::1");
  world_.add("mapped.example", "::ffff:127.0.0.1");
  world_.add("6to4.example", "2002:7f00:1::1");
  serve();
  const auto counts = tally(world_.probe({"--probe", "banner", "--probe-timeout", "3s"}));
  EXPECT_THAT(counts, ElementsAre(Pair("dead_mx/mx_nonpublic", 4U)));
  EXPECT_EQ(hosts_.accepted(), 0U);
}

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
// Three hundred hosts that take their time: enough for more connections at once than there are
// descriptors.
TEST_F(Hosts, FewDescriptorsChangeNoVerdict) {
  constexpr size_t kKind = 300;
  constexpr size_t kDescriptors = 64;
  for (size_t i = 0; i < kKind; ++i) {
    Manner manner = kind("d" + std::to_string(i) + ".example");
    manner.delay_ms = 200;
    add("d" + std::to_string(i) + ".example", manner);
  }
  add("refuses-us.example", {.greeting = "554 5.7.1 no\r\n"});
  add_closed("closed.example");
  serve();
  ProgramCall call = world_.call(flags());
  call.under = {"/usr/bin/prlimit", "--nofile=" + std::to_string(kDescriptors)};
  const MailWorld::Verdicts bound = world_.verdicts(run_program(call));
  EXPECT_THAT(tally(bound),
              ElementsAre(Pair("dead_mx/tcp_refused", 1U), Pair("reachable/smtp_220", kKind),
                          Pair("reachable/smtp_5xx", 1U)));
  EXPECT_LT(hosts_.open_max(), kDescriptors);
  EXPECT_EQ(probe(), bound);
  EXPECT_GT(hosts_.open_max(), kDescriptors) << "there was room for all";
}
#endif

}  // namespace
}  // namespace mxbulk::test
