#include "model/domain_name.h"

#include <gtest/gtest.h>

namespace mxbulk {
namespace {

TEST(ReverseName, OfBothFamilies) {
  EXPECT_EQ(reverse_name(*IpAddress::from_text("192.0.2.31")).text(), "31.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*IpAddress::from_text("2001:db8::567:89ab")).text(),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace mxbulk
