#include "input/address_cleaning.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "base/limits.h"
#include "input/address_parser.h"
#include "model/domain_name.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

std::string repeat(std::string_view piece, size_t octets) {
  std::string text;
  while (text.size() + piece.size() <= octets) text += piece;
  return text;
}

// --- cleaning ------------------------------------------------------------------------------------

// Each is `jo@x.org` with dirt around it.
class Dirt : public testing::TestWithParam<std::string> {};

TEST_P(Dirt, IsCleaned) {
  AddressParser parser;
  const std::string& cell = GetParam();
  const ParsedAddress parsed = parser.parse(cell);
  ASSERT_FALSE(parsed.invalid) << cell << ": " << name_of(*parsed.invalid);
  EXPECT_EQ(parsed.local_part, "jo") << cell;
  EXPECT_EQ(to_text(parsed.domain), "x.org") << cell;
  EXPECT_EQ(parsed.lints, LintSet{Lint::kTrimmed}) << cell;
  EXPECT_GE(parsed.local_part.data(), cell.data());
  EXPECT_LE(parsed.local_part.data() + parsed.local_part.size(), cell.data() + cell.size());
}

std::vector<std::string> on_both_sides(const std::vector<std::string>& marks) {
  std::vector<std::string> cells;
  for (const std::string& mark : marks) {
    cells.push_back(mark + "jo@x.org");
    cells.push_back("jo@x.org" + mark);
    cells.push_back(mark + mark + "jo@x.org" + mark);
  }
  return cells;
}

INSTANTIATE_TEST_SUITE_P(UnicodeBlanks, Dirt,
                         testing::ValuesIn(on_both_sides({
                             " ", "\t", "\v", "\f", "\r\n", "\n",
                             "\u0085",            // next line
                             "\u00A0",            // no-break space
                             "\u1680", "\u2000",  // ogham space, en quad
                             "\u2009", "\u200A",  // thin space, hair space
                             "\u2028", "\u2029",  // line separator, paragraph separator
                             "\u202F", "\u205F",  // narrow no-break space, mathematical space
                             "\u3000",            // ideographic space
                         })));

// At the front they became part of the local part, and an address that does not exist got `send`.
INSTANTIATE_TEST_SUITE_P(
    InvisibleCharacters, Dirt,
    testing::ValuesIn(on_both_sides({
        "\u00AD",                                              // soft hyphen
        "\u061C",                                              // Arabic letter mark
        "\u180E",                                              // Mongolian vowel separator
        "\u200B",     "\u200C", "\u200D", "\u200E", "\u200F",  // zero-width, LRM, RLM
        "\u202A",     "\u202B", "\u202C", "\u202D", "\u202E",  // embeddings and overrides
        "\u2060",     "\u2061", "\u2062", "\u2063", "\u2064",  // word joiner, invisible operators
        "\u2066",     "\u2067", "\u2068", "\u2069",            // isolates
        "\u2800",     "\u3164",  // blank Braille pattern, Hangul filler
        "\uFEFF",     "\uFFFC",  // BOM, object replacement character
        "\U000E0020",            // tag space
    })));

