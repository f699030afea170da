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

// X.XLSX, x.parquet.gz and x.csv.bz2 were written as CSV.
TEST(FileFormat, KnowsExtensionsThatNothingWrites) {
  EXPECT_EQ(unwritten_extension("X.XLSX"), ".xlsx");
  EXPECT_EQ(unwritten_extension("x.parquet.gz"), ".parquet");
  for (const char* name : {"x.csv.bz2", "x.csv.xz", "x.zip", "x.db", "x.sqlite.zst", "x.xls"}) {
    EXPECT_NE(unwritten_extension(name), "") << name;
  }
  for (const char* name : {"", "-", "x", "x.csv", "x.JSONL.GZ", "x.txt", "x.gz", "a.zip/x.csv"}) {
    EXPECT_EQ(unwritten_extension(name), "") << name;
  }
}

}  // namespace
}  // namespace mxbulk
