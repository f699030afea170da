#include "route/host_walk.h"

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

std::vector<std::string> texts(const HostWalk& walk) {
  std::vector<std::string> all;
  for (const IpAddress& address : walk.addresses()) all.push_back(address.text());
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

TEST(HostWalk, ReportsTheLowestPublicAddressAndIpv4First) {
  const IpAddress v4[] = {ip(kOtherPublic4), ip(kPrivate4), ip(kPublic4)};
  const IpAddress v6[] = {ip(kPublic6)};
  HostWalk walk(true);
  ASSERT_TRUE(walk.on(outcome(LookupStatus::kFound, v4)));
  EXPECT_FALSE(walk.on(outcome(LookupStatus::kFound, v6)));
  EXPECT_EQ(walk.address(), ip(kPublic4));
  EXPECT_TRUE(walk.facts().has_v4);
  EXPECT_TRUE(walk.facts().has_nonpublic);
}

TEST(HostWalk, EndsAfterAWhereThatIsEnough) {
  const IpAddress v4[] = {ip(kPublic4)};
  HostWalk walk(false);
  EXPECT_EQ(HostWalk::first_question(), RecordType::kA);
  EXPECT_FALSE(walk.on(outcome(LookupStatus::kFound, v4)));
}

TEST(HostWalk, KeepsTheSmallestTtlOfItsRecords) {
  const IpAddress v4[] = {ip(kPublic4)};
  const IpAddress v6[] = {ip(kPublic6)};
  HostWalk both(true);
  (void)both.on({.status = LookupStatus::kFound, .ttl_s = 300, .addresses = v4});
  (void)both.on({.status = LookupStatus::kFound, .ttl_s = 60, .addresses = v6});
  EXPECT_EQ(both.facts().ttl_s, 60U);
  HostWalk only_v6(false);  // the negative TTL of A is no TTL of an address
  (void)only_v6.on({.status = LookupStatus::kNoData, .ttl_s = 5});
  (void)only_v6.on({.status = LookupStatus::kFound, .ttl_s = 900, .addresses = v6});
  EXPECT_EQ(only_v6.facts().ttl_s, 900U);
}

TEST(HostWalk, KeepsEachPublicAddressOnceAndSorted) {
  const IpAddress v4[] = {ip("9.0.0.3"), ip(kPrivate4), ip("9.0.0.1"), ip("9.0.0.3")};
  const IpAddress v6[] = {ip("2a00::2"), ip("2a00::1")};
  HostWalk walk(true);
  (void)walk.on(outcome(LookupStatus::kFound, v4));
  (void)walk.on(outcome(LookupStatus::kFound, v6));
  EXPECT_EQ(texts(walk), (std::vector<std::string>{"9.0.0.1", "9.0.0.3", "2a00::1", "2a00::2"}));
  EXPECT_FALSE(walk.facts().has_more_addresses);
}

TEST(HostWalk, KeepsAsManyAsAreDialledAndSaysThatThereAreMore) {
  const std::vector<IpAddress> just_enough = countdown(20, limits::kProbeAddressesMax);
  HostWalk full(false);
  (void)full.on(outcome(LookupStatus::kFound, just_enough));
  EXPECT_EQ(full.addresses().size(), limits::kProbeAddressesMax);
  EXPECT_FALSE(full.facts().has_more_addresses);

  const std::vector<IpAddress> more = countdown(20, limits::kProbeAddressesMax + 2);
  HostWalk walk(false);
  (void)walk.on(outcome(LookupStatus::kFound, more));
  EXPECT_EQ(walk.addresses().size(), limits::kProbeAddressesMax);
  EXPECT_EQ(texts(walk).front(), more.back().text());  // the lowest are kept, however they came
  EXPECT_EQ(walk.address(), more.back());
  EXPECT_TRUE(walk.facts().has_more_addresses);

  HostWalk rising(false);
  (void)rising.on(outcome(LookupStatus::kFound, std::vector(more.rbegin(), more.rend())));
  EXPECT_EQ(texts(rising), texts(walk));
  EXPECT_TRUE(rising.facts().has_more_addresses);
}

TEST(HostWalk, AnAnswerThatWasCutMayHaveHeldMore) {
  const IpAddress v4[] = {ip(kPublic4)};
  HostWalk walk(false);
  (void)walk.on({.status = LookupStatus::kFound, .cut = true, .ttl_s = 300, .addresses = v4});
  EXPECT_TRUE(walk.facts().has_more_addresses);
}

TEST(HostWalk, GoesByTheAddressPolicyOfTheRun) {
  const AddressPolicy policy(std::vector<IpNet>{IpNet::from_text("10.0.0.0/8").value()});
  const IpAddress v4[] = {ip("10.0.0.1"), ip("127.0.0.1")};
  HostWalk walk(false, policy);
  EXPECT_FALSE(walk.on(outcome(LookupStatus::kFound, v4)));
  EXPECT_TRUE(walk.facts().has_public);
  EXPECT_TRUE(walk.facts().has_nonpublic);
  EXPECT_EQ(texts(walk), std::vector<std::string>{"10.0.0.1"});
}

}  // namespace
}  // namespace mxbulk::route
