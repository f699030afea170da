#include "model/domain_name.h"

#include <gtest/gtest.h>

#include <string>

namespace mxbulk {
namespace {

using namespace std::string_literals;

DomainName name(std::string_view text) {
  return DomainName::from_text(text).value();
}

TEST(DomainName, HasOneSpelling) {
  EXPECT_EQ(name("Example.ORG").view(),
            "\x07"
            "example\x03org\0"s);
  EXPECT_EQ(name("example.org.").view(), name("example.org").view());
  EXPECT_EQ(name(".").view(), "\0"s);
  EXPECT_TRUE(is_root(DomainName().view()));
  EXPECT_EQ(DomainName().text(), ".");
}

TEST(DomainName, RefusesWhatHasNoWireForm) {
  const std::string label63(63, 'a');
  EXPECT_TRUE(DomainName::from_text(label63 + ".org"));
  EXPECT_FALSE(DomainName::from_text(label63 + "a.org"));
  const std::string longest = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
  EXPECT_TRUE(DomainName::from_text(longest));
  EXPECT_FALSE(DomainName::from_text(longest + "b"));
  EXPECT_FALSE(DomainName::from_text(""));
  EXPECT_FALSE(DomainName::from_text("a..b"));
  EXPECT_FALSE(DomainName::from_text("x.org.."));
}

TEST(DomainName, EscapesInTextWhatATerminalMightRun) {
  EXPECT_EQ(to_text("\x04"
                    "a\x1B,b\x02_-\0"s),
            "a\\027\\044b._-");
}

TEST(DomainName, KnowsSubdomains) {
  EXPECT_TRUE(is_under(name("a.b.org").view(), name("b.org").view()));
  EXPECT_TRUE(is_under(name("b.org").view(), name("b.org").view()));
  EXPECT_FALSE(is_under(name("ab.org").view(), name("b.org").view()));
  EXPECT_FALSE(is_under(name("org").view(), name("b.org").view()));
}

TEST(DomainName, KnowsTheSpecialUseNames) {
  for (const char* text : {"localhost", "a.localhost", "x.invalid", "x.onion", "printer.local",
                           "x.internal", "x.alt", "home.arpa", "x.home.arpa"}) {
    EXPECT_TRUE(is_special_use(name(text).view())) << text;
  }
  for (const char* text : {"localhost.org", "arpa", "xhome.arpa", "example.org", "test"}) {
    EXPECT_FALSE(is_special_use(name(text).view())) << text;
  }
  EXPECT_TRUE(is_localhost(name("a.localhost").view()));
  EXPECT_FALSE(is_localhost(name("a.local").view()));
}

}  // namespace
}  // namespace mxbulk
