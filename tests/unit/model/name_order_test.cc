#include <gtest/gtest.h>

#include <random>
#include <string>

#include "model/domain_name.h"

namespace mxbulk {
namespace {

using namespace std::string_view_literals;

DomainName name(std::string_view text) {
  return DomainName::from_text(text).value();
}

// The octets that make the order of labels differ from the order of texts: around '.'.
std::string random_text(std::mt19937& random) {
  static constexpr std::string_view kOctets = "a-b0!_\xFF"sv;
  std::string text;
  const size_t labels = 1 + random() % 4;
  for (size_t i = 0; i < labels; ++i) {
    if (i > 0) text.push_back('.');
    const size_t size = 1 + random() % 3;
    for (size_t j = 0; j < size; ++j) text.push_back(kOctets[random() % kOctets.size()]);
  }
  return text;
}

TEST(TextLess, IsTheOrderOfTheTexts) {
  std::mt19937 random(3);
  for (int round = 0; round < 200'000; ++round) {
    const std::string a = random_text(random);
    const std::string b = random_text(random);
    ASSERT_EQ(text_less(name(a).view(), name(b).view()), a < b) << a << " " << b;
  }
}

TEST(TextLess, TheRootComesFirst) {
  EXPECT_TRUE(text_less(name(".").view(), name("a").view()));
  EXPECT_FALSE(text_less(name("a").view(), name(".").view()));
  EXPECT_FALSE(text_less(name(".").view(), name(".").view()));
}

TEST(IsUnder, CutsAtLabelsOnly) {
  // The octets of "b.org" are also at the end of this one label's name.
  const std::string tricky(
      "\x06"
      "a\x01"
      "borg\x03org\0",
      12);
  EXPECT_FALSE(is_under(tricky, name("borg.org").view()));
  EXPECT_TRUE(is_under(name("a.b").view(), name(".").view()));
  EXPECT_TRUE(is_under(name(".").view(), name(".").view()));
  EXPECT_FALSE(is_under(name(".").view(), name("org").view()));
}

TEST(DomainName, SurvivesTextToWireAndBack) {
  std::mt19937 random(5);
  for (int round = 0; round < 10'000; ++round) {
    std::string text;
    const size_t labels = 1 + random() % 5;
    for (size_t i = 0; i < labels; ++i) {
      if (i > 0) text.push_back('.');
      text += std::string(1 + random() % 40, static_cast<char>('a' + random() % 26));
    }
    const DomainName wire = name(text);
    ASSERT_EQ(wire.text(), text);
    ASSERT_EQ(DomainName::from_view(wire.view()).view(), wire.view());
    ASSERT_EQ(wire.view().size(), text.size() + 2);
  }
}

}  // namespace
}  // namespace mxbulk