INSTANTIATE_TEST_SUITE_P(
    Quotes, Dirt,
    testing::ValuesIn(std::vector<std::string>{
        "'jo@x.org'", "\"jo@x.org\"", "`jo@x.org`", "`jo@x.org'", "\u201Cjo@x.org\u201D",
        "\u201Ejo@x.org\u201C", "\u201Ejo@x.org\u201D", "\u201Djo@x.org\u201D",
        "\u2018jo@x.org\u2019", "\u201Ajo@x.org\u2018", "\u00ABjo@x.org\u00BB",
        "\u00BBjo@x.org\u00AB", "\u2039jo@x.org\u203A", "\u203Ajo@x.org\u2039",
        "\u00B4jo@x.org\u00B4", "\u300Cjo@x.org\u300D", "\u300Ejo@x.org\u300F",
        "\uFF02jo@x.org\uFF02", "\uFF07jo@x.org\uFF07", "\uFF1Cjo@x.org\uFF1E",
        "\u3008jo@x.org\u3009", "\u27E8jo@x.org\u27E9", "\u2032jo@x.org\u2032",
        // Of two kinds: word processors change one of them.
        "\u201Ejo@x.org\"", "\u201Cjo@x.org\"", "\"jo@x.org\u201D", "'jo@x.org\u2019",
        // Of one side alone.
        "\u201Cjo@x.org", "jo@x.org\u201D", "\u00ABjo@x.org",
        // Nested, with blanks.
        "\"'jo@x.org'\"", "' \" jo@x.org \" '", "\"\"jo@x.org\"\"", "\u201C<jo@x.org>\u201D",
        "<\"jo@x.org\">", "\"<mailto:jo@x.org>\"", "\"\u00A0<\u200B'jo@x.org' >,\";",
        "=\"jo@x.org\"", " =\"jo@x.org\" ", "=\"'jo@x.org'\""}));

INSTANTIATE_TEST_SUITE_P(EndMarks, Dirt,
                         testing::ValuesIn(std::vector<std::string>{
                             "jo@x.org,",      "jo@x.org;",      "jo@x.org.",      "jo@x.org:",
                             "jo@x.org,;.: ,", "jo@x.org ;",     "jo@x.org\uFF0C", "jo@x.org\uFF1B",
                             "jo@x.org\uFF0E", "jo@x.org\uFF1A", "jo@x.org\u3002", "jo@x.org\u3001",
                             "jo@x.org\uFF61", "jo@x.org\uFF64", "jo@x.org\u060C", "jo@x.org\u061B",
                             "'jo@x.org',",    "<jo@x.org>;",    "<jo@x.org,>",    "\"jo@x.org.\"",
                             ";jo@x.org",      ", jo@x.org"}));

INSTANTIATE_TEST_SUITE_P(
    Comments, Dirt,
    testing::ValuesIn(std::vector<std::string>{
        "(work) jo@x.org", "(work)jo@x.org", "jo@x.org (home)", "jo@x.org(home)",
        "(a)(b) jo@x.org (c) (d)", "(a (nested) one) jo@x.org", "jo@x.org (a (nested) one)",
        R"(jo@x.org (quoted \) pair))", R"((quoted \( pair) jo@x.org)", R"(jo@x.org (end\\))",
        "(work) <jo@x.org>", "<jo@x.org> (home)", "'jo@x.org (home)'", "jo@x.org (@jo)",
        "(@jo) jo@x.org", "jo@x.org (home),"}));

INSTANTIATE_TEST_SUITE_P(Other, Dirt,
                         testing::ValuesIn(std::vector<std::string>{
                             "jo\uFF20x.org", "jo\uFE6Bx.org", "\u3000jo\uFF20x.org\u3000",
                             "mailto:jo\uFF20x.org", "mailto:mailto:jo@x.org",
                             "MAILTO: <jo@x.org>?subject=a@b,c@d", "mailto:jo@x.org?cc=ann@y.org",
                             "jo\u200B@x.org", "jo\u200F@\u200Ex.org",
                             // A joiner that has nothing to join.
                             "jo\u200D@x.org", "jo@\u200Cx.org",
                             // The slashes became part of the local part, which got `send`.
                             "mailto://jo@x.org", "<MAILTO://jo@x.org>"}));

// What looks like dirt and is part of the address.
struct Kept {
  std::string cell;
  std::string local_part;
  LintSet lints = {};
};
void PrintTo(const Kept& kept, std::ostream* out) {
  *out << kept.cell;
}
class NoDirt : public testing::TestWithParam<Kept> {};

TEST_P(NoDirt, IsKept) {
  AddressParser parser;
  const ParsedAddress parsed = parser.parse(GetParam().cell);
  ASSERT_FALSE(parsed.invalid) << name_of(*parsed.invalid);
  EXPECT_EQ(parsed.local_part, GetParam().local_part);
  EXPECT_EQ(to_text(parsed.domain), "x.org");
  EXPECT_EQ(parsed.lints, GetParam().lints);
}

