// `doctor` about SMTP probes from this host: its name, and port 25 of the mail servers of a canary.
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

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kZone[] = R"($ORIGIN .
$TTL 300
@ IN SOA a.root. b.root. 1 1800 900 604800 300
good.example.   IN MX 10 a.good.example.
good.example.   IN MX 20 b.good.example.
a.good.example. IN A 127.1.47.1
a.good.example. IN A 127.1.47.2
a.good.example. IN A 127.1.47.3
b.good.example. IN A 127.1.47.4
down.example.   IN MX 10 a.down.example.
a.down.example. IN A 127.1.47.9
null.example.   IN MX 0 .
probe.example.  IN A 127.1.47.8
8.47.1.127.in-addr.arpa. IN PTR probe.example.
)";

class DoctorProbing : public testing::Test {
 protected:
  void SetUp() override {
    auto zone = lab::Zone::parse(kZone);
    ASSERT_TRUE(zone.ok()) << zone.status().message();
    auto server = lab::DnsServer::start(std::move(zone.value()));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
    for (const char* address : {"127.1.47.1", "127.1.47.2", "127.1.47.3", "127.1.47.4"}) {
      hosts_.add(address, {.greeting = "220 mx.good.example ESMTP\r\n"});
    }
    hosts_.start();
  }

  Outcome doctor(const std::vector<std::string>& more) {
    ProgramCall call;
    call.arguments = {"doctor", "--resolver", "127.0.0.1:" + std::to_string(server_->port()),
                      "--probe-port", std::to_string(port_)};
    call.arguments.insert(call.arguments.end(), more.begin(), more.end());
    return run_program(call);
  }

  std::unique_ptr<lab::DnsServer> server_;
  const uint16_t port_ = free_port();  // of this test alone, as another may run beside it
  MailHosts hosts_{port_};
};

TEST_F(DoctorProbing, WithoutACanaryNothingIsDialled) {
  const Outcome run = doctor({"--allow-net", "127.1.47.0/24"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not tried"));
  EXPECT_EQ(hosts_.accepted(), 0U);
}

// One address of each exchange, then more of the first; three in all, each once, each ended with
// QUIT.
TEST_F(DoctorProbing, ThreeServersOfTheCanaryAreDialled) {
  const Outcome run = doctor({"--canary", "good.example", "--allow-net", "127.1.47.0/24"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("open: 127.1.47.1 smtp_220"),
                             HasSubstr("127.1.47.4 smtp_220"), HasSubstr("127.1.47.2 smtp_220")));
  EXPECT_EQ(hosts_.accepted(), 3U);
  EXPECT_EQ(hosts_.accepted("127.1.47.3"), 0U);
  EXPECT_EQ(hosts_.said_quit(), 3U);
}

TEST_F(DoctorProbing, AnAddressThatIsNotPublicIsNotDialled) {
  const Outcome run = doctor({"--canary", "good.example"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("no mail server that may be dialled (mx_nonpublic)"));
  EXPECT_EQ(hosts_.accepted(), 0U);
}

TEST_F(DoctorProbing, AClosedPortIsAWarning) {
  const Outcome run = doctor({"--canary", "down.example", "--allow-net", "127.1.47.0/24"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("closed: 127.1.47.9 tcp_refused"), HasSubstr("→ many")));
}

TEST_F(DoctorProbing, ACanaryThatTakesNoMailIsNotDialled) {
  const Outcome run = doctor({"--canary", "null.example", "--allow-net", "127.1.47.0/24"});
  EXPECT_THAT(run.out, HasSubstr("(rfc7505)"));
}

TEST_F(DoctorProbing, TheNameOfThisHostAndItsAddressConfirmEachOther) {
  const Outcome good = doctor({"--helo", "probe.example"});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, AllOf(HasSubstr("probe.example is 127.1.47.8"),
                              HasSubstr("127.1.47.8 is probe.example")));
  const Outcome bad = doctor({"--helo", "a.down.example"});
  EXPECT_THAT(bad.out, AllOf(HasSubstr("127.1.47.9 has no name"), HasSubstr("PTR")));
  EXPECT_EQ(hosts_.accepted(), 0U);
}

// Its mail servers say nothing about port 25 from this machine.
TEST_F(DoctorProbing, TheBuiltInWorldIsNeverDialled) {
  ProgramCall call;
  call.arguments = {"doctor", "-r", "lab", "--canary", "gmail.com"};
  const Outcome run = run_program(call);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("part of this program"));
  EXPECT_THAT(run.out, Not(HasSubstr("machine")));
}

}  // namespace
}  // namespace mxbulk::test
