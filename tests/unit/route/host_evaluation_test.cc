#include "route/host_evaluation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/route_script.h"

namespace mxbulk::route {
namespace {

using test::kOtherPublic4;
using test::kPrivate4;
using test::kPublic4;
using test::kPublic6;

LookupOutcome outcome(LookupStatus status, std::span<const IpAddress> addresses = {}) {
  return {.status = status, .ttl_s = 300, .addresses = addresses};
}

IpAddress ip(const char* text) {
  return IpAddress::from_text(text).value();
}

std::vector<std::string> texts(const HostEvaluation& evaluation) {
  std::vector<std::string> all;
  for (const IpAddress& address : evaluation.addresses()) all.push_back(address.text());
  return all;
}

// 9.0.0.`from` and so on, the highest first.
std::vector<IpAddress> countdown(unsigned from, size_t count) {
  std::vector<IpAddress> all;
  for (size_t i = 0; i < count; ++i) {
    all.push_back(ip(("9.0.0." + std::to_string(from - i)).c_str()));
  }
  return all;
}

TEST(HostEvaluation, ReportsTheLowestPublicAddressAndIpv4First) {
  const IpAddress v4[] = {ip(kOtherPublic4), ip(kPrivate4), ip(kPublic4)};
  const IpAddress v6[] = {ip(kPublic6)};
  HostEvaluation evaluation(true);
  ASSERT_TRUE(evaluation.on(outcome(LookupStatus::kFound, v4)));
  EXPECT_FALSE(evaluation.on(outcome(LookupStatus::kFound, v6)));
  EXPECT_EQ(evaluation.address(), ip(kPublic4));
  EXPECT_TRUE(evaluation.facts().has_v4);
  EXPECT_TRUE(evaluation.facts().has_nonpublic);
}

TEST(HostEvaluation, EndsAfterAIfThatIsEnough) {
  const IpAddress v4[] = {ip(kPublic4)};
  HostEvaluation evaluation(false);
  EXPECT_EQ(HostEvaluation::first_question(), RecordType::kA);
  EXPECT_FALSE(evaluation.on(outcome(LookupStatus::kFound, v4)));
}

TEST(HostEvaluation, KeepsTheSmallestTtlOfItsRecords) {
  const IpAddress v4[] = {ip(kPublic4)};
  const IpAddress v6[] = {ip(kPublic6)};
  HostEvaluation both(true);
  (void)both.on({.status = LookupStatus::kFound, .ttl_s = 300, .addresses = v4});
  (void)both.on({.status = LookupStatus::kFound, .ttl_s = 60, .addresses = v6});
  EXPECT_EQ(both.facts().ttl_s, 60U);
  HostEvaluation only_v6(false);  // the negative TTL of A is no TTL of an address
  (void)only_v6.on({.status = LookupStatus::kNoData, .ttl_s = 5});
  (void)only_v6.on({.status = LookupStatus::kFound, .ttl_s = 900, .addresses = v6});
  EXPECT_EQ(only_v6.facts().ttl_s, 900U);
}

TEST(HostEvaluation, KeepsEachPublicAddressOnceAndSorted) {
  const IpAddress v4[] = {ip("9.0.0.3"), ip(kPrivate4), ip("9.0.0.1"), ip("9.0.0.3")};
  const IpAddress v6[] = {ip("2a00::2"), ip("2a00::1")};
  HostEvaluation evaluation(true);
  (void)evaluation.on(outcome(LookupStatus::kFound, v4));
  (void)evaluation.on(outcome(LookupStatus::kFound, v6));
  EXPECT_EQ(texts(evaluation),
            (std::vector<std::string>{"9.0.0.1", "9.0.0.3", "2a00::1", "2a00::2"}));
  EXPECT_FALSE(evaluation.facts().has_more_addresses);
}

TEST(HostEvaluation, KeepsAsManyAsAreDialledAndSaysThatThereAreMore) {
  const std::vector<IpAddress> just_enough = countdown(20, limits::kProbeAddressesMax);
  HostEvaluation full(false);
  (void)full.on(outcome(LookupStatus::kFound, just_enough));
  EXPECT_EQ(full.addresses().size(), limits::kProbeAddressesMax);
  EXPECT_FALSE(full.facts().has_more_addresses);

  const std::vector<IpAddress> more = countdown(20, limits::kProbeAddressesMax + 2);
  HostEvaluation evaluation(false);
  (void)evaluation.on(outcome(LookupStatus::kFound, more));
  EXPECT_EQ(evaluation.addresses().size(), limits::kProbeAddressesMax);
  EXPECT_EQ(texts(evaluation).front(),
            more.back().text());  // the lowest are kept, however they came
  EXPECT_EQ(evaluation.address(), more.back());
  EXPECT_TRUE(evaluation.facts().has_more_addresses);

  HostEvaluation rising(false);
  (void)rising.on(outcome(LookupStatus::kFound, std::vector(more.rbegin(), more.rend())));
  EXPECT_EQ(texts(rising), texts(evaluation));
  EXPECT_TRUE(rising.facts().has_more_addresses);
}

TEST(HostEvaluation, AnAnswerThatWasCutMayHaveHeldMore) {
  const IpAddress v4[] = {ip(kPublic4)};
  HostEvaluation evaluation(false);
  (void)evaluation.on({.status = LookupStatus::kFound, .cut = true, .ttl_s = 300, .addresses = v4});
  EXPECT_TRUE(evaluation.facts().has_more_addresses);
}

TEST(HostEvaluation, FollowsTheAddressPolicyOfTheRun) {
  const AddressPolicy policy(std::vector<IpNet>{IpNet::from_text("10.0.0.0/8").value()});
  const IpAddress v4[] = {ip("10.0.0.1"), ip("127.0.0.1")};
  HostEvaluation evaluation(false, policy);
  EXPECT_FALSE(evaluation.on(outcome(LookupStatus::kFound, v4)));
  EXPECT_TRUE(evaluation.facts().has_public);
  EXPECT_TRUE(evaluation.facts().has_nonpublic);
  EXPECT_EQ(texts(evaluation), std::vector<std::string>{"10.0.0.1"});
}

}  // namespace
}  // namespace mxbulk::route