INSTANTIATE_TEST_SUITE_P(Quotes, NoDirt,
                         testing::ValuesIn(std::vector<Kept>{
                             {"\"a b\"@x.org", "\"a b\""},
                             {"\"jo\"@x.org", "\"jo\""},
                             {"\"(a)\"@x.org", "\"(a)\""},
                             {"\"a@x.org; b\"@x.org", "\"a@x.org; b\""},
                             {"\"jo@x.org\"@x.org", "\"jo@x.org\""},
                             {"\"a\\\"; b@c\"@x.org", "\"a\\\"; b@c\""},
                             {" \"a b\"@x.org", "\"a b\"", {Lint::kTrimmed}},
                             {"\u201C\"a b\"@x.org\u201D", "\"a b\"", {Lint::kTrimmed}},
                             {"o'neil@x.org", "o'neil"},
                             {"o\u2019neil@x.org", "o\u2019neil", {Lint::kSmtputf8}},
                             {"'tis@x.org", "'tis"},
                             {"'jo'@x.org", "'jo'"},
                             {"''jo@x.org'", "'jo", {Lint::kTrimmed}},
                             {"`jo`@x.org", "`jo`"},
                             {"=jo@x.org", "=jo"},
                             {"-@x.org", "-"},
                             {"null@x.org", "null"},
                             {"mailto@x.org", "mailto"},
                             {"a/b|c&d@x.org", "a/b|c&d"},
                             {"user=y.org@x.org", "user=y.org"},
                         }));

// A joiner or a selector that shapes its neighbour.
INSTANTIATE_TEST_SUITE_P(
    Joiners, NoDirt,
    testing::ValuesIn(std::vector<Kept>{
        {"\u0645\u06CC\u200C\u062E@x.org", "\u0645\u06CC\u200C\u062E", {Lint::kSmtputf8}},
        {"\u2764\uFE0F@x.org", "\u2764\uFE0F", {Lint::kSmtputf8}},
        {"\u2764\uFE0F\u200D\U0001F525@x.org", "\u2764\uFE0F\u200D\U0001F525", {Lint::kSmtputf8}},
    }));

struct Refused {
  std::string cell;
  Reason reason;
};
void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.cell << " " << name_of(refused.reason);
}
class RefusedCell : public testing::TestWithParam<Refused> {};

TEST_P(RefusedCell, HasItsReason) {
  AddressParser parser;
  const ParsedAddress parsed = parser.parse(GetParam().cell);
  ASSERT_TRUE(parsed.invalid);
  EXPECT_EQ(*parsed.invalid, GetParam().reason) << name_of(*parsed.invalid);
  EXPECT_TRUE(parsed.local_part.empty() || *parsed.invalid != Reason::kSeveral);
}

// `no_at`, though there is one: the text in the angle brackets was taken for the address.
INSTANTIATE_TEST_SUITE_P(WhatFollowsInAngles, RefusedCell,
                         testing::ValuesIn(std::vector<Refused>{
                             {"jo@x.org<br>", Reason::kBadDomain},
                             {"jo@x.org <>", Reason::kBadDomain},
                             {"jo@x.org <Jo>", Reason::kBadDomain},
                             {"Jo <>", Reason::kNoAt},
                             {"Jo <work>", Reason::kNoAt},
                         }));

