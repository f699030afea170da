#include "lab/mail_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

namespace mxbulk::lab {
namespace {

using ::testing::ElementsAre;
using End = ProbeReport::End;

constexpr std::string_view kScript =
    "192.0.2.1 +STARTTLS +SMTPUTF8 220 mx.example.net ESMTP\n"
    "192.0.2.2 220 plain.example.net\n"
    "192.0.2.3 421 mx.example.net busy\n"
    "192.0.2.4 554 mx.example.net go away\n"
    "192.0.2.5 521 mx.example.net takes no mail\n"
    "192.0.2.6 521 5.7.1 not from you\n"
    "192.0.2.7 no-smtp SSH-2.0-OpenSSH_9.2\n"
    "192.0.2.8 hangs\n"
    "192.0.2.9 refuses\n"
    "192.0.2.10 unreachable\n"
    "192.0.2.11 unresponsive\n";

// A report, with the strings that its views borrow.
struct Received {
  ProbeReport report;
  std::string greeting;
  std::string remark;
};

class Sink final : public probing::ProbeSink {
 public:
  void on_probe(const ProbeReport& report) override {
    received.push_back({report, std::string(report.greeting), std::string(report.remark)});
    if (on_each) on_each();
  }
  std::vector<Received> received;
  std::function<void()> on_each;
};

MailHosts hosts_at(ProbeDepth depth) {
  return {MailScript::parse(kScript).value(), depth, "probe.example.net"};
}

void dial(MailHosts& hosts, const std::string& address, uint64_t ticket = 0) {
  hosts.dial({ticket, *IpAddress::from_text(address), "mx.dialled.example"});
}

// The report of one connection.
Received probe(ProbeDepth depth, const std::string& address) {
  MailHosts hosts = hosts_at(depth);
  Sink sink;
  dial(hosts, address);
  hosts.deliver(sink, hosts.next_wake_us());
  EXPECT_EQ(sink.received.size(), 1U) << address;
  return sink.received.empty() ? Received() : sink.received.front();
}

struct Case {
  const char* address;
  ProbeOutcome connect;
  ProbeOutcome banner;
  ProbeOutcome ehlo;
  ProbeOutcome starttls;
};

TEST(MailHosts, HaveTheOutcomeOfEachDepth) {
  using O = ProbeOutcome;
  const Case cases[] = {
      {"192.0.2.1", O::kTcp, O::kSmtp220, O::kEhlo, O::kStarttls},
      {"192.0.2.2", O::kTcp, O::kSmtp220, O::kEhlo, O::kEhlo},
      {"192.0.2.3", O::kTcp, O::kSmtp4xx, O::kSmtp4xx, O::kSmtp4xx},
      {"192.0.2.4", O::kTcp, O::kSmtp5xx, O::kSmtp5xx, O::kSmtp5xx},
      {"192.0.2.5", O::kTcp, O::kSmtp521, O::kSmtp521, O::kSmtp521},
      {"192.0.2.6", O::kTcp, O::kSmtp5xx, O::kSmtp5xx, O::kSmtp5xx},
      {"192.0.2.7", O::kTcp, O::kNotSmtp, O::kNotSmtp, O::kNotSmtp},
      {"192.0.2.8", O::kTcp, O::kGreetingTimeout, O::kGreetingTimeout, O::kGreetingTimeout},
      {"192.0.2.9", O::kTcpRefused, O::kTcpRefused, O::kTcpRefused, O::kTcpRefused},
      {"192.0.2.10", O::kTcpUnreachable, O::kTcpUnreachable, O::kTcpUnreachable,
       O::kTcpUnreachable},
      {"192.0.2.11", O::kTcpTimeout, O::kTcpTimeout, O::kTcpTimeout, O::kTcpTimeout},
      {"198.51.100.1", O::kTcp, O::kSmtp220, O::kEhlo, O::kStarttls},
  };
  for (const Case& one : cases) {
    for (const auto& [depth, outcome] :
         {std::pair{ProbeDepth::kConnect, one.connect}, std::pair{ProbeDepth::kBanner, one.banner},
          std::pair{ProbeDepth::kEhlo, one.ehlo}, std::pair{ProbeDepth::kStarttls, one.starttls}}) {
      const ProbeReport report = probe(depth, one.address).report;
      EXPECT_EQ(report.end, End::kOutcome);
      EXPECT_EQ(report.outcome, outcome) << one.address << " " << static_cast<int>(depth);
      EXPECT_EQ(report.has_opened, !is_closed(outcome)) << one.address;
    }
  }
}

TEST(MailHosts, TellWhatTheyGreetedAndOffered) {
  const Received good = probe(ProbeDepth::kStarttls, "192.0.2.1");
  EXPECT_EQ(good.report.code, 220);
  EXPECT_EQ(good.greeting, "mx.example.net ESMTP");
  EXPECT_EQ(good.remark, "offers STARTTLS, SMTPUTF8; TLS came up");
  EXPECT_TRUE(good.report.has_smtputf8);
  const Received plain = probe(ProbeDepth::kStarttls, "192.0.2.2");
  EXPECT_EQ(plain.remark, "");
  EXPECT_FALSE(plain.report.has_smtputf8);
  EXPECT_EQ(probe(ProbeDepth::kConnect, "192.0.2.3").report.code, 421);
  EXPECT_EQ(probe(ProbeDepth::kBanner, "192.0.2.7").remark, "said SSH-2.0-OpenSSH_9.2");
  EXPECT_EQ(probe(ProbeDepth::kBanner, "192.0.2.7").report.code, 0);
}

TEST(MailHosts, AnUnlistedServerGreetsWithTheDialledName) {
  const Received received = probe(ProbeDepth::kEhlo, "2001:db8::1");
  EXPECT_EQ(received.greeting, "mx.dialled.example ESMTP");
  EXPECT_EQ(received.remark, "offers STARTTLS, SMTPUTF8");
}

TEST(MailHosts, ReportNeverInsideDialAndNoneBeforeItsTime) {
  constexpr int64_t kNow = 1'000'000;
  MailHosts hosts = hosts_at(ProbeDepth::kBanner);
  Sink sink;
  EXPECT_EQ(hosts.next_wake_us(), std::numeric_limits<int64_t>::max());
  hosts.deliver(sink, kNow);
  dial(hosts, "192.0.2.8", 1);
  dial(hosts, "192.0.2.9", 2);
  dial(hosts, "192.0.2.1", 3);
  EXPECT_GT(hosts.next_wake_us(), kNow);
  hosts.deliver(sink, kNow);
  EXPECT_TRUE(sink.received.empty());
  std::vector<uint64_t> tickets;
  while (hosts.next_wake_us() != std::numeric_limits<int64_t>::max()) {
    const int64_t due_us = hosts.next_wake_us();
    hosts.deliver(sink, due_us - 1);
    EXPECT_EQ(sink.received.size(), tickets.size());
    hosts.deliver(sink, due_us);
    ASSERT_EQ(sink.received.size(), tickets.size() + 1);
    tickets.push_back(sink.received.back().report.ticket);
    EXPECT_LE(sink.received.back().report.elapsed_ms, (due_us - kNow) / 1'000);
  }
  EXPECT_THAT(tickets, ElementsAre(3, 2, 1));
}

TEST(MailHosts, MayBeDialledWhileTheyReport) {
  MailHosts hosts = hosts_at(ProbeDepth::kBanner);
  Sink sink;
  sink.on_each = [&] {
    if (sink.received.size() == 1) dial(hosts, "192.0.2.9", 7);
  };
  dial(hosts, "192.0.2.1");
  hosts.deliver(sink, 1'000'000);
  ASSERT_EQ(sink.received.size(), 1U);
  hosts.deliver(sink, hosts.next_wake_us());
  ASSERT_EQ(sink.received.size(), 2U);
  EXPECT_EQ(sink.received.back().report.ticket, 7U);
}

// Their second attempts are one batch.
TEST(MailHosts, PortsThatCloseAtOneTimeAreReportedAtOneTime) {
  MailHosts hosts = hosts_at(ProbeDepth::kBanner);
  Sink sink;
  for (const char* address : {"192.0.2.9", "192.0.2.10", "192.0.2.11"}) dial(hosts, address);
  hosts.deliver(sink, hosts.next_wake_us());
  EXPECT_EQ(sink.received.size(), 3U);
}

}  // namespace
}  // namespace mxbulk::lab
