#include "app/resolvers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using testing::HasSubstr;

TEST(ResolverList, OneGrammarForTheFlag) {
  for (const char* good : {"1.1.1.1", "127.0.0.1:5300", "::1", "2001:db8::53", "[::1]", "[::1]:53",
                           "lab", "@/etc/resolv.conf"}) {
    EXPECT_TRUE(check_resolver(good).ok()) << good;
  }
  for (const char* bad :
       {"", "1.2.3", "host.name", "1.1.1.1:99999", "1.1.1.1:0", "1.1.1.1:", "@", "[::1", "[::1]x",
        "[::1]:", "[1.1.1.1]:53", "1.1.1.1:53:53", "[", "[]", "fe80::1%eth0", "localhost:53"}) {
    EXPECT_EQ(check_resolver(bad).code(), StatusCode::kUsage) << bad;
  }
}

TEST(ResolverList, TakesWhatTheFlagTakes) {
  const auto found = resolver_list({"192.0.2.1", "192.0.2.1:5300", "[2001:db8::53]:54", "::1"});
  ASSERT_TRUE(found.ok());
  std::vector<std::string> texts;
  for (const Endpoint& resolver : found.value()) texts.push_back(resolver.text());
  EXPECT_THAT(texts, testing::ElementsAre("192.0.2.1:53", "192.0.2.1:5300", "[2001:db8::53]:54",
                                          "[::1]:53"));
  const Status status = resolver_list({"[192.0.2.1]:53"}).status();
  EXPECT_EQ(status.code(), StatusCode::kUsage);
  EXPECT_THAT(status.message(), testing::StartsWith("--resolver: \"[192.0.2.1]:53\" is not a"));
}

// Routers announce such servers; one of them was an error.
TEST(ResolverList, ServersWithAZoneAreSkipped) {
  const test::TempDir dir;
  const std::string both =
      dir.write("both", "nameserver fe80::1%eth0\nnameserver 192.0.2.1  # the other\n");
  const auto found = resolver_list({"@" + both});
  ASSERT_TRUE(found.ok()) << found.status().message();
  ASSERT_EQ(found.value().size(), 1U);
  EXPECT_EQ(found.value()[0].text(), "192.0.2.1:53");
  const std::string alone = dir.write("alone", "nameserver fe80::1%eth0\n");
  const Status status = resolver_list({"192.0.2.9", "@" + alone}).status();
  EXPECT_EQ(status.code(), StatusCode::kUsage);
  EXPECT_THAT(status.message(), HasSubstr("alone names only resolvers with a zone"));
  EXPECT_THAT(status.message(), HasSubstr("-r IP"));
}

TEST(ResolverList, AWrongLineOfAFileIsReported) {
  const test::TempDir dir;
  const std::string path = dir.write("resolv.conf", "search a.test\nnameserver host%eth0\n");
  const Status status = resolver_list({"@" + path}).status();
  EXPECT_THAT(status.message(), HasSubstr("resolv.conf:2: \"host%eth0\" is not an IP address"));
}

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
