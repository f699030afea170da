#include "model/ip_address.h"

#include <gtest/gtest.h>

#include <string>

namespace mxbulk {
namespace {

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::ffff:192.0.2.1"}) {
    const auto address = IpAddress::from_text(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_TRUE(IpAddress::from_text("192.0.2.1")->is_v4());
  EXPECT_EQ(IpAddress::from_text("192.0.2.1")->octets().size(), 4U);
  EXPECT_EQ(IpAddress::from_text("2001:DB8:0::1")->text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::from_text("::1")->octets().size(), 16U);
}

TEST(IpAddress, WritesEveryNumberOfDigits) {
  for (const char* text : {"0.0.0.0", "1.22.255.9", "255.255.255.255"}) {
    EXPECT_EQ(IpAddress::from_text(text)->text(), text);
  }
}

TEST(IpAddress, RefusesOtherText) {
  for (const char* text :
       {"", "192.0.2", "192.0.2.256", "01.2.3.4", "[::1]", "fe80::1%eth0", "x"}) {
    EXPECT_FALSE(IpAddress::from_text(text)) << text;
  }
}

TEST(IpAddress, DistinguishesFamilies) {
  EXPECT_NE(*IpAddress::from_text("::"), *IpAddress::from_text("0.0.0.0"));
}

}  // namespace
}  // namespace mxbulk
