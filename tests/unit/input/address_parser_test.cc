#include "input/address_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mxbulk/address.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

std::string repeat(std::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

struct Good {
  std::string cell;
  std::string local_part;
  std::string domain;
  LintSet lints = {};
};

class GoodAddress : public testing::TestWithParam<Good> {};

TEST_P(GoodAddress, IsTaken) {
  const Good& expected = GetParam();
  const Address address = parse_address(expected.cell);
  EXPECT_FALSE(address.invalid) << expected.cell << ": " << name_of(*address.invalid);
  EXPECT_EQ(address.local_part, expected.local_part) << expected.cell;
  EXPECT_EQ(address.domain, expected.domain) << expected.cell;
  EXPECT_EQ(address.lints.bits(), expected.lints.bits()) << expected.cell;
}

const std::string kLabel63 = repeat("a", 63);
const std::string kDomain253 = repeat(kLabel63 + ".", 3) + repeat("b", 61);

INSTANTIATE_TEST_SUITE_P(Plain, GoodAddress,
                         testing::ValuesIn(std::vector<Good>{
                             {"jo@example.org", "jo", "example.org"},
                             {"Jo.DOE@EXAMPLE.Org", "Jo.DOE", "example.org"},
                             {"jo+tag@x.org", "jo+tag", "x.org"},
                             {"!#$%&'*+-/=?^_`{|}~@x.org", "!#$%&'*+-/=?^_`{|}~", "x.org"},
                             {"1@2.co", "1", "2.co"},
                             {"jo@1and1.com", "jo", "1and1.com"},
                             {"jo@123.456.com", "jo", "123.456.com"},
                             {"jo@a-b--c.org", "jo", "a-b--c.org"},
                             {"jo@x.1a", "jo", "x.1a"},
                             {"jo@" + kLabel63 + ".org", "jo", kLabel63 + ".org"},
                             {repeat("l", 64) + "@x.org", repeat("l", 64), "x.org"},
                             {repeat("l", 64) + "@" + repeat(kLabel63 + ".", 2) + repeat("b", 61),
                              repeat("l", 64), repeat(kLabel63 + ".", 2) + repeat("b", 61)},
                         }));

INSTANTIATE_TEST_SUITE_P(Quoted, GoodAddress,
                         testing::ValuesIn(std::vector<Good>{
                             {R"("jo doe"@x.org)", R"("jo doe")", "x.org"},
                             {R"("a@b"@x.org)", R"("a@b")", "x.org"},
                             {R"("a\"b\\"@x.org)", R"("a\"b\\")", "x.org"},
                             {R"(""@x.org)", R"("")", "x.org"},
                             {R"("<>"@x.org)", R"("<>")", "x.org"},
                             {"\"j\xC3\xB6\"@x.org", "\"j\xC3\xB6\"", "x.org", {Lint::kSmtputf8}},
                         }));

INSTANTIATE_TEST_SUITE_P(
    Dirty, GoodAddress,
    testing::ValuesIn(std::vector<Good>{
        {" jo@x.org ", "jo", "x.org", {Lint::kTrimmed}},
        {"\tjo@x.org\t\t", "jo", "x.org", {Lint::kTrimmed}},
        {"\xC2\xA0jo@x.org\xC2\xA0", "jo", "x.org", {Lint::kTrimmed}},
        {"\xE2\x80\x8Bjo@x.org\xE2\x80\x8B", "jo", "x.org", {Lint::kTrimmed}},
        {"jo@x.org\xE2\x80\x8C\xE2\x80\x8D\xE2\x81\xA0", "jo", "x.org", {Lint::kTrimmed}},
        {"\xEF\xBB\xBFjo@x.org", "jo", "x.org", {Lint::kTrimmed}},
        {"<jo@x.org>", "jo", "x.org", {Lint::kTrimmed}},
        {"< jo@x.org >", "jo", "x.org", {Lint::kTrimmed}},
        {"mailto:jo@x.org", "jo", "x.org", {Lint::kTrimmed}},
        {"MailTo: jo@x.org?subject=a@b", "jo", "x.org", {Lint::kTrimmed}},
        {"<mailto:jo@x.org>", "jo", "x.org", {Lint::kTrimmed}},
        {"mailto:<jo@x.org>", "jo", "x.org", {Lint::kTrimmed}},
        {"Jo Doe <jo@x.org>", "jo", "x.org", {Lint::kDisplayName}},
        {"\"Doe, Jo\" <jo@x.org>", "jo", "x.org", {Lint::kDisplayName}},
        {"jo@x.org <jo@x.org>", "jo", "x.org", {Lint::kDisplayName}},
        {" Jo Doe <jo@x.org>", "jo", "x.org", {Lint::kDisplayName, Lint::kTrimmed}},
        {"Jo <\"a b\"@x.org>", "\"a b\"", "x.org", {Lint::kDisplayName}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Unicode, GoodAddress,
    testing::ValuesIn(std::vector<Good>{
        {"jo@b\xC3\xBC"
         "cher.example.org",
         "jo", "xn--bcher-kva.example.org"},
        {"jo@B\xC3\x9C"
         "CHER.de",
         "jo", "xn--bcher-kva.de"},
        {"jo@stra\xC3\x9F"
         "e.de",
         "jo", "xn--strae-oqa.de"},
        {"jo@stra\xC3\x9F"
         "e\xE3\x80\x82"
         "de",
         "jo", "xn--strae-oqa.de"},
        {"jo@x\xEF\xBC\x8Eorg", "jo", "x.org"},
        {"jo@x\xEF\xBD\xA1org", "jo", "x.org"},
        {"jo@xn--strae-oqa.de", "jo", "xn--strae-oqa.de"},
        {"jo@XN--BCHER-KVA.de", "jo", "xn--bcher-kva.de"},
        {"j\xC3\xB6@x.org", "j\xC3\xB6", "x.org", {Lint::kSmtputf8}},
        {"j\xC3\xB6@b\xC3\xBC"
         "cher.de",
         "j\xC3\xB6",
         "xn--bcher-kva.de",
         {Lint::kSmtputf8}},
        {"jo@xn--zzzzzzzzzzzzzzzzz.de", "jo", "xn--zzzzzzzzzzzzzzzzz.de", {Lint::kBadAlabel}},
        {"jo@xn--a.b\xC3\xBC"
         "cher.de",
         "jo",
         "xn--a.xn--bcher-kva.de",
         {Lint::kBadAlabel}},
    }));

INSTANTIATE_TEST_SUITE_P(SpecialUse, GoodAddress,
                         testing::ValuesIn(std::vector<Good>{
                             {"jo@localhost", "jo", "localhost"},
                             {"jo@LOCALHOST.", "jo", "localhost", {Lint::kTrimmed}},
                             {"jo@printer.local", "jo", "printer.local"},
                             {"jo@my_host.internal", "jo", "my_host.internal"},
                             {"jo@x.home.arpa", "jo", "x.home.arpa"},
                             {"jo@a.onion", "jo", "a.onion"},
                             {"jo@x.invalid", "jo", "x.invalid"},
                         }));

struct Bad {
  std::string cell;
  Reason reason;
  std::string domain = {};
  LintSet lints = {};
};

class BadAddress : public testing::TestWithParam<Bad> {};

TEST_P(BadAddress, IsRefused) {
  const Bad& expected = GetParam();
  const Address address = parse_address(expected.cell);
  ASSERT_TRUE(address.invalid) << expected.cell;
  EXPECT_EQ(*address.invalid, expected.reason)
      << expected.cell << ": " << name_of(*address.invalid);
  EXPECT_EQ(address.local_part, "");
  EXPECT_EQ(address.domain, expected.domain) << expected.cell;
  EXPECT_EQ(address.lints.bits(), expected.lints.bits()) << expected.cell;
}

INSTANTIATE_TEST_SUITE_P(Empty, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {"", Reason::kEmpty},
                             {" \t ", Reason::kEmpty},
                             {"\xC2\xA0\xE2\x80\x8B", Reason::kEmpty},
                         }));

INSTANTIATE_TEST_SUITE_P(Encoding, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {"jo\0@x.org"s, Reason::kBadEncoding},
                             {"jo\x01@x.org", Reason::kBadEncoding},
                             {"jo\n@x.org", Reason::kBadEncoding},
                             {"jo@x.org\r\nBcc: a@b.org", Reason::kBadEncoding},
                             {"jo@x.o\x7Frg", Reason::kBadEncoding},
                             {"jo\xC2\x85@x.org", Reason::kBadEncoding},          // C1
                             {"j\xF6@x.org", Reason::kBadEncoding},               // Latin-1
                             {"jo\xC0\xAF@x.org", Reason::kBadEncoding},          // overlong
                             {"jo\xE0\x80\xAF@x.org", Reason::kBadEncoding},      // overlong
                             {"jo\xED\xA0\x80@x.org", Reason::kBadEncoding},      // surrogate
                             {"jo\xEF\xBF\xBD@x.org", Reason::kBadEncoding},      // U+FFFD: lost
                             {"jo\xF4\x90\x80\x80@x.org", Reason::kBadEncoding},  // above U+10FFFF
                             {"jo@x.org\xC3", Reason::kBadEncoding},              // cut off
                             {"no at\x01", Reason::kBadEncoding},                 // before no_at
                             {" jo\x01@x.org", Reason::kBadEncoding, "", {Lint::kTrimmed}},
                         }));

