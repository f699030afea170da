#include "base/extension.h"

#include <gtest/gtest.h>

namespace mxbulk {
namespace {

TEST(Extension, IsKnownInAnyCase) {
  EXPECT_TRUE(has_extension("list.csv", ".csv"));
  EXPECT_TRUE(has_extension("LIST.Csv", ".csv"));
  EXPECT_FALSE(has_extension("csv", ".csv"));
  EXPECT_FALSE(has_extension("list.csv.gz", ".csv"));
  EXPECT_FALSE(
      has_extension("list\x0E"
                    "csv",
                    ".csv"));
}

TEST(Extension, UnpackedIsWithoutWhatSaysCompressed) {
  EXPECT_EQ(unpacked_path("LIST.CSV.GZ"), "LIST.CSV");
  EXPECT_EQ(unpacked_path("list.jsonl.zst"), "list.jsonl");
  EXPECT_EQ(unpacked_path("list.csv"), "list.csv");
}

}  // namespace
}  // namespace mxbulk
