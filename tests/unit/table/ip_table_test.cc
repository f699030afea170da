#include "table/ip_table.h"

#include <gtest/gtest.h>

namespace mxbulk::table {
namespace {

IpAddress ip(const std::string& text) {
  return *IpAddress::from_text(text);
}

TEST(IpTable, GivesEachAddressOneId) {
  IpTable table;
  for (int i = 0; i < 1'000; ++i) {
    const std::string last = std::to_string(i % 250);
    const std::string third = std::to_string(i / 250);
    EXPECT_EQ(table.intern(ip("127." + third + ".0." + last)).value(), static_cast<uint32_t>(i));
  }
  EXPECT_EQ(table.intern(ip("127.2.0.7")).value(), 507U);
  EXPECT_EQ(table.size(), 1'000U);
  EXPECT_EQ(table.address(IpId(507)), ip("127.2.0.7"));
}

// The four octets of an IPv4 address also begin many an IPv6 one.
TEST(IpTable, DistinguishesFamilies) {
  IpTable table;
  const IpId v4 = table.intern(ip("32.1.13.184"));
  const IpId v6 = table.intern(ip("2001:db8::"));
  const IpId zeros = table.intern(ip("::"));
  const IpId mapped = table.intern(ip("::ffff:32.1.13.184"));
  EXPECT_EQ(table.size(), 4U);
  EXPECT_EQ(table.intern(ip("32.1.13.184")), v4);
  EXPECT_EQ(table.intern(ip("2001:db8::")), v6);
  EXPECT_EQ(table.intern(ip("::")), zeros);
  EXPECT_EQ(table.intern(ip("::ffff:32.1.13.184")), mapped);
}

}  // namespace
}  // namespace mxbulk::table