INSTANTIATE_TEST_SUITE_P(NoAt, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {"jo", Reason::kNoAt},
                             {"jo.x.org", Reason::kNoAt},
                             {"<>", Reason::kNoAt, "", {Lint::kTrimmed}},
                             {repeat("x", 100'000), Reason::kNoAt},
                         }));

INSTANTIATE_TEST_SUITE_P(TooLong, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {repeat("l", 65) + "@x.org", Reason::kTooLong, "x.org"},
                             {repeat("\xC3\xB6", 33) + "@x.org", Reason::kTooLong, "x.org"},
                             {"jo@" + kDomain253, Reason::kTooLong, kDomain253},  // 256 in all
                             {"j@" + kDomain253 + "b", Reason::kTooLong},  // 254 in the domain
                             {"jo@" + repeat("x", 1'000'000), Reason::kTooLong},
                             {"jo@" + repeat("\xC3\xBC", 600) + ".de", Reason::kTooLong},
                             {repeat("l", 65) + "@",
                              Reason::kTooLong},  // before bad_local and bad_domain
                             {repeat(".", 65) + "@-", Reason::kTooLong},
                         }));

INSTANTIATE_TEST_SUITE_P(Local, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {"@x.org", Reason::kBadLocal, "x.org"},
                             {"a@b@c.org", Reason::kBadLocal, "c.org"},
                             {"jo doe@x.org", Reason::kBadLocal, "x.org"},
                             {"jo(work)@x.org", Reason::kBadLocal, "x.org"},
                             {"jo,doe@x.org", Reason::kBadLocal, "x.org"},
                             {"a\"b@x.org", Reason::kBadLocal, "x.org"},
                             {"\"ab@x.org", Reason::kBadLocal, "x.org"},
                             {"\"a\"b@x.org", Reason::kBadLocal, "x.org"},
                             {"\"a\"\"b\"@x.org", Reason::kBadLocal, "x.org"},
                             {"\"a\\\"@x.org", Reason::kBadLocal, "x.org"},
                             {".@x.org", Reason::kBadLocal, "x.org"},
                             {"a..(b@x.org", Reason::kBadLocal, "x.org"},
                             {"a..b@x.org", Reason::kBadLocalDots, "x.org"},
                             {".a@x.org", Reason::kBadLocalDots, "x.org"},
                             {"a.@x.org", Reason::kBadLocalDots, "x.org"},
                             {"a..b@localhost", Reason::kBadLocalDots, "localhost"},
                             {"a b@[192.0.2.1]", Reason::kBadLocal},  // before address_literal
                             {"a b@com", Reason::kBadLocal},          // before dotless
                             {"<jo@x.org", Reason::kBadLocal, "x.org"},
                         }));

