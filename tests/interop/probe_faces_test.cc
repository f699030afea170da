// Probes in the output: check, records of domains, rows, the summary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "lab/zone.h"
#include "support/dns_question.h"
#include "support/mail_hosts.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kZone[] = R"($ORIGIN .
$TTL 300
@ IN SOA a.root. b.root. 1 1800 900 604800 300
one.example.   IN MX 10 a.one.example.
one.example.   IN MX 20 b.one.example.
a.one.example. IN A 127.1.48.1
b.one.example. IN A 127.1.49.1
two.example.   IN MX 10 a.two.example.
a.two.example. IN A 127.1.50.1
)";

class ProbeFaces : public testing::Test {
 protected:
  void SetUp() override {
    auto zone = lab::Zone::parse(kZone);
    ASSERT_TRUE(zone.ok()) << zone.status().message();
    auto server = lab::DnsServer::start(std::move(zone.value()));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
  }

  // Nothing listens at 127.1.50.1.
  void serve(const std::string& greeting = "220 mx.one.example ESMTP\r\n") {
    hosts_.add("127.1.48.1", {.greeting = greeting});
    hosts_.add("127.1.49.1", {.greeting = greeting});
    hosts_.start();
  }

  Outcome run(std::vector<std::string> arguments) {
    for (const std::string& more :
         {std::string("--resolver"), "127.0.0.1:" + std::to_string(server_->port()),
          std::string("--probe-port"), std::to_string(port_), std::string("--allow-net"),
          std::string("127.0.0.0/8")}) {
      arguments.push_back(more);
    }
    return run_program({.arguments = arguments});
  }

  TempDir folder_;
  std::unique_ptr<lab::DnsServer> server_;
  const uint16_t port_ = free_port();
  MailHosts hosts_{port_};
};

TEST_F(ProbeFaces, CheckShowsTheOutcomeOfEachAddress) {
  serve();
  const Outcome text = run({"check", "one.example", "--probe", "banner"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("one.example: reachable/smtp_220, send\n"),
                              HasSubstr("probe 127.1.48.1: smtp_220 in "),
                              HasSubstr("probe 127.1.49.1: smtp_220 in "),
                              HasSubstr("\"mx.one.example ESMTP\""),
                              HasSubstr("probe  dialled 127.1.48.1: smtp_220, greeted 220")));
  const Outcome json = run({"check", "one.example", "--json", "--probe", "banner"});
  EXPECT_THAT(json.out, HasSubstr("\"probes\":[{\"ip\":\"127.1.48.1\",\"outcome\":\"smtp_220\""));
}

TEST_F(ProbeFaces, CheckEscapesAGreeting) {
  serve("220 mx\x1B[2J\xFF\r\n");
  const Outcome text = run({"check", "one.example", "--probe", "banner"});
  EXPECT_THAT(text.out, AllOf(HasSubstr("mx\\x1b[2J\\xff"), Not(HasSubstr("\x1B"))));
}

TEST_F(ProbeFaces, ServersWithoutSmtputf8ConcernAddressesThatNeedIt) {
  serve();
  const auto check = [this](const char* name) {
    return run({"check", name, "--probe", "ehlo", "--helo", "probe.example"}).out;
  };
  EXPECT_THAT(check("one.example"), HasSubstr("eai_unsupported"));
  EXPECT_THAT(check("plain@one.example"), Not(HasSubstr("eai_unsupported")));
  EXPECT_THAT(check("\xC3\xA4@one.example"), HasSubstr("eai_unsupported"));
  const std::string list =
      folder_.write("list.csv", "email\nplain@one.example\n\xC3\xA4@one.example\n");
  const Outcome rows = run({"validate", list, "--probe", "ehlo", "--helo", "probe.example",
                            "--columns", "reason,lints"});
  EXPECT_EQ(rows.exit_code, 0) << rows.err;
  EXPECT_THAT(rows.out, HasSubstr("plain@one.example,ehlo,\n"));
  EXPECT_THAT(rows.out, HasSubstr("@one.example,ehlo,smtputf8;eai_unsupported\n"));
}

TEST_F(ProbeFaces, RecordsAndSummaryShowTheOutcomes) {
  serve();
  const std::string list = folder_.write("list", "one.example\ntwo.example\nnone.example\n");
  const std::string summary = folder_.file("summary.json");
  const Outcome records =
      run({"resolve", list, "--probe", "banner", "--summary-json", summary, "--progress", "none"});
  EXPECT_EQ(records.exit_code, 0) << records.err;
  EXPECT_THAT(records.out, HasSubstr("\"probe_status\":\"smtp_220\",\"probe_ms\":"));
  EXPECT_THAT(records.out, HasSubstr("\"probe_status\":\"tcp_refused\",\"probe_ms\":"));
  EXPECT_THAT(records.out, HasSubstr("\"probe_status\":null,\"probe_ms\":null"));
  EXPECT_THAT(read_text(summary),
              HasSubstr("\"probes\":{\"port\":" + std::to_string(port_) + ",\"egress\":\"ok\","));
  EXPECT_THAT(records.err, AllOf(HasSubstr("  reachable           1"), HasSubstr("  probed 2 ")));
}

// Nothing listens anywhere.
TEST_F(ProbeFaces, IfNothingOpensTheSummaryWarnsAndNoHostIsDead) {
  const std::string list = folder_.write("list.csv", "email\na@one.example\nb@two.example\n");
  const Outcome rows = run({"validate", list, "--probe", "banner", "--columns", "verdict,reason"});
  EXPECT_EQ(rows.exit_code, 0) << rows.err;
  EXPECT_THAT(rows.out, HasSubstr("a@one.example,mx_ok,egress_blocked\n"));
  EXPECT_THAT(rows.out, HasSubstr("b@two.example,mx_ok,egress_blocked\n"));
  EXPECT_THAT(rows.err, HasSubstr("! port " + std::to_string(port_) + " never opened from here: "));
}

}  // namespace
}  // namespace mxbulk::test
