#include "model/spelling.h"

#include <gtest/gtest.h>

namespace mxbulk {
namespace {

TEST(Spelling, Distance) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "acb"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Spelling, NearestIsEmptyIfNothingIsNear) {
  const std::vector<std::string> names = {"--resolver", "--tries", "--timeout"};
  EXPECT_EQ(nearest_spelling("--reslover", names), "--resolver");
  EXPECT_EQ(nearest_spelling("--time", names), "--timeout");
  EXPECT_EQ(nearest_spelling("--qqqqqqqq", names), "");
  EXPECT_EQ(nearest_spelling(std::string(10'000, 'x'), names), "");
}

}  // namespace
}  // namespace mxbulk