INSTANTIATE_TEST_SUITE_P(Domain, BadAddress,
                         testing::ValuesIn(std::vector<Bad>{
                             {"jo@[192.0.2.1]", Reason::kAddressLiteral},
                             {"jo@[IPv6:2001:db8::1]", Reason::kAddressLiteral},
                             {"jo@[ipv6:::1]", Reason::kAddressLiteral},
                             {"jo@[X-tag:anything]", Reason::kAddressLiteral},
                             {"jo@[192.0.2.999]", Reason::kBadDomain},
                             {"jo@[IPv6:192.0.2.1]", Reason::kBadDomain},
                             {"jo@[192.0.2.1", Reason::kBadDomain},
                             {"jo@[]", Reason::kBadDomain},
                             {"jo@com", Reason::kDotless},
                             {"jo@com.", Reason::kDotless, "", {Lint::kTrimmed}},
                             {"jo@b\xC3\xBC"
                              "cher",
                              Reason::kDotless},
                             {"jo@\xE2\x98\x83", Reason::kDotless},
                             {"jo@192", Reason::kDotless},
                             {"jo@-", Reason::kDotless},
                             {"jo@a\xCC\x81.\xCC\x81x.de",
                              Reason::kBadIdn},  // a label begins with a combining mark
                             {"jo@-b\xC3\xBC.de", Reason::kBadIdn},
                             {"jo@" + repeat("\xC3\xBC", 70) + ".de", Reason::kBadIdn},
                             {"jo@a_b\xC3\xBC.de", Reason::kBadDomain},
                             {"jo@", Reason::kBadDomain},
                             {"jo@.", Reason::kBadDomain, "", {Lint::kTrimmed}},
                             {"jo@.org", Reason::kBadDomain},
                             {"jo@x..org", Reason::kBadDomain},
                             {"jo@a_b.com", Reason::kBadDomain},
                             {"jo@-x.org", Reason::kBadDomain},
                             {"jo@x-.org", Reason::kBadDomain},
                             {"jo@x.org-", Reason::kBadDomain},
                             {"jo@x y.org", Reason::kBadDomain},
                             {"jo@1.2.3.4", Reason::kBadDomain},
                             {"jo@x.123", Reason::kBadDomain},
                             {"jo@" + repeat("a", 64) + ".org", Reason::kBadDomain},
                             {"jo@x/y.local", Reason::kBadDomain},
                         }));

