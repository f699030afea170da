#include "output/output_names.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::output {
namespace {

std::vector<std::string> paths(const std::string& path, const std::vector<Verdict>& only = {}) {
  const auto names = output_names(path, only);
  EXPECT_TRUE(names.ok()) << names.status().message();
  std::vector<std::string> found;
  for (const OutputName& name : names.value()) found.push_back(name.path);
  return found;
}

using Strings = std::vector<std::string>;

TEST(OutputNames, APathWithoutPlaceholdersIsOneName) {
  EXPECT_EQ(paths("list.csv"), Strings{"list.csv"});
  EXPECT_EQ(paths("-"), Strings{"-"});
  EXPECT_EQ(paths("a{b.csv"), Strings{"a{b.csv"});
  EXPECT_FALSE(has_placeholder("a{b.csv"));
  EXPECT_TRUE(has_placeholder("a{b}.csv"));
  EXPECT_FALSE(output_names("list.csv", {}).value().front().action.has_value());
}

TEST(OutputNames, OneForEachAction) {
  EXPECT_EQ(paths("list.{action}.csv"),
            (Strings{"list.send.csv", "list.retry.csv", "list.review.csv", "list.suppress.csv",
                     "list.none.csv"}));
}

TEST(OutputNames, OneForEachVerdictAndOfAFilterForEachThatIsWritten) {
  EXPECT_EQ(paths("{verdict}.csv").size(), kVerdictCount);
  EXPECT_EQ(paths("{verdict}.csv", {Verdict::kUnknown, Verdict::kMxOk}),
            (Strings{"mx_ok.csv", "unknown.csv"}));
  EXPECT_EQ(paths("{action}.csv", {Verdict::kMxOk}).size(), kActionCount);
}

TEST(OutputNames, BothTogetherAndTwiceAndInAFolder) {
  const Strings all = paths("{verdict}/{action}/{verdict}.csv");
  EXPECT_EQ(all.size(), kVerdictCount * kActionCount);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_EQ(all.front(), "mx_ok/send/mx_ok.csv");
}

TEST(OutputNames, AnotherPlaceholderIsAnErrorThatListsThem) {
  for (const char* path : {"{reason}.csv", "a.{action}.{}.csv", "{Action}.csv", "{{action}.csv"}) {
    const Status status = output_names(path, {}).status();
    EXPECT_EQ(status.code(), StatusCode::kUsage) << path;
    EXPECT_NE(status.message().find("{action} or {verdict}"), std::string::npos);
  }
}

}  // namespace
}  // namespace mxbulk::output
