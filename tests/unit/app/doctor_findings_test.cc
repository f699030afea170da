// What measured facts mean: pure, so that each finding is tested without a network.
#include "app/doctor_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mxbulk::app {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using Level = Finding::Level;
using Facts = ResolverFacts;

Facts good_resolver() {
  Facts facts;
  facts.endpoint = "127.0.0.1:53";
  facts.is_loopback = true;
  facts.udp = facts.tcp = Facts::Reach::kAnswers;
  facts.udp_rcode = "NOERROR";
  facts.has_edns = true;
  facts.large_answer = Facts::LargeAnswer::kWhole;
  facts.large_answer_bytes = 1'139;
  facts.letter_case = Facts::LetterCase::kPreserved;
  facts.nxdomain_integrity = Facts::NxdomainIntegrity::kIntact;
  facts.latency_samples = 100;
  facts.latency_p50_us = 120;
  facts.latency_p99_us = 1'480;
  facts.lookups = 190'000;
  facts.queries = 190'100;
  facts.retries = 100;
  facts.lookups_per_s = 94'200.4;
  facts.window = 1'024;
  facts.bottleneck = Facts::Bottleneck::kResolver;
  return facts;
}

DoctorFacts good_facts() {
  DoctorFacts facts;
  facts.machine.open_files_soft = 1'024;
  facts.machine.open_files_hard = 524'288;
  facts.machine.window_max = 8'192;
  facts.machine.has_socket = true;
  facts.machine.receive_buffer_wanted_bytes = facts.machine.receive_buffer_bytes = 8'388'608;
  facts.machine.in_flight_per_socket = 3'640;
  facts.machine.has_sendmmsg = facts.machine.has_udp_segment = true;
  facts.machine.libraries = {"c-ares 1.18.1", "libuv 1.44.2"};
  facts.resolvers = {good_resolver()};
  return facts;
}

// probing_findings_test.cc has the rest.
std::vector<Finding> machine_and_resolvers(const DoctorFacts& facts) {
  std::vector<Finding> all = findings_of(facts);
  std::erase_if(all, [](const Finding& finding) { return finding.subject == "probing"; });
  return all;
}

Finding finding_of(const DoctorFacts& facts, std::string_view topic) {
  const std::vector<Finding> all = machine_and_resolvers(facts);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Finding& f) { return f.topic == topic; });
  EXPECT_NE(found, all.end()) << topic;
  return found == all.end() ? Finding() : *found;
}

Finding about_resolver(const Facts& resolver, std::string_view topic) {
  DoctorFacts facts = good_facts();
  facts.resolvers = {resolver};
  return finding_of(facts, topic);
}

TEST(DoctorFindings, AllIsWell) {
  const std::vector<Finding> all = machine_and_resolvers(good_facts());
  EXPECT_EQ(all.size(), 11U);
  EXPECT_THAT(all, Each(Field(&Finding::level, Level::kOk)));
  EXPECT_EQ(finding_of(good_facts(), "latency").found,
            "p50 120 µs, p99 1.5 ms (100 questions, one after another)");
  EXPECT_EQ(finding_of(good_facts(), "speed").found,
            "94,200 lookups/s, 0.1 % retried, 1,024 in flight; limited by the resolver");
}

TEST(DoctorFindings, FilesNeededCountTheSocketsOfAFullWindow) {
  DoctorFacts facts = good_facts();
  EXPECT_EQ(files_needed(facts), 32U + 3U + 4U);
  facts.machine.in_flight_per_socket = 92;  // of the kernel's default buffer
  facts.resolvers.resize(2);
  EXPECT_EQ(files_needed(facts), 32U + 2U * (90U + 4U));
  facts.machine.window_max = 60'000;
  facts.machine.in_flight_per_socket = 1;
  EXPECT_EQ(files_needed(facts), 32U + 2U * (512U + 4U));
}

TEST(DoctorFindings, TooFewFilesNameTheLimitToRaise) {
  DoctorFacts facts = good_facts();
  facts.machine.open_files_soft = 38;
  EXPECT_EQ(finding_of(facts, "open files").level, Level::kWarning);
  EXPECT_THAT(finding_of(facts, "open files").advice, HasSubstr("ulimit -n 39"));
  facts.machine.open_files_hard = 38;
  EXPECT_THAT(finding_of(facts, "open files").advice, HasSubstr("raise the hard limit (38)"));
}

TEST(DoctorFindings, ASmallReceiveBufferIsAWarning) {
  DoctorFacts facts = good_facts();
  facts.machine.receive_buffer_bytes = 212'992;
  facts.machine.in_flight_per_socket = 92;
  const Finding finding = finding_of(facts, "receive buffer");
  EXPECT_EQ(finding.level, Level::kWarning);
  EXPECT_EQ(finding.found, "212,992 octets: 92 questions in flight per socket, 90 sockets at most");
  EXPECT_THAT(finding.advice, HasSubstr("sysctl -w net.core.rmem_max=4194304"));
}

TEST(DoctorFindings, NoSocketIsAFailure) {
  DoctorFacts facts = good_facts();
  facts.machine.has_socket = false;
  EXPECT_EQ(finding_of(facts, "receive buffer").level, Level::kFailure);
}

