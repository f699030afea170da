#include "model/file_format.h"

#include <gtest/gtest.h>

namespace mxbulk {
namespace {

TEST(FileFormat, FollowsFromTheExtensionBeforeThatOfTheCompression) {
  EXPECT_EQ(format_by_name("list.csv"), Format::kCsv);
  EXPECT_EQ(format_by_name("a.b/list.tsv.gz"), Format::kTsv);
  EXPECT_EQ(format_by_name("list.tab"), Format::kTsv);
  for (const char* json : {"x.jsonl", "x.ndjson.zst", "x.json"}) {
    EXPECT_EQ(format_by_name(json), Format::kJsonl) << json;
  }
  for (const char* nothing :
       {"", "-", "csv", "list.txt", "list.csv.bak", ".gz", "list.csv.gz.gz"}) {
    EXPECT_EQ(format_by_name(nothing), Format::kAuto) << nothing;
  }
}

// LIST.CSV.GZ was written uncompressed.
TEST(FileFormat, IgnoresCase) {
  EXPECT_EQ(format_by_name("LIST.CSV.GZ"), Format::kCsv);
  EXPECT_EQ(packing_by_name("LIST.CSV.GZ"), Packing::kGzip);
  EXPECT_EQ(packing_by_name("list.jsonl.Zst"), Packing::kZstd);
  EXPECT_EQ(packing_by_name("list.csv"), Packing::kNone);
}

}  // namespace
}  // namespace mxbulk
