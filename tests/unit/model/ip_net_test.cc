#include "model/ip_net.h"

#include <gtest/gtest.h>

#include <string_view>

namespace mxbulk {
namespace {

using namespace std::string_view_literals;

IpAddress ip(const char* text) {
  return IpAddress::from_text(text).value();
}

bool holds(const char* net, const char* address) {
  return IpNet::from_text(net).value().contains(ip(address));
}

TEST(IpNet, HoldsItsFirstAndItsLastAddressAndNothingBeside) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.0.0.0"));
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(holds("10.0.0.0/8", "9.255.255.255"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.64/27", "192.0.2.95"));
  EXPECT_FALSE(holds("192.0.2.64/27", "192.0.2.96"));
  EXPECT_TRUE(holds("2001:db8:0:8000::/49", "2001:db8:0:ffff:ffff:ffff:ffff:ffff"));
  EXPECT_FALSE(holds("2001:db8:0:8000::/49", "2001:db8:0:7fff::"));
}

TEST(IpNet, ABareAddressIsABlockOfOne) {
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.0"));
  EXPECT_EQ(IpNet::from_text("192.0.2.1")->text(), "192.0.2.1/32");
  EXPECT_TRUE(holds("2001:DB8::1", "2001:db8::1"));
  EXPECT_EQ(IpNet::from_text("2001:DB8::1")->text(), "2001:db8::1/128");
}

TEST(IpNet, OfLengthZeroHoldsItsFamilyAndNoOther) {
  EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::"));
  EXPECT_FALSE(holds("::/0", "0.0.0.0"));
  EXPECT_TRUE(holds("::/0", "::ffff:192.0.2.1"));
}

TEST(IpNet, RefusesBitsAfterThePrefix) {
  EXPECT_FALSE(IpNet::from_text("10.1.2.3/8"));
  EXPECT_FALSE(IpNet::from_text("192.0.2.1/31"));
  EXPECT_TRUE(IpNet::from_text("192.0.2.2/31"));
  EXPECT_FALSE(IpNet::from_text("2001:db8::1/127"));
  EXPECT_FALSE(IpNet::from_text("0.0.0.1/0"));
}

TEST(IpNet, RefusesWhatIsNoNet) {
  for (const std::string_view text :
       {""sv, "/"sv, "/8"sv, "10.0.0.0/"sv, "10.0.0.0/33"sv, "fd00::/129"sv, "10.0.0.0/-8"sv,
        "10.0.0.0/+8"sv, "10.0.0.0/08"sv, "10.0.0.0/8x"sv, "10.0.0.0/8/8"sv, "10.0.0/8"sv,
        "10.0.0.0 /8"sv, "10.0.0.0/255.0.0.0"sv, "10.0.0.0/99999999999"sv, "mail.example"sv,
        "10.0.0.0\0/8"sv}) {
    EXPECT_FALSE(IpNet::from_text(text)) << text;
  }
}

TEST(IpNet, HoldsAnotherNetOrNot) {
  const auto holds_net = [](const char* outer, const char* inner) {
    return IpNet::from_text(outer).value().contains(IpNet::from_text(inner).value());
  };
  EXPECT_TRUE(holds_net("10.0.0.0/8", "10.9.0.0/16"));
  EXPECT_TRUE(holds_net("10.0.0.0/8", "10.0.0.0/8"));
  EXPECT_FALSE(holds_net("10.0.0.0/16", "10.0.0.0/8"));
  EXPECT_FALSE(holds_net("10.0.0.0/8", "11.0.0.0/16"));
  EXPECT_FALSE(holds_net("0.0.0.0/0", "::/64"));
}

TEST(IpNet, FindsTheIpv4AddressInside) {
  EXPECT_EQ(ipv4_inside(ip("2002:a01:203:4:5:6:7:8")), ip("10.1.2.3"));
  EXPECT_EQ(ipv4_inside(ip("64:ff9b::10.1.2.3")), ip("10.1.2.3"));
  EXPECT_FALSE(ipv4_inside(ip("64:ff9b:1::10.1.2.3")));
  EXPECT_FALSE(ipv4_inside(ip("::ffff:10.1.2.3")));
  EXPECT_FALSE(ipv4_inside(ip("10.1.2.3")));
}

TEST(IpNet, KnowsAMappedIpv4Address) {
  EXPECT_TRUE(is_ipv4_mapped(ip("::ffff:10.1.2.3")));
  EXPECT_FALSE(is_ipv4_mapped(ip("::10.1.2.3")));
  EXPECT_FALSE(is_ipv4_mapped(ip("::ffff:0:10.1.2.3")));
  EXPECT_FALSE(is_ipv4_mapped(ip("10.1.2.3")));
}

}  // namespace
}  // namespace mxbulk
