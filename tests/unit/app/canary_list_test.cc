#include "app/canary_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

using testing::HasSubstr;

TEST(CanaryList, TakesDomainsInCanonicalForm) {
  const auto names = canary_list({"Example.COM",
                                  "b\xC3\xBC"
                                  "cher.example"});
  ASSERT_TRUE(names.ok()) << names.status().message();
  ASSERT_EQ(names.value().size(), 2U);
  EXPECT_EQ(names.value()[0].text(), "example.com");
  EXPECT_EQ(names.value()[1].text(), "xn--bcher-kva.example");
}

TEST(CanaryList, MayBeEmpty) {
  EXPECT_TRUE(canary_list({}).ok());
}

TEST(CanaryList, RefusesWhatCanHaveNoMx) {
  for (const char* word :
       {"com", "a..b", "user@example.com", "localhost", "x.invalid", "10.0.0.1"}) {
    const auto names = canary_list({"example.com", word});
    ASSERT_FALSE(names.ok()) << word;
    EXPECT_EQ(names.status().code(), StatusCode::kUsage);
    EXPECT_THAT(names.status().message(), HasSubstr("--canary: \"" + std::string(word) + "\""));
  }
}

TEST(CanaryList, RefusesTooMany) {
  const std::vector<std::string> many(limits::kCanariesGivenMax + 1, "example.com");
  EXPECT_FALSE(canary_list(many).ok());
  EXPECT_TRUE(canary_list({many.begin() + 1, many.end()}).ok());
}

}  // namespace
}  // namespace mxbulk::app
