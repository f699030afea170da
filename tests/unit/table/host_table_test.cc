#include "table/host_table.h"

#include <gtest/gtest.h>

#include <string>

namespace mxbulk::table {
namespace {

HostId intern(HostTable& table, const std::string& text) {
  return table.intern(DomainName::from_text(text)->view()).id;
}

TEST(HostTable, GivesDenseIdsAndTheSameAgain) {
  HostTable table;
  EXPECT_EQ(intern(table, "mx1.test"), HostId(0));
  EXPECT_EQ(intern(table, "mx2.test"), HostId(1));
  EXPECT_EQ(intern(table, "mx1.test"), HostId(0));
  EXPECT_EQ(table.size(), 2U);
}

TEST(HostTable, ReportsWhatIsNew) {
  HostTable table;
  const auto name = DomainName::from_text("mx1.test").value();
  EXPECT_TRUE(table.intern(name.view()).is_new);
  EXPECT_FALSE(table.intern(name.view()).is_new);
}

// A NameView stays valid after thousands of hosts have been added.
TEST(HostTable, NamesNeverMove) {
  HostTable table;
  const NameView first = table.name(intern(table, "first.test"));
  for (int i = 0; i < 10'000; ++i) intern(table, "h" + std::to_string(i) + ".test");
  EXPECT_EQ(first.data(), table.name(HostId(0)).data());
  EXPECT_EQ(to_text(first), "first.test");
}

TEST(HostTable, TheRootIsANameLikeAnyOther) {
  HostTable table;
  EXPECT_EQ(intern(table, "."), HostId(0));
  EXPECT_TRUE(is_root(table.name(HostId(0))));
}

TEST(HostTable, HasAnAddressOnceItWasSet) {
  HostTable table;
  const HostId host = intern(table, "mx.test");
  const HostId other = intern(table, "other.test");
  EXPECT_EQ(table.address(host), nullptr);
  table.set_address(host, *IpAddress::from_text("8.8.8.8"));
  ASSERT_NE(table.address(host), nullptr);
  EXPECT_EQ(table.address(host)->text(), "8.8.8.8");
  EXPECT_EQ(table.address(other), nullptr);
}

}  // namespace
}  // namespace mxbulk::table