TEST(AddressParser, AnswersForAnIdnDomainAreTheSameWhenAskedAgain) {
  AddressParser parser;
  for (int turn = 0; turn < 3; ++turn) {
    const ParsedAddress parsed = parser.parse(
        "jo@b\xC3\xBC"
        "cher.de");
    ASSERT_FALSE(parsed.invalid);
    EXPECT_EQ(to_text(parsed.domain), "xn--bcher-kva.de");
    EXPECT_TRUE(parser.parse("jo@xn--a.de").lints.has(Lint::kBadAlabel));
    EXPECT_EQ(parser.parse("jo@-\xC3\xBC.de").invalid, Reason::kBadIdn);
  }
}

TEST(AddressParser, GivesTheLocalPartAsAViewIntoTheCell) {
  AddressParser parser;
  const std::string cell = "  Info@x.org";
  const ParsedAddress parsed = parser.parse(cell);
  EXPECT_EQ(parsed.local_part.data(), cell.data() + 2);
  EXPECT_EQ(parsed.domain, "\x01x\x03org\0"s);
}

struct BareDomain {
  std::string cell;
  std::optional<Reason> reason;
  std::string domain;
  LintSet lints = {};
};

TEST(ParseDomain, AgreesWithTheDomainOfAnAddress) {
  const std::vector<BareDomain> cases = {
      {"Example.ORG", std::nullopt, "example.org"},
      {" x.org", std::nullopt, "x.org", {Lint::kTrimmed}},
      {"x.org.", std::nullopt, "x.org", {Lint::kTrimmed}},
      {"b\xC3\xBC"
       "cher.de.",
       std::nullopt,
       "xn--bcher-kva.de",
       {Lint::kTrimmed}},
      {"localhost", std::nullopt, "localhost"},
      {"xn--a.de", std::nullopt, "xn--a.de", {Lint::kBadAlabel}},
      {kDomain253, std::nullopt, kDomain253},
      {kDomain253 + "b", Reason::kTooLong, ""},
      {"", Reason::kEmpty, ""},
      {"  ", Reason::kEmpty, ""},
      {"x\0.org"s, Reason::kBadEncoding, ""},
      {"com", Reason::kDotless, ""},
      {"[192.0.2.1]", Reason::kAddressLiteral, ""},
      {"x..org", Reason::kBadDomain, ""},
      {"x.org..", Reason::kBadDomain, "", {Lint::kTrimmed}},
      {".", Reason::kBadDomain, ""},
      {"jo@x.org", Reason::kBadDomain, ""},
      {"192.0.2.1", Reason::kBadDomain, ""},
  };
  AddressParser parser;
  for (const BareDomain& expected : cases) {
    const ParsedAddress parsed = parser.parse_domain(expected.cell);
    EXPECT_EQ(parsed.invalid, expected.reason) << expected.cell;
    EXPECT_EQ(parsed.domain.empty() ? "" : to_text(parsed.domain), expected.domain);
    EXPECT_EQ(parsed.lints.bits(), expected.lints.bits()) << expected.cell;
  }
}

