#include "input/plain_address.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "input/address_cleaning.h"
#include "input/address_parser.h"
#include "input/domain_syntax.h"
#include "input/local_part.h"

namespace mxbulk::input {
namespace {

// Octets of which addresses are made, and some that they never hold, so that most cells are nearly
// good.
std::string random_cell(std::mt19937& random) {
  static constexpr std::string_view kOctets = "aaaabcxXnZ0159..--__+'@@@\"/ \x7F\x80\xC3\xBC[`{";
  std::string cell;
  const size_t size = random() % (kMaskedOctetsMax + 3);
  for (size_t i = 0; i < size; ++i) {
    const bool is_letter = random() % 8 != 0;
    cell += is_letter ? static_cast<char>('a' + random() % 26) : kOctets[random() % kOctets.size()];
  }
  return cell;
}

TEST(AddressMasks, AreTheSameOnEveryProcessor) {
  std::mt19937 random(1);
  for (int round = 0; round < 100'000; ++round) {
    std::string cell = random_cell(random).substr(0, kMaskedOctetsMax);
    if (round % 4 == 0) {
      for (char& c : cell) c = static_cast<char>(random());
    }
    std::array<char, kMaskedOctetsMax + 1> expected_text{};
    std::array<char, kMaskedOctetsMax + 1> text{};
    const AddressMasks expected = scalar_address_masks(cell, expected_text.data());
    const AddressMasks masks = address_masks(cell, text.data());
    ASSERT_EQ(masks.words, expected.words) << cell;
    ASSERT_EQ(masks.digits, expected.digits) << cell;
    ASSERT_EQ(masks.hyphens, expected.hyphens) << cell;
    ASSERT_EQ(masks.dots, expected.dots) << cell;
    ASSERT_EQ(masks.at_signs, expected.at_signs) << cell;
    ASSERT_EQ(std::string_view(text.data(), cell.size()),
              std::string_view(expected_text.data(), cell.size()));
  }
}

// The same as checking local part and domain octet by octet.
TEST(PlainAddress, AgreesWithTheFullParser) {
  std::mt19937 random(2);
  PlainAddress plain;
  DomainSyntax domains;
  int taken = 0;
  for (int round = 0; round < 300'000; ++round) {
    const std::string cell = random_cell(random);
    const size_t local_size = plain.parse(cell);
    if (local_size == 0) continue;
    ++taken;
    const CleanedCell cleaned = clean_cell(cell);
    ASSERT_EQ(cleaned.text, cell);
    ASSERT_TRUE(cleaned.lints.empty()) << cell;
    ASSERT_FALSE(cleaned.reason) << cell;
    const auto parts = split_address(cell);
    ASSERT_TRUE(parts) << cell;
    ASSERT_EQ(parts->local, cell.substr(0, local_size));
    ASSERT_EQ(check_local_part(parts->local).fault, LocalFault::kNone) << cell;
    const DomainVerdict parsed = domains.check(parts->domain);
    ASSERT_FALSE(parsed.reason) << cell;
    ASSERT_TRUE(parsed.lints.empty()) << cell;
    ASSERT_EQ(plain.domain(), parsed.wire) << cell;
  }
  EXPECT_GT(taken, 1'000);
}

TEST(PlainAddress, AgreesWithTheFullParserOnDomains) {
  std::mt19937 random(3);
  PlainAddress plain;
  AddressParser parser;
  int taken = 0;
  for (int round = 0; round < 300'000; ++round) {
    const std::string cell = random_cell(random);
    if (!plain.parse_domain(cell)) continue;
    ++taken;
    const std::string dirty = " " + cell;
    const ParsedAddress parsed = parser.parse_domain(dirty);
    ASSERT_FALSE(parsed.invalid) << cell;
    ASSERT_EQ(plain.domain(), parsed.domain) << cell;
  }
  EXPECT_GT(taken, 1'000);
}

TEST(PlainAddress, TakesWhatListsAreMadeOf) {
  using namespace std::string_view_literals;
  PlainAddress plain;
  EXPECT_EQ(plain.parse("Jo.Doe+x@Mail.Example.ORG"), 8U);
  EXPECT_EQ(plain.domain(), "\4mail\7example\3org\0"sv);
  EXPECT_EQ(plain.parse("a@b.c"), 1U);
  EXPECT_EQ(plain.domain(), "\1b\1c\0"sv);
  EXPECT_TRUE(plain.parse_domain("x.b.c"));
  EXPECT_EQ(plain.domain(), "\1x\1b\1c\0"sv);
  const std::string longest = std::string(kMaskedOctetsMax - 6, 'l') + "@x.org";
  EXPECT_EQ(plain.parse(longest), kMaskedOctetsMax - 6);
  EXPECT_EQ(plain.domain(), "\1x\3org\0"sv);
  EXPECT_EQ(plain.parse("l" + longest), 0U);
}

}  // namespace
}  // namespace mxbulk::input
