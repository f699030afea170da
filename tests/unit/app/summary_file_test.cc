#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mxbulk/validator.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using ::testing::HasSubstr;

using Way = Result<Summary> (*)(const Options&, Progress&);

// `--summary-json` was accepted by all three and written by one.
TEST(SummaryFile, IsWrittenByEachCommandWithTheFlag) {
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

// `extract` counted none.
TEST(SummaryFile, OfExtractCountsTheDomainsOfValidAddresses) {
  const TempDir dir;
  Options options;
  options.input.files = {
      dir.write("in.txt", "a@x.test\nb@X.test\nc@y.test\nd..e@z.test\nnobody\n")};
  options.input.format = Format::kLines;
  options.output.path = dir.file("out.jsonl");
  Progress progress;
  const Result<Summary> summary = extract(options, progress);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary.value().domains, 2U);
}

// Code 1 promises that there is no new output file; the summary was written after it.
TEST(SummaryFile, ThatCannotBeWrittenLeavesNoNewOutputFile) {
  const TempDir dir;
  for (const Way run : {Way{validate}, Way{resolve}, Way{extract}}) {
    Options options;
    options.input.files = {dir.write("in.txt", "a@gmail.com\nb@gmail.com\n")};
    options.input.format = Format::kLines;
    options.output.path = dir.write("out.jsonl", "of last night\n");
    options.dns.resolvers = {"lab"};
    for (const std::string& path : {dir.file("none/summary.json"), std::string("/dev/full")}) {
      options.output.summary_json_path = path;
      Progress progress;
      const Result<Summary> summary = run(options, progress);
      EXPECT_EQ(summary.status().code(),
                path == "/dev/full" ? StatusCode::kInternal : StatusCode::kUsage);
      EXPECT_THAT(summary.status().message(), HasSubstr(path));
      EXPECT_EQ(read_text(options.output.path), "of last night\n");
      EXPECT_EQ(dir.listing(), "in.txt out.jsonl");
    }
  }
}

TEST(SummaryFile, ABadPathFailsBeforeTheInputIsRead) {
  const TempDir dir;
  for (const Way run : {Way{validate}, Way{resolve}, Way{extract}}) {
    Options options;
    options.input.files = {dir.write("in.txt", "a@gmail.com\n")};
    options.input.format = Format::kLines;
    options.output.path = dir.file("out.jsonl");
    options.output.summary_json_path = dir.file("none/summary.json");
    options.dns.resolvers = {"lab"};
    Progress progress;
    EXPECT_FALSE(run(options, progress).ok());
    EXPECT_EQ(progress.rows_read, 0U);
  }
}

}  // namespace
}  // namespace mxbulk::test