// The invariants of a parsed address, for any input.
// UBSan: memcpy was given a null pointer.
TEST(AddressParser, AViewOfNothingIsEmpty) {
  AddressParser parser;
  EXPECT_EQ(parser.parse(std::string_view()).invalid, Reason::kEmpty);
  EXPECT_EQ(parser.parse_domain(std::string_view()).invalid, Reason::kEmpty);
}

TEST(AddressParser, HoldsItsPromisesForRandomCells) {
  std::mt19937 random(20'260'101);
  const std::vector<std::string> pieces = {
      "a",      "a",  "x.org",  "x.org",  "b.",      "@",        "@",
      "x.org",  ".",  "\"",     "\\",     "<",       ">",        "(",
      ":",      "-",  "_",      " ",      "xn--",    "\xC3\xBC", "\xE3\x80\x82",
      "\xFF",   "\t", "\x01",   "\0"s,    "mailto:", "[",        "]",
      ";",      "'",  "\u200B", "\uFF20", ")",       ",",        "=",
      "\u201C", "\n", "\u2603", "\u3000", "\u0378"};
  AddressParser parser;
  size_t good = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string cell;
    for (size_t left = random() % 8; left > 0; --left) cell += pieces[random() % pieces.size()];
    const ParsedAddress parsed = parser.parse(cell);
    if (parsed.invalid) {
      EXPECT_EQ(verdict_of(*parsed.invalid), Verdict::kInvalid);
      continue;
    }
    ++good;
    ASSERT_FALSE(parsed.domain.empty());
    ASSERT_EQ(DomainName::from_text(to_text(parsed.domain))->view(), parsed.domain);
    ASSERT_FALSE(parsed.local_part.empty());
    const std::string clean = std::string(parsed.local_part) + "@" + to_text(parsed.domain);
    const Address again = parse_address(clean);
    ASSERT_FALSE(again.invalid) << cell;
    EXPECT_EQ(again.local_part + "@" + again.domain, clean);
  }
  EXPECT_GT(good, 100U);
}

}  // namespace
}  // namespace mxbulk::input