// An address that looks like another must not get `send`.
INSTANTIATE_TEST_SUITE_P(
    HiddenInside, RefusedCell,
    testing::ValuesIn(std::vector<Refused>{
        {"j\u200Bo@x.org", Reason::kBadEncoding},
        {"j\u200Eo@x.org", Reason::kBadEncoding},
        {"j\u202Eo@x.org", Reason::kBadEncoding},
        {"j\u2060o@x.org", Reason::kBadEncoding},
        {"j\u2066o@x.org", Reason::kBadEncoding},
        {"j\u00ADo@x.org", Reason::kBadEncoding},
        {"j\uFEFFo@x.org", Reason::kBadEncoding},
        {"j\u200Co@x.org", Reason::kBadEncoding},         // a joiner between two of ASCII
        {"j\u00F6\u200D.a@x.org", Reason::kBadEncoding},  // before one of ASCII
        {"j\uFE0Fo@x.org", Reason::kBadEncoding},
        {"\"j\u200Bo\"@x.org", Reason::kBadEncoding},
        {"j\u00A0o@x.org", Reason::kBadLocal},  // a blank beyond ASCII is a blank
        {"j\u3000o@x.org", Reason::kBadLocal},
        {"j\uFF20o@x.org", Reason::kBadLocal},  // as a@b@c.org
        {"jo@x\u200E.org", Reason::kBadIdn},
        {"jo@x\u202E.org", Reason::kBadIdn},
        {"jo@x\u00A0y.org", Reason::kBadDomain},
    }));

TEST(AddressCleaning, WhatUts46IgnoresInsideADomainIsIgnored) {
  AddressParser parser;
  for (const char* cell :
       {"jo@x\u200B.org", "jo@x\u2060.org", "jo@x.o\u00ADrg", "jo@x\uFE0F.org"}) {
    const ParsedAddress parsed = parser.parse(cell);
    ASSERT_FALSE(parsed.invalid) << cell;
    EXPECT_EQ(to_text(parsed.domain), "x.org");
  }
}

INSTANTIATE_TEST_SUITE_P(NotClosed, RefusedCell,
                         testing::ValuesIn(std::vector<Refused>{
                             {"\"jo@x.org", Reason::kBadLocal},
                             {"jo@x.org\"", Reason::kBadDomain},
                             {"jo@x.org'", Reason::kBadDomain},
                             {"=\"jo@x.org", Reason::kBadLocal},
                             {"(work jo@x.org", Reason::kBadLocal},
                             {"jo@x.org home)", Reason::kBadDomain},
                             {"jo@x.org (home\\)", Reason::kBadDomain},
                             {"jo(work)@x.org", Reason::kBadLocal},
                             {"(jo@x.org)", Reason::kBadLocal},
                             {"(work)", Reason::kNoAt},
                             {"<>", Reason::kNoAt},
                             {"mailto:", Reason::kNoAt},
                             {"jo@[192.0.2.1],", Reason::kAddressLiteral},
                             {"<jo@[IPv6:2001:db8::1]>;", Reason::kAddressLiteral},
                             {"'jo@[192.0.2.1]'", Reason::kAddressLiteral},
                         }));

// --- several -------------------------------------------------------------------------------------

// The domain of the last one was looked up: a false `no_mx`.
INSTANTIATE_TEST_SUITE_P(
    Several, RefusedCell, testing::ValuesIn([] {
      std::vector<Refused> cells;
      for (const std::string cell :
           {"a@x; b@y", "a@x;b@y", "a@x,b@y", "a@x, b@y", "a@x|b@y", "a@x | b@y", "a@x/b@y",
            "a@x / b@y", "a@x b@y", "a@x\tb@y", "a@x\nb@y", "a@x\r\nb@y", "a@x\n\nb@y\n",
            "a@x or b@y", "a@x und b@y", "a@x & b@y", "a@x&b@y", "a@x ::: b@y", "a@x:::b@y",
            "a@x\\b@y", "a@x > b@y", "a@x - b@y", "a@x \u2013 b@y", "a@x\u2022b@y", "a@x\u3001b@y",
            "a@x\uFF0Cb@y", "a@x\uFF1Bb@y", "a@x\u3000b@y", "a@x\u200Bb@y", "a@x\u00A0b@y",
            "a\uFF20x; b\uFF20y", "a@x||b@y", "'a@x','b@y'", "\"a@x\";\"b@y\"", "(a@x) b@y",
            "Bob <b@x>; Ann <c@y>", "\"Bob <b@x>; Ann <c@y>\"", "<b@x>; Ann <c@y>",
            "Bob <b@x>\nAnn <c@y>", "\"Doe, Bob\" <b@x>, \"Roe, Ann\" <c@y>", "mailto:a@x,b@y",
            "mailto:a@x; mailto:b@y", "a@x.org, n/a, b@y.org", "a@x.org b@y.org c@z.org",
            "a@[192.0.2.1]; b@y.org", "\"a b\"@x.org; \"c d\"@y.org", "a@x..org; b@y.org",
            "a@x.org+b@y.org", "a@b@c.org; d@e.org", "[a@x.org](mailto:b@x.org)",
            // Ambiguous, though RFC 5322 has a rule.
            "\"bob@x.org\" <ann@y.org>", "bob@x.org <ann@x.org>", "ann@y.org (formerly bob@x.org)",
            "(bob@x.org) ann@y.org"}) {
        cells.push_back({cell, Reason::kSeveral});
      }
      return cells;
    }()));

