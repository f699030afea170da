#include "probing/probe_exclusions.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace mxbulk::probing {
namespace {

DomainName name(const char* text) {
  return DomainName::from_text(text).value();
}

ProbeExclusions of_nets(std::initializer_list<const char*> nets) {
  ProbeExclusions exclusions;
  for (const char* net : nets) exclusions.add(IpNet::from_text(net).value());
  return exclusions;
}

bool covers(const ProbeExclusions& exclusions, const char* address) {
  return exclusions.covers(IpAddress::from_text(address).value());
}

TEST(ProbeExclusions, CoverNothingIfTheListIsEmpty) {
  const ProbeExclusions none;
  EXPECT_FALSE(covers(none, "1.1.1.1"));
  EXPECT_FALSE(none.covers(name("example.net").view()));
}

TEST(ProbeExclusions, CoverANameAndAllUnderIt) {
  ProbeExclusions exclusions;
  exclusions.add(name("example.net").view());
  exclusions.add(name("mx1.other.example").view());
  EXPECT_TRUE(exclusions.covers(name("example.net").view()));
  EXPECT_TRUE(exclusions.covers(name("a.b.example.net").view()));
  EXPECT_TRUE(exclusions.covers(name("mx1.other.example").view()));
  EXPECT_FALSE(exclusions.covers(name("mx2.other.example").view()));
  EXPECT_FALSE(exclusions.covers(name("notexample.net").view()));
  EXPECT_FALSE(exclusions.covers(name("net").view()));
  EXPECT_FALSE(exclusions.covers(name(".").view()));
}

TEST(ProbeExclusions, CoverNetsToTheirLastAddress) {
  const ProbeExclusions exclusions = of_nets({"192.0.2.0/25", "198.51.100.7", "2001:db8::/32"});
  EXPECT_TRUE(covers(exclusions, "192.0.2.0"));
  EXPECT_TRUE(covers(exclusions, "192.0.2.127"));
  EXPECT_FALSE(covers(exclusions, "192.0.2.128"));
  EXPECT_FALSE(covers(exclusions, "192.0.1.255"));
  EXPECT_TRUE(covers(exclusions, "198.51.100.7"));
  EXPECT_FALSE(covers(exclusions, "198.51.100.8"));
  EXPECT_TRUE(covers(exclusions, "2001:db8:ffff::1"));
  EXPECT_FALSE(covers(exclusions, "2001:db9::1"));
}

// A net inside another must not hide the rest of the other, in any order.
TEST(ProbeExclusions, CoverAllOfNestedNets) {
  for (const ProbeExclusions& exclusions :
       {of_nets({"10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/24", "10.0.0.0/8"}),
        of_nets({"10.1.0.0/16", "10.0.0.0/24", "10.2.3.4", "10.0.0.0/8"}),
        of_nets({"10.0.0.0/24", "10.0.0.0/8", "10.255.255.255", "9.0.0.0/8"})}) {
    EXPECT_TRUE(covers(exclusions, "10.0.0.0"));
    EXPECT_TRUE(covers(exclusions, "10.0.1.0"));
    EXPECT_TRUE(covers(exclusions, "10.200.0.1"));
    EXPECT_TRUE(covers(exclusions, "10.255.255.255"));
    EXPECT_FALSE(covers(exclusions, "11.0.0.0"));
  }
}

TEST(ProbeExclusions, CoverAnIpv4HostByItsIpv6FormsToo) {
  const ProbeExclusions exclusions = of_nets({"192.0.2.0/24"});
  EXPECT_TRUE(covers(exclusions, "64:ff9b::192.0.2.9"));
  EXPECT_TRUE(covers(exclusions, "2002:c000:209::1"));
  EXPECT_FALSE(covers(exclusions, "64:ff9b::192.0.3.9"));
}

}  // namespace
}  // namespace mxbulk::probing
