#include "app/probe_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using testing::HasSubstr;

// Options that pass; a test changes one.
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

TEST(ProbePlan, OfDefaultsAllowsAndExcludesNothing) {
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

TEST(ProbePlan, AllowedNetworksApplyWithoutProbingToo) {
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

TEST(ProbePlan, EhloNeedsAHeloName) {
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

TEST(ProbePlan, RefusesWrongNetworks) {
  for (const char* word : {"10.0.0.0/33", "10.1.2.3/8", "example.net", ""}) {
    Options options = probing();
    options.probe.allow_nets = {"fd00::/8", word};
    EXPECT_THAT(refusal(options), HasSubstr("--allow-net: \"" + std::string(word) + "\""));
  }
}

TEST(ProbePlan, RefusesASourceThatIsNotOurs) {
  Options options = probing();
  options.probe.source_ip = "somewhere";
  EXPECT_THAT(refusal(options), HasSubstr("--source-ip: \"somewhere\" is not an IP address"));
  options.probe.source_ip = "::ffff:127.0.0.1";
  EXPECT_THAT(refusal(options), HasSubstr("is not an IP address"));
  options.probe.source_ip = "192.0.2.1";
  EXPECT_THAT(refusal(options), HasSubstr("not an address of this machine"));
}

TEST(ProbePlan, RefusesAFileThatDoesNotExist) {
  Options options = probing();
  options.probe.exclude_path = "/nonexistent/out";
  EXPECT_THAT(refusal(options), HasSubstr("--probe-exclude: cannot read /nonexistent/out"));
}

bool covers_name(const probing::ProbeExclusions& exclusions, const char* name) {
  return exclusions.covers(DomainName::from_text(name)->view());
}
bool covers_address(const probing::ProbeExclusions& exclusions, const char* address) {
  return exclusions.covers(*IpAddress::from_text(address));
}

TEST(ProbeExclude, ReadsNamesNetsAndComments) {
  const test::TempDir dir;
  dir.write("out",
            "\xEF\xBB\xBF# who asked\n"
            "Example.NET.\r\n"
            "\n"
            "  mx_1.host.example   # its operator, by mail\n"
            "192.0.2.7\n"
            "198.51.100.0/24\n"
            "2001:db8::/32\n"
            "b\xC3\xBC"
            "cher.example\n"
            "museum");  // no LF after the last
  const auto read = read_probe_exclusions(dir.file("out"));
  ASSERT_TRUE(read.ok()) << read.status().message();
  const probing::ProbeExclusions& exclusions = read.value();
  EXPECT_TRUE(covers_name(exclusions, "mail.example.net"));
  EXPECT_TRUE(covers_name(exclusions, "mx_1.host.example"));
  EXPECT_FALSE(covers_name(exclusions, "host.example"));
  EXPECT_TRUE(covers_name(exclusions, "xn--bcher-kva.example"));
  EXPECT_TRUE(covers_name(exclusions, "any.museum"));
  EXPECT_TRUE(covers_address(exclusions, "192.0.2.7"));
  EXPECT_FALSE(covers_address(exclusions, "192.0.2.8"));
  EXPECT_TRUE(covers_address(exclusions, "198.51.100.200"));
  EXPECT_TRUE(covers_address(exclusions, "2001:db8::25"));
}

TEST(ProbeExclude, AWrongLineIsReported) {
  const test::TempDir dir;
  for (const char* entry : {"10.0.0.0/33", "10.1.2.3/8", "192.0.2", "1.2.3.4.5", "*.example.net",
                            "a b.example", "user@example.net", "a..b", "mx.example:25", ".",
                            "[192.0.2.1]", "http://example.net", "a.example,b.example"}) {
    dir.write("out", "# first\n" + std::string(entry) + "\n");
    const auto read = read_probe_exclusions(dir.file("out"));
    ASSERT_FALSE(read.ok()) << entry;
    EXPECT_EQ(read.status().code(), StatusCode::kUsage);
    EXPECT_THAT(read.status().message(),
                HasSubstr(dir.file("out") + ":2: \"" + std::string(entry) + "\""));
  }
}

TEST(ProbeExclude, AFileThatCannotBeReadIsAnError) {
  const test::TempDir dir;
  EXPECT_FALSE(read_probe_exclusions(dir.file("missing")).ok());
  EXPECT_FALSE(read_probe_exclusions(dir.path()).ok());
  dir.write("empty", "");
  EXPECT_TRUE(read_probe_exclusions(dir.file("empty")).ok());
}

}  // namespace
}  // namespace mxbulk::app
