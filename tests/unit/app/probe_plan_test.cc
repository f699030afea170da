#include "app/probe_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using testing::HasSubstr;

// Options that pass, for a test to spoil.
Options probing(ProbeDepth depth = ProbeDepth::kBanner) {
  Options options;
  options.dns.resolvers = {"127.0.0.1:5300"};
  options.probe.depth = depth;
  return options;
}

std::string refusal(const Options& options) {
  const auto plan = probe_plan(options);
  EXPECT_FALSE(plan.ok());
  EXPECT_EQ(plan.status().code(), StatusCode::kUsage);
  return plan.status().message();
}

TEST(ProbePlan, OfDefaultsAllowsNothingAndExcludesNobody) {
  const auto plan = probe_plan(Options());
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_FALSE(plan.value().policy.is_public(*IpAddress::from_text("10.0.0.1")));
  EXPECT_FALSE(plan.value().exclusions.covers(*IpAddress::from_text("10.0.0.1")));
  EXPECT_FALSE(plan.value().source);
  EXPECT_EQ(plan.value().helo, "");
}

TEST(ProbePlan, HoldsWhatTheOptionsSay) {
  const test::TempDir dir;
  dir.write("out", "mx.example.net\n");
  Options options = probing(ProbeDepth::kEhlo);
  options.probe.helo =
      "Probe.B\xC3\xBC"
      "cher.example";
  options.probe.source_ip = "127.0.0.2";
  options.probe.allow_nets = {"10.0.0.0/8"};
  options.probe.exclude_path = dir.file("out");
  const auto plan = probe_plan(options);
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_TRUE(plan.value().policy.is_public(*IpAddress::from_text("10.0.0.1")));
  EXPECT_EQ(plan.value().source, IpAddress::from_text("127.0.0.2"));
  EXPECT_EQ(plan.value().helo, "probe.xn--bcher-kva.example");
  EXPECT_TRUE(plan.value().exclusions.covers(DomainName::from_text("mx.example.net")->view()));
}

TEST(ProbePlan, AllowedNetsHoldWithoutProbingToo) {
  Options options;
  options.probe.allow_nets = {"10.0.0.0/8"};
  ASSERT_TRUE(probe_plan(options).ok());
  EXPECT_TRUE(probe_plan(options).value().policy.is_public(*IpAddress::from_text("10.0.0.1")));
}

TEST(ProbePlan, TheBuiltInWorldHasTheRulesOfAnyOther) {
  Options options = probing();
  options.dns.resolvers = {"lab"};
  EXPECT_TRUE(probe_plan(options).ok());
  options.probe.depth = ProbeDepth::kEhlo;
  EXPECT_THAT(refusal(options), HasSubstr("--helo"));
}

TEST(ProbePlan, WhoSaysEhloSaysWhoItIs) {
  for (const ProbeDepth depth : {ProbeDepth::kEhlo, ProbeDepth::kStarttls}) {
    Options options = probing(depth);
    EXPECT_THAT(refusal(options), HasSubstr("--helo"));
    options.probe.helo = "probe.example.net";
    EXPECT_TRUE(probe_plan(options).ok());
  }
  for (const ProbeDepth depth : {ProbeDepth::kConnect, ProbeDepth::kBanner}) {
    EXPECT_TRUE(probe_plan(probing(depth)).ok());
  }
}

TEST(ProbePlan, AHeloIsAFullyQualifiedHostName) {
  for (const char* word :
       {"", "probe", "localhost", "x.localhost", "a.local", "probe.internal", "_x.example.net",
        "a..example", "192.0.2.1", "[192.0.2.1]", "-a.example", "me@example.net", "a b.example"}) {
    EXPECT_FALSE(parse_helo(word).ok()) << word;
  }
  Options options = probing();
  options.probe.helo = "probe";
  EXPECT_THAT(refusal(options), HasSubstr("--helo: \"probe\""));
}

TEST(ProbePlan, RefusesNetsThatAreNone) {
  for (const char* word : {"10.0.0.0/33", "10.1.2.3/8", "example.net", ""}) {
    Options options = probing();
    options.probe.allow_nets = {"fd00::/8", word};
    EXPECT_THAT(refusal(options), HasSubstr("--allow-net: \"" + std::string(word) + "\""));
  }
}

TEST(ProbePlan, RefusesASourceThatIsNotOurs) {
  Options options = probing();
  options.probe.source_ip = "somewhere";
  EXPECT_THAT(refusal(options), HasSubstr("--source-ip: \"somewhere\" is no IP address"));
  options.probe.source_ip = "::ffff:127.0.0.1";
  EXPECT_THAT(refusal(options), HasSubstr("is no IP address"));
  options.probe.source_ip = "192.0.2.1";
  EXPECT_THAT(refusal(options), HasSubstr("no address of this machine"));
}

TEST(ProbePlan, RefusesAFileThatIsNotThere) {
  Options options = probing();
  options.probe.exclude_path = "/nonexistent/out";
  EXPECT_THAT(refusal(options), HasSubstr("--probe-exclude: cannot read /nonexistent/out"));
}

}  // namespace
}  // namespace mxbulk::app
