#include "route/address_policy.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace mxbulk::route {
namespace {

bool is_public_text(const char* text) {
  return is_public(IpAddress::from_text(text).value());
}

DomainName name(const char* text) {
  return DomainName::from_text(text).value();
}

// The last address before a block, its ends, the first after it; none if it touches another block
// or the end of the space.
struct Boundary {
  const char* block;
  const char* before;
  const char* first;
  const char* last;
  const char* behind;
};

class SpecialBlock : public ::testing::TestWithParam<Boundary> {};

TEST_P(SpecialBlock, IsNotPublicFromItsFirstToItsLastAddress) {
  const Boundary& boundary = GetParam();
  EXPECT_FALSE(is_public_text(boundary.first)) << boundary.block;
  EXPECT_FALSE(is_public_text(boundary.last)) << boundary.block;
  if (boundary.before != nullptr) {
    EXPECT_TRUE(is_public_text(boundary.before)) << boundary.block;
  }
  if (boundary.behind != nullptr) {
    EXPECT_TRUE(is_public_text(boundary.behind)) << boundary.block;
  }
}

// IANA IPv4 Special-Purpose Address Registry; multicast and the blocks after it.
INSTANTIATE_TEST_SUITE_P(
    Ipv4, SpecialBlock,
    ::testing::Values(
        Boundary{"0.0.0.0/8", nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
        Boundary{"10.0.0.0/8", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
        Boundary{"100.64.0.0/10", "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
        Boundary{"127.0.0.0/8", "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
        Boundary{"169.254.0.0/16", "169.253.255.255", "169.254.0.0", "169.254.255.255",
                 "169.255.0.0"},
        Boundary{"172.16.0.0/12", "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
        Boundary{"192.0.0.0/29 and 192.0.0.8", "191.255.255.255", "192.0.0.0", "192.0.0.8",
                 "192.0.0.9"},
        Boundary{"192.0.0.0/24 from .11 on", "192.0.0.10", "192.0.0.11", "192.0.0.255",
                 "192.0.1.0"},
        Boundary{"192.0.2.0/24", "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
        Boundary{"192.88.99.0/24", "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
        Boundary{"192.168.0.0/16", "192.167.255.255", "192.168.0.0", "192.168.255.255",
                 "192.169.0.0"},
        Boundary{"198.18.0.0/15", "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
        Boundary{"198.51.100.0/24", "198.51.99.255", "198.51.100.0", "198.51.100.255",
                 "198.51.101.0"},
        Boundary{"203.0.113.0/24", "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
        Boundary{"224.0.0.0/4", "223.255.255.255", "224.0.0.0", "239.255.255.255", nullptr},
        Boundary{"240.0.0.0/4", nullptr, "240.0.0.0", "255.255.255.255", nullptr}));

// IANA IPv6 Special-Purpose Address Registry; global unicast is 2000::/3.
INSTANTIATE_TEST_SUITE_P(
    Ipv6, SpecialBlock,
    ::testing::Values(
        Boundary{"below 2000::/3", nullptr, "::", "1fff:ffff::", "2000::"},
        Boundary{"above 2000::/3", "3ffe:ffff::", "4000::", "ffff:ffff::", nullptr},
        Boundary{"2001::/32, Teredo", "2000:ffff::", "2001::", "2001:0:ffff::", nullptr},
        Boundary{"2001:1::", nullptr, "2001:1::", "2001:1::", "2001:1::1"},
        Boundary{"2001:1::/32 from ::4 on", "2001:1::3", "2001:1::4", "2001:1:ffff::", nullptr},
        Boundary{"2001:2::/48", nullptr, "2001:2::", "2001:2:0:ffff::", "2001:3::"},
        Boundary{"2001:4::/32 but AS112",
                 "2001:3:ffff::", "2001:4::", "2001:4:111:ffff::", "2001:4:112::"},
        Boundary{"behind AS112", "2001:4:112:ffff::", "2001:4:113::", "2001:f:ffff::", nullptr},
        Boundary{"2001:10::/28, ORCHID", nullptr, "2001:10::", "2001:1f:ffff::", "2001:20::"},
        Boundary{"2001:40::/26 to the end of 2001::/23",
                 "2001:3f:ffff::", "2001:40::", "2001:1ff:ffff::", "2001:200::"},
        Boundary{"2001:db8::/32", "2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"},
        Boundary{"3fff::/20", "3ffe:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::"},
        Boundary{"fc00::/7", nullptr, "fc00::", "fdff:ffff::", nullptr},
        Boundary{"fe80::/10", nullptr, "fe80::", "febf:ffff::", nullptr},
        Boundary{"ff00::/8", nullptr, "ff00::", "ffff:ffff::", nullptr}));

// Of both registries: "Globally Reachable: True". The false ones are above.
TEST(AddressPolicy, SpecialPurposeAddressesThatAreGlobal) {
  for (const char* text : {"192.0.0.9", "192.0.0.10", "192.31.196.1", "192.52.193.1",
                           "192.175.48.1", "2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1",
                           "2001:4:112::1", "2001:20::1", "2001:30::1", "2620:4f:8000::1"}) {
    EXPECT_TRUE(is_public_text(text)) << text;
  }
  for (const char* text : {"192.0.0.8", "192.0.0.11", "192.0.0.170", "192.0.0.171", "192.88.99.2",
                           "255.255.255.255", "100::1", "100:0:0:1::1", "64:ff9b:1::1", "5f00::1",
                           "2001:1::4", "2001:1:0:1::1", "2001:2::1", "2001:10::1"}) {
    EXPECT_FALSE(is_public_text(text)) << text;
  }
}

TEST(AddressPolicy, SixToFourIsAsPublicAsTheIpv4Inside) {
  EXPECT_TRUE(is_public_text("2002:101:101::1"));    // 1.1.1.1
  EXPECT_TRUE(is_public_text("2002:bff:ffff::"));    // 11.255.255.255
  EXPECT_FALSE(is_public_text("2002:a00:1::1"));     // 10.0.0.1
  EXPECT_FALSE(is_public_text("2002:7f00:1::1"));    // 127.0.0.1
  EXPECT_FALSE(is_public_text("2002:c0a8:101::1"));  // 192.168.1.1
  EXPECT_FALSE(is_public_text("2002:e000:1::1"));    // 224.0.0.1
  EXPECT_FALSE(is_public_text("2002::"));            // 0.0.0.0
}

TEST(AddressPolicy, Nat64IsAsPublicAsTheIpv4Inside) {
  EXPECT_TRUE(is_public_text("64:ff9b::1.1.1.1"));
  EXPECT_FALSE(is_public_text("64:ff9b::10.0.0.1"));
  EXPECT_FALSE(is_public_text("64:ff9b::169.254.1.1"));
  EXPECT_FALSE(is_public_text("64:ff9b::"));
}

TEST(AddressPolicy, OnlyTheWellKnownNat64PrefixCounts) {
  EXPECT_FALSE(is_public_text("64:ff9b:1::1.1.1.1"));  // 64:ff9b:1::/48, RFC 8215
  EXPECT_FALSE(is_public_text("64:ff9b::1:1.1.1.1"));  // not within the /96
  EXPECT_FALSE(is_public_text("64:ff9a::1.1.1.1"));
}

TEST(AddressPolicy, AMappedOrCompatibleIpv4IsNeverPublic) {
  EXPECT_FALSE(is_public_text("::ffff:1.1.1.1"));
  EXPECT_FALSE(is_public_text("::1.1.1.1"));
  EXPECT_FALSE(is_public_text("::ffff:0:1.1.1.1"));
}

AddressPolicy allowing(std::initializer_list<const char*> nets) {
  std::vector<IpNet> allowed;
  for (const char* net : nets) allowed.push_back(IpNet::from_text(net).value());
  return AddressPolicy(std::move(allowed));
}

bool allows(const AddressPolicy& policy, const char* address) {
  return policy.is_public(IpAddress::from_text(address).value());
}

TEST(AddressPolicy, AllowsItsNetsBesideWhatIsPublic) {
  const AddressPolicy policy = allowing({"10.1.0.0/16", "fd00::/8"});
  EXPECT_TRUE(allows(policy, "10.1.255.255"));
  EXPECT_TRUE(allows(policy, "fd12::1"));
  EXPECT_TRUE(allows(policy, "1.1.1.1"));
  EXPECT_FALSE(allows(policy, "10.2.0.0"));
  EXPECT_FALSE(allows(policy, "fc00::1"));
  EXPECT_FALSE(allows(AddressPolicy::internet(), "10.1.0.1"));
  EXPECT_TRUE(allows(AddressPolicy::internet(), "1.1.1.1"));
}

TEST(AddressPolicy, AnAllowedIpv4NetHoldsInside6To4AndNat64) {
  const AddressPolicy policy = allowing({"10.1.0.0/16"});
  EXPECT_TRUE(allows(policy, "2002:a01:203::1"));
  EXPECT_TRUE(allows(policy, "64:ff9b::10.1.2.3"));
  EXPECT_FALSE(allows(policy, "2002:a02:203::1"));
  EXPECT_FALSE(allows(policy, "64:ff9b::10.2.2.3"));
}

TEST(AddressPolicy, AnAllowedIpv6FormHoldsWhateverIsInside) {
  const AddressPolicy policy = allowing({"64:ff9b::/96", "2002:a01::/32"});
  EXPECT_TRUE(allows(policy, "64:ff9b::10.2.2.3"));
  EXPECT_TRUE(allows(policy, "2002:a01:203::1"));
  EXPECT_FALSE(allows(policy, "10.2.2.3"));  // not in its IPv4 form
}

TEST(AddressPolicy, AMappedIpv4AddressIsNeverPublic) {
  const AddressPolicy policy = allowing({"::/0", "0.0.0.0/0"});
  EXPECT_FALSE(allows(policy, "::ffff:10.1.2.3"));
  EXPECT_FALSE(allows(policy, "::ffff:1.1.1.1"));
  EXPECT_TRUE(allows(policy, "10.1.2.3"));
}

TEST(AddressPolicy, KnowsRealMailHosts) {
  for (const char* text : {"1.1.1.1", "142.250.27.26", "212.227.15.9", "2a00:1450:4025:401::1a",
                           "2606:4700::1111", "2001:4860:4860::8888", "2400:cb00::1"}) {
    EXPECT_TRUE(is_public_text(text)) << text;
  }
}

TEST(AddressPolicy, KnowsAnIpAddressWrittenAsAName) {
  for (const char* text : {"192.0.2.1", "[192.0.2.1]", "2606:4700::1111", "[2606:4700::1111]",
                           "[IPv6:2606:4700::1111]", "0.0.0.0"}) {
    EXPECT_TRUE(is_ip_literal(name(text).view())) << text;
  }
  for (const char* text : {"192.0.2", "192.0.2.1.example", "192.0.2.256", "a.b.c.d", "[]", "[x]",
                           "1.2.3.4.5", "mail.example.net", "."}) {
    EXPECT_FALSE(is_ip_literal(name(text).view())) << text;
  }
}

TEST(AddressPolicy, AnIpAddressInOneLabelIsNoNameEither) {
  // `\048.0.0.1` and the like: a NUL must not cut the text short.
  const std::string wire(
      "\x09"
      "1.1.1.1\0x"
      "\0",
      11);
  EXPECT_FALSE(is_ip_literal(wire));
  EXPECT_FALSE(is_host_name(wire));
}

TEST(AddressPolicy, KnowsHostNames) {
  for (const char* text : {"mail.example.net", "mail_1.example.net", "a", "1.example", "xn--a.net",
                           "-odd-.example.net"}) {
    EXPECT_TRUE(is_host_name(name(text).view())) << text;
  }
  for (const char* text : {".", "a b.example", "a,b.example", "http://x", "a@b.example",
                           "*.example", "m\xC3\xA4il.example", "a\\b.example", "a:25.example"}) {
    EXPECT_FALSE(is_host_name(name(text).view())) << text;
  }
}

TEST(AddressPolicy, SeesAHyphenAtAnEndOfAnyLabel) {
  for (const char* text : {"-mail.example", "mail-.example", "mx.-a.example", "mx.a-.example",
                           "-.example", "mx.example.-"}) {
    EXPECT_TRUE(has_hyphen_at_end(name(text).view())) << text;
    EXPECT_TRUE(is_host_name(name(text).view())) << text;
  }
  for (const char* text : {".", "mail.example", "ma-il.ex-ample", "xn--a.example"}) {
    EXPECT_FALSE(has_hyphen_at_end(name(text).view())) << text;
  }
}

TEST(AddressPolicy, SeesAnUnderscoreInAnyLabel) {
  EXPECT_TRUE(has_underscore(name("_a.example").view()));
  EXPECT_TRUE(has_underscore(name("a.b_c").view()));
  EXPECT_FALSE(has_underscore(name("a-b.example").view()));
  EXPECT_FALSE(has_underscore(name(".").view()));
}

}  // namespace
}  // namespace mxbulk::route