INSTANTIATE_TEST_SUITE_P(NotSeveral, RefusedCell,
                         testing::ValuesIn(std::vector<Refused>{
                             {"a@b@c.org", Reason::kBadLocal},
                             {"bob@@gmail.com", Reason::kBadLocal},
                             {"@bob @ann", Reason::kBadLocal},
                             {"bob @ x.org, ann @ y.org", Reason::kBadLocal},
                             {"jo doe@x.org", Reason::kBadLocal},
                             {"bob@gmail,com", Reason::kDotless},
                             {"bob@gmail.com, Ann", Reason::kBadDomain},
                             {"a@x.org\r\nBcc: b@y.org", Reason::kBadEncoding},
                             {"a\x01@x.org; b@y.org", Reason::kBadEncoding},
                             {"a@x.org\0; b@y.org"s, Reason::kBadEncoding},
                             {"j\xF6@x.org; b@y.org", Reason::kBadEncoding},
                         }));

struct Once {
  std::string cell;
  std::string address;
  LintSet lints;
};
void PrintTo(const Once& once, std::ostream* out) {
  *out << once.cell;
}
class OneAddress : public testing::TestWithParam<Once> {};

TEST_P(OneAddress, GivenTwiceIsOne) {
  AddressParser parser;
  const ParsedAddress parsed = parser.parse(GetParam().cell);
  ASSERT_FALSE(parsed.invalid) << name_of(*parsed.invalid);
  EXPECT_EQ(std::string(parsed.local_part) + "@" + to_text(parsed.domain), GetParam().address);
  EXPECT_EQ(parsed.lints, GetParam().lints);
}

