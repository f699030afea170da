// A resolver that answers badly: errors for all, losses, truncation, forgeries. It is the built-in
// server, in this process, with a fault profile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/fault_profile.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class BadAnswers : public testing::Test {
 protected:
  // Starts a server for `domains` domains that has these faults.
  void serve(size_t domains, const FaultProfile& faults) {
    world_ = make_bulk_world(domains);
    auto server = lab::DnsServer::start(zone_from(world_.zone_text), play(faults));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
  }
  [[nodiscard]] std::string endpoint() const {
    return "127.0.0.1:" + std::to_string(server_->port());
  }
  Outcome validate() {
    ProgramCall call;
    call.arguments = validate_arguments(folder_.write("list.csv", world_.list), endpoint(),
                                        folder_.file("out.csv"));
    call.arguments.emplace_back("--verbose");
    call.deadline_ms = 120'000;
    return run_program(call);
  }
  Comparison comparison() { return compare(world_, read_text(folder_.file("out.csv"))); }

  BulkWorld world_;
  std::unique_ptr<lab::DnsServer> server_;
  TempDir folder_;
};

struct RcodeCase {
  const char* name;
  int rcode;
  const char* reason;  // that `check` names
};
void PrintTo(const RcodeCase& rcode, std::ostream* out) {
  *out << rcode.name;
}

class SameRcodeForAll : public BadAnswers, public testing::WithParamInterface<RcodeCase> {};

TEST_P(SameRcodeForAll, ValidateEndsWithoutOutput) {
  serve(2'000, {.rcode = GetParam().rcode});
  const Outcome run = validate();
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_EQ(folder_.listing(), "list.csv");
}

TEST_P(SameRcodeForAll, CheckSaysUnknownByName) {
  serve(8, {.rcode = GetParam().rcode});
  const Outcome run = run_program({.arguments = {"check", "d3.bulk.example", "-r", endpoint()}});
  EXPECT_THAT(run.out, HasSubstr(std::string("unknown/") + GetParam().reason)) << run.err;
}

// A pipe gets a record for each line, whatever the resolver does.
TEST_P(SameRcodeForAll, ResolveSaysUnknownByName) {
  serve(8, {.rcode = GetParam().rcode});
  const Outcome run = run_program({.arguments = {"resolve", "-r", endpoint(), "-q"},
                                   .stdin_text = "d3.bulk.example\nd5.bulk.example\n"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_EQ(std::count(run.out.begin(), run.out.end(), '\n'), 2) << run.out;
  const std::string said =
      std::string("\"verdict\":\"unknown\",\"reason\":\"") + GetParam().reason + "\"";
  for (const char* domain : {"d3", "d5"}) {
    EXPECT_THAT(run.out,
                HasSubstr("{\"domain\":\"" + std::string(domain) + ".bulk.example\"," + said));
  }
}

INSTANTIATE_TEST_SUITE_P(All, SameRcodeForAll,
                         testing::Values(RcodeCase{"Formerr", 1, "dns_malformed"},
                                         RcodeCase{"Servfail", 2, "dns_servfail"},
                                         RcodeCase{"Notimp", 4, "dns_refused"},
                                         RcodeCase{"Refused", 5, "dns_refused"}),
                         [](const testing::TestParamInfo<RcodeCase>& rcode) {
                           return rcode.param.name;
                         });

TEST_F(BadAnswers, LossOf5Percent) {
  serve(2'000, {.loss = 0.05});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_EQ(found.rows, 2'000U);
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_LE(found.unknown, 2U);  // 0.1 %
}

TEST_F(BadAnswers, LossOf30Percent) {
  serve(2'000, {.loss = 0.30});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_EQ(found.rows, 2'000U);
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_LE(found.unknown, 20U);  // 1 %
}

TEST_F(BadAnswers, LateAnswersArriveAll) {
  serve(1'000, {.delay_ms = 300, .jitter_ms = 300});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.unknown, 0U);
}

TEST_F(BadAnswers, AnswersThreeSecondsLateArriveAllAndWithoutAStorm) {
  serve(200, {.delay_ms = 3'000});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.unknown, 0U);
  EXPECT_LE(server_->counters().udp_questions, 4U * 3U * 200U);
}

TEST_F(BadAnswers, AllTruncatedAndTcpWorks) {
  serve(2'000, {.truncate_udp = true});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.unknown, 0U);
  EXPECT_GE(server_->counters().tcp_questions, 2'000U);
}

// The resolver is up and answers, but no answer can be fetched.
TEST_F(BadAnswers, AllTruncatedAndTcpDropped) {
  serve(2'000, {.truncate_udp = true, .drop_tcp = true});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.unknown, 2'000U);
}

// All questions over TCP share a connection. If a resolver closes it because of one name, the other
// questions must not fail, however often they are asked together.
TEST_F(BadAnswers, OneNameThatClosesTcpTakesNoOtherWithIt) {
  constexpr size_t kNames = 61;
  constexpr size_t kPoison = 30;
  std::string zone = make_bulk_world(8).zone_text;
  std::string list = "email\n";
  for (size_t n = 0; n < kNames; ++n) {
    const std::string name = "t" + std::to_string(n) + ".bulk.example";
    zone += name + ". IN MX 10 mx1.shared.example.\n";
    zone += ";@fault " + name + ". " + (n == kPoison ? "truncate-dead" : "truncate") + "\n";
    list += "someone@" + name + "\n";
  }
  auto server = lab::DnsServer::start(zone_from(zone));
  ASSERT_TRUE(server.ok()) << server.status().message();
  server_ = std::move(server.value());
  const Outcome run =
      run_program({.arguments = validate_arguments(folder_.write("list.csv", list), endpoint(),
                                                   folder_.file("out.csv"))});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string out = read_text(folder_.file("out.csv"));
  for (size_t n = 0; n < kNames; ++n) {
    const char* verdict = n == kPoison ? "unknown,dns_timeout" : "mx_ok,mx";
    EXPECT_THAT(out, HasSubstr("t" + std::to_string(n) + ".bulk.example," + verdict + "\n"));
  }
}

TEST_F(BadAnswers, ForgeriesAreNotBelieved) {
  serve(2'000, {.forge = true});
  const Outcome run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Comparison found = comparison();
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.unknown, 0U);
  EXPECT_THAT(run.err, testing::Not(HasSubstr(" 0 forged answers dropped"))) << "none was sent?";
}

TEST_F(BadAnswers, NoiseIsNeverAVerdict) {
  serve(2'000, {.garbage = true});
  const Outcome run = validate();
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_EQ(folder_.listing(), "list.csv");
  const Outcome check = run_program({.arguments = {"check", "d5.bulk.example", "-r", endpoint()}});
  EXPECT_THAT(check.out, HasSubstr("unknown/dns_malformed"));
}

}  // namespace
}  // namespace mxbulk::test
