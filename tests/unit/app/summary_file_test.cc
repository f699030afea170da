#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mxbulk/validator.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using ::testing::HasSubstr;

using Way = Result<Summary> (*)(const Options&, Progress&);

// `--summary-json` was taken by all three and written by one.
TEST(SummaryFile, IsWrittenByWhateverTakesItsFlag) {
  const TempDir dir;
  for (const Way run : {Way{validate}, Way{resolve}, Way{extract}}) {
    Options options;
    options.input.files = {dir.write("in.txt", "a@gmail.com\nb@gmail.com\n")};
    options.input.format = Format::kLines;
    options.output.path = dir.file("out.jsonl");
    options.output.format = Format::kJsonl;
    options.output.summary_json_path = dir.file("summary.json");
    options.dns.resolvers = {"lab"};
    Progress progress;
    const Result<Summary> summary = run(options, progress);
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    EXPECT_THAT(read_text(dir.file("summary.json")), HasSubstr("\"rows\":2"));
    dir.write("summary.json", "");
  }
}

}  // namespace
}  // namespace mxbulk::test