INSTANTIATE_TEST_SUITE_P(
    Twice, OneAddress,
    testing::ValuesIn(std::vector<Once>{
        {"\"bob@x.org\" <bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"'bob@x.org' <bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"bob@x.org <bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"bob@x.org<mailto:bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"BOB@X.org <Bob@x.org>", "Bob@x.org", {Lint::kDisplayName}},
        {"[bob@x.org](mailto:bob@x.org)", "bob@x.org", {Lint::kTrimmed}},
        {"bob@x.org; bob@x.org", "bob@x.org", {Lint::kTrimmed}},
        {"Bob@x.org, bob@X.org.", "Bob@x.org", {Lint::kTrimmed}},
        {"bob@x.org (bob@x.org)", "bob@x.org", {Lint::kTrimmed}},
        {"bob@x.org\nbob@x.org", "bob@x.org", {Lint::kTrimmed}},
        {"o'neil@x.org; o'neil@x.org", "o'neil@x.org", {Lint::kTrimmed}},
        {"a/b@x.org | a/b@x.org", "a/b@x.org", {Lint::kTrimmed}},
        {"'bob@x.org'|'bob@x.org'", "bob@x.org", {Lint::kTrimmed}},
        {"o\u2019n@x.org; o\u2019n@x.org", "o\u2019n@x.org", {Lint::kTrimmed, Lint::kSmtputf8}},
        {"l\u00B7l@x.org; l\u00B7l@x.org", "l\u00B7l@x.org", {Lint::kTrimmed, Lint::kSmtputf8}},
        // A name that is no address by itself.
        {"Bob@Work <bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"Bob @ Work <bob@x.org>", "bob@x.org", {Lint::kDisplayName}},
        {"J\xF6rg <j@x.org>", "j@x.org", {Lint::kDisplayName}},
    }));

// --- no address ----------------------------------------------------------------------------------

INSTANTIATE_TEST_SUITE_P(NoAddress, RefusedCell, testing::ValuesIn([] {
                           std::vector<Refused> cells;
                           for (const std::string cell : {"",          " ",      "\u00A0\u200B",
                                                          "\u3000",    "NULL",   "null",
                                                          "Null",      "\\N",    "\\n",
                                                          "n/a",       "N/A",    "none",
                                                          "None",      "-",      " NULL ",
                                                          "\"NULL\"",  "'n/a'",  "\u201Cnone\u201D",
                                                          "=\"\"",     "\"\"",   "''",
                                                          "\" \"",     "NaN",    "NA",
                                                          "<NA>",      "nil",    "(null)",
                                                          "<null>",    "[NULL]", "(none)",
                                                          "undefined", "#N/A",   "n.a.",
                                                          "--",        "---",    "\u2013",
                                                          "\u2014",    ",",      ";",
                                                          ".",         "; ;"}) {
                             cells.push_back({cell, Reason::kEmpty});
                           }
                           return cells;
                         }()));

INSTANTIATE_TEST_SUITE_P(SomeText, RefusedCell,
                         testing::ValuesIn(std::vector<Refused>{
                             {"nobody", Reason::kNoAt},
                             {"null.example.org", Reason::kNoAt},
                             {"bob", Reason::kNoAt},
                             {"bob.gmail.com", Reason::kNoAt},
                             {"no email", Reason::kNoAt},
                             {"0", Reason::kNoAt},
                             {"n/a, see notes", Reason::kNoAt},
                             {"null@", Reason::kBadDomain},
                         }));

// --- time ----------------------------------------------------------------------------------------

// 4.5 MB of `mailto:` took 43 s. Work that grows with the square of the size would take minutes to
// hours with 8 MB; the limit for a test is 60 s.
TEST(AddressCleaning, TakesLinearTime) {
  constexpr size_t kSize = limits::kRowBytesMax / 2;
  const std::string end = "jo@x.org";
  const std::vector<std::string> cells = {
      repeat("mailto:", kSize),
      repeat("mailto: ", kSize) + end,
      repeat("(", kSize) + end,
      end + repeat(")", kSize),
      end + repeat("\\)", kSize),
      repeat("(a)", kSize) + end,
      end + repeat("(a)", kSize),
      repeat("(@)", kSize / 2) + end + repeat("(@)", kSize / 2),
      repeat("<", kSize / 2) + end + repeat(">", kSize / 2),
      repeat("<a", kSize) + ">",
      end + repeat(">", kSize),
      repeat("\"", kSize),
      repeat("\"\\", kSize) + "@a@b",
      repeat("\" ", kSize) + "@a@b",
      repeat("'\"", kSize / 2) + end + repeat("\"'", kSize / 2),
      repeat("=\"", kSize / 2) + end + repeat("\"", kSize / 4),
      repeat("a@[", kSize),
      repeat("a@b;", kSize),
      repeat("\u201C\u200B", kSize / 2) + end + repeat("\u201D,", kSize / 2),
      repeat("\xE2\x80", kSize) + "@@",
      repeat("\uFF20", kSize),
      repeat("@", kSize),
  };
  AddressParser parser;
  for (const std::string& cell : cells) {
    const ParsedAddress parsed = parser.parse(cell);
    EXPECT_TRUE(parsed.invalid || to_text(parsed.domain) == "x.org") << cell.substr(0, 20);
  }
  EXPECT_FALSE(parser.parse(cells[1]).invalid);
  EXPECT_FALSE(parser.parse(cells[5]).invalid);
  EXPECT_FALSE(parser.parse(cells[6]).invalid);
  EXPECT_FALSE(parser.parse(cells[18]).invalid);
}

}  // namespace
}  // namespace mxbulk::input
