// `doctor` against the built-in resolver, NSD, Unbound, and resolvers with faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/child.h"
#include "support/dns_question.h"
#include "support/fault_profile.h"
#include "support/name_servers.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/test_network.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Outcome doctor(const std::string& resolver, const std::vector<std::string>& more = {"--json"}) {
  ProgramCall call;
  call.arguments = {"doctor", "--resolver", resolver};
  call.arguments.insert(call.arguments.end(), more.begin(), more.end());
  return run_program(call);
}

// The number after `"name":`; 0 if there is none.
uint64_t number(const std::string& json, const std::string& name) {
  const std::string mark = "\"" + name + "\":";
  const size_t at = json.find(mark);
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : std::stoull(json.substr(at + mark.size()));
}

// The built-in server in this process, with these faults.
std::unique_ptr<lab::DnsServer> serve(const FaultProfile& faults, const std::string& more = "") {
  auto server = lab::DnsServer::start(zone_from(make_bulk_world(8).zone_text + more), play(faults));
  EXPECT_TRUE(server.ok()) << server.status().message();
  return std::move(server.value());
}
std::string endpoint_of(const lab::DnsServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

TEST(Doctor, TheBuiltInResolverHasNoFailures) {
  const Outcome run = doctor("lab", {});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("machine\n"), HasSubstr("open files"),
                             HasSubstr("receive buffer"), HasSubstr("c-ares 1."),
                             HasSubstr("resolver 127.0.0.1:"), HasSubstr("preserved, which"),
                             HasSubstr("NXDOMAIN for a name that cannot exist"), HasSubstr("p50 "),
                             HasSubstr(" lookups/s")));
  EXPECT_THAT(run.out, Not(HasSubstr("failure")));
}

TEST(Doctor, NsdAndUnboundAreUsable) {
  NsdServer authority(make_bulk_world(8).zone_text);
  ASSERT_TRUE(authority.start());
  UnboundServer resolver(authority.port());
  ASSERT_TRUE(resolver.start());
  for (const std::string& endpoint : {authority.endpoint(), resolver.endpoint()}) {
    const Outcome run = doctor(endpoint);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, AllOf(HasSubstr("\"usable\":true"), HasSubstr("\"udp\":\"answers\""),
                               HasSubstr("\"tcp\":\"answers\""), HasSubstr("\"edns\":true"),
                               HasSubstr("\"letter_case\":\"preserved\""),
                               HasSubstr("\"nxdomain_integrity\":\"intact\"")));
    EXPECT_GT(number(run.out, "lookups_per_s"), 1'000U) << endpoint;
    EXPECT_GT(number(run.out, "latency_p50_us"), 0U) << endpoint;
  }
}

TEST(Doctor, QpsIsKeptAndNamedAsTheBottleneck) {
  const auto server = serve({});
  const Outcome run = doctor(endpoint_of(*server), {"--json", "--qps", "200"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"bottleneck\":\"qps\""));
  EXPECT_LE(number(run.out, "lookups_per_s"), 220U);  // a burst of a tenth may fall into it
  // The features, the questions one after another, two seconds of load.
  EXPECT_LE(server->counters().udp_questions, 10U + 100U + 2U * 200U + 40U);
}

// The time that a question waited for the rate limit was counted as latency.
TEST(Doctor, WaitingForTheRateLimitIsNotLatency) {
  const Outcome run = doctor("lab", {"--json", "--qps", "10"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(number(run.out, "latency_p50_us"), 0U);
  EXPECT_LT(number(run.out, "latency_p50_us"), 50'000U);
}

TEST(Doctor, NothingListens) {
  const Outcome run = doctor("127.0.0.1:" + std::to_string(free_port()), {"--timeout", "300ms"});
  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.out, AllOf(HasSubstr("failure  UDP"), HasSubstr("name another with -r")));
  EXPECT_THAT(run.err, HasSubstr("no resolver can be used"));
}

TEST(Doctor, AResolverThatRefusesThisClient) {
  const auto server = serve({.rcode = 5});
  const Outcome run = doctor(endpoint_of(*server), {});
  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.out, HasSubstr("answers REFUSED even for the root"));
}

// The table says which of several can be used.
TEST(Doctor, OneGoodResolverIsEnough) {
  const auto bad = serve({.rcode = 5});
  const auto good = serve({});
  const Outcome run = doctor(endpoint_of(*bad) + "," + endpoint_of(*good), {});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("failure  UDP"), HasSubstr(" lookups/s")));
}

TEST(Doctor, AResolverBehindAFirewallThatStopsTcp) {
  const auto server = serve({.drop_tcp = true});
  const Outcome run = doctor(endpoint_of(*server), {"--timeout", "500ms"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("warning  TCP"));
}

TEST(Doctor, PacketLossIsTheBottleneck) {
  const auto server = serve({.loss = 0.2});
  const Outcome run = doctor(endpoint_of(*server), {"--json", "--timeout", "500ms"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"bottleneck\":\"packet_loss\""));
}

// Like the resolver of a provider with a search page. NSD serves it: the built-in zone has no
// wildcards.
TEST(Doctor, AResolverWithAWildcardInTheRootIsNotUsable) {
  NsdServer server(make_bulk_world(8).zone_text + "*. IN A 198.51.100.7\n");
  ASSERT_TRUE(server.start());
  const Outcome run = doctor(server.endpoint(), {});
  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.out, HasSubstr("failure  integrity"));
}

// It was called usable, with a warning about its EDNS.
TEST(Doctor, AResolverThatDeniesEverythingIsNotUsable) {
  const auto server = serve({.denies_all = true});
  const Outcome run = doctor(endpoint_of(*server), {});
  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.out, HasSubstr("failure  integrity       denies that the root exists"));
}

// A resolver on another machine is shared with others.
TEST(Doctor, TheResolverOfOthersIsAskedAtALimitedRate) {
  std::string why_not;
  const auto network = TestNetwork::make(why_not);
  if (!network) GTEST_SKIP() << why_not;
  NsdServer server(make_bulk_world(8).zone_text, TestNetwork::kServerAddress);
  {
    const TestNetwork::Stay stay(*network, Host::kServer);
    ASSERT_TRUE(server.start());
  }
  const TestNetwork::Stay stay(*network, Host::kClient);
  const Outcome run =
      doctor(std::string(TestNetwork::kServerAddress) + ":" + std::to_string(server.port()));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(number(run.out, "qps_limit"), 1'000U);
  EXPECT_LE(number(run.out, "lookups_per_s"), 1'100U);  // a burst of a tenth may fall into it
  EXPECT_LE(number(run.out, "queries"), 100U + 2U * 1'000U + 200U);
}

TEST(Doctor, QuietShowsOnlyWarningsAndFailures) {
  const Outcome run = doctor("lab", {"-q"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, Not(HasSubstr("  ok ")));
}

// 60,000 in flight need more sockets than 40 descriptors allow: a warning, and the rest as usual.
TEST(Doctor, TooFewDescriptorsAreAWarning) {
  const TempDir folder;
  ChildSpec shell;
  shell.command = {
      "/bin/bash",     "-c",   "ulimit -n 40; exec \"$0\" \"$@\"", program(), "doctor", "-r", "lab",
      "--concurrency", "60000"};
  shell.stdout_path = folder.write("out", "");
  Child child(shell);
  EXPECT_EQ(child.wait(60'000), 0);
  EXPECT_THAT(
      read_text(shell.stdout_path),
      AllOf(HasSubstr("warning  open files"), HasSubstr("40 allowed"), HasSubstr(" lookups/s")));
}

}  // namespace
}  // namespace mxbulk::test