TEST(DoctorFindings, SendmmsgIsNeededAndUdpSegmentIsNot) {
  DoctorFacts facts = good_facts();
  facts.machine.has_udp_segment = false;
  EXPECT_EQ(finding_of(facts, "batched UDP").level, Level::kWarning);
  facts.machine.has_sendmmsg = false;
  EXPECT_EQ(finding_of(facts, "batched UDP").level, Level::kFailure);
}

TEST(DoctorFindings, AResolverThatDoesNotAnswerHasOneFinding) {
  for (const auto reach :
       {Facts::Reach::kUnresponsive, Facts::Reach::kUnreachable, Facts::Reach::kRefuses}) {
    Facts resolver = good_resolver();
    resolver.udp = reach;
    resolver.udp_rcode = "REFUSED";
    DoctorFacts facts = good_facts();
    facts.resolvers = {resolver};
    EXPECT_EQ(machine_and_resolvers(facts).size(), 5U);
    const Finding finding = finding_of(facts, "UDP");
    EXPECT_EQ(finding.level, Level::kFailure);
    EXPECT_FALSE(finding.advice.empty());
    EXPECT_EQ(finding.found.find("REFUSED") != std::string::npos, reach == Facts::Reach::kRefuses);
    EXPECT_FALSE(is_usable(resolver));
  }
}

TEST(DoctorFindings, AResolverWithFalseAnswersIsNotUsable) {
  Facts resolver = good_resolver();
  EXPECT_TRUE(is_usable(resolver));
  resolver.nxdomain_integrity = Facts::NxdomainIntegrity::kRewritten;
  EXPECT_FALSE(is_usable(resolver));
  EXPECT_EQ(about_resolver(resolver, "integrity").level, Level::kFailure);
  resolver.nxdomain_integrity = Facts::NxdomainIntegrity::kNodata;
  EXPECT_TRUE(is_usable(resolver));
  EXPECT_EQ(about_resolver(resolver, "integrity").level, Level::kWarning);
  resolver.nxdomain_integrity = Facts::NxdomainIntegrity::kUnknown;
  EXPECT_EQ(about_resolver(resolver, "integrity").level, Level::kWarning);
}

TEST(DoctorFindings, EachWeaknessOfAResolverIsAWarning) {
  Facts resolver = good_resolver();
  resolver.tcp = Facts::Reach::kUnresponsive;
  EXPECT_EQ(about_resolver(resolver, "TCP").level, Level::kWarning);
  resolver.large_answer = Facts::LargeAnswer::kLost;
  EXPECT_EQ(about_resolver(resolver, "EDNS").level, Level::kWarning);
  resolver.has_edns = false;
  EXPECT_EQ(about_resolver(resolver, "EDNS").level, Level::kWarning);
  resolver.letter_case = Facts::LetterCase::kLowercased;
  EXPECT_EQ(about_resolver(resolver, "letter case").level, Level::kWarning);
  resolver.latency_p50_us = 80'000;
  EXPECT_THAT(about_resolver(resolver, "latency").advice, HasSubstr("unbound"));
  EXPECT_TRUE(is_usable(resolver));
}

TEST(DoctorFindings, TheBottleneckIsTheFirstThatIsNearItsLimit) {
  Facts resolver = good_resolver();
  EXPECT_EQ(bottleneck_of(resolver, 8'192), Facts::Bottleneck::kResolver);
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kWindow);
  resolver.client_cpu_share = 0.97;
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kClient);
  resolver.retries = 20'000;
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kPacketLoss);
  resolver.qps_limit = 100'000;
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kQps);
  resolver.qps_limit = 200'000;
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kPacketLoss);
  resolver.lookups = 0;
  EXPECT_EQ(bottleneck_of(resolver, 1'024), Facts::Bottleneck::kNone);
}

TEST(DoctorFindings, PacketLossIsAWarningAndQpsIsNot) {
  Facts resolver = good_resolver();
  resolver.bottleneck = Facts::Bottleneck::kPacketLoss;
  EXPECT_EQ(about_resolver(resolver, "speed").level, Level::kWarning);
  resolver.bottleneck = Facts::Bottleneck::kQps;
  EXPECT_EQ(about_resolver(resolver, "speed").level, Level::kOk);
  EXPECT_THAT(about_resolver(resolver, "speed").advice, HasSubstr("--qps 0"));
}

TEST(DoctorFindings, EveryFindingThatIsNotOkHasAdvice) {
  Facts resolver = good_resolver();
  resolver.tcp = Facts::Reach::kUnreachable;
  resolver.has_edns = false;
  resolver.letter_case = Facts::LetterCase::kLowercased;
  resolver.nxdomain_integrity = Facts::NxdomainIntegrity::kRewritten;
  resolver.latency_p50_us = 80'000;
  resolver.bottleneck = Facts::Bottleneck::kPacketLoss;
  DoctorFacts facts = good_facts();
  facts.resolvers = {resolver};
  facts.machine = MachineFacts();
  for (const Finding& finding : machine_and_resolvers(facts)) {
    EXPECT_NE(finding.level == Level::kOk, !finding.advice.empty()) << finding.topic;
  }
}

}  // namespace
}  // namespace mxbulk::app
