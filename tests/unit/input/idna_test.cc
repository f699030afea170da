#include "input/idna.h"

#include <gtest/gtest.h>
#include <unicode/uclean.h>

#include <cstdlib>
#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "base/limits.h"
#include "input/code_points.h"
#include "model/utf8.h"

namespace mxbulk::input {
namespace {

struct Name {
  std::string domain;
  std::string ascii;
  LintSet lints = {};
};
void PrintTo(const Name& name, std::ostream* out) {
  *out << name.domain;
}
class Names : public testing::TestWithParam<Name> {};

TEST_P(Names, AreConverted) {
  Idna idna;
  const IdnaAnswer& answer = idna.to_ascii(GetParam().domain);
  EXPECT_FALSE(answer.is_refused);
  EXPECT_EQ(answer.ascii, GetParam().ascii);
  EXPECT_EQ(answer.lints, GetParam().lints);
  const std::string& domain = GetParam().domain;
  EXPECT_EQ(idna_fault_of(domain.substr(0, domain.find('.'))), "");
}

// The A-labels of node's url.domainToASCII (ada 2.9, Unicode 16), but for the capital sharp s.
INSTANTIATE_TEST_SUITE_P(
    AsBrowsersDoIt, Names,
    testing::ValuesIn(std::vector<Name>{
        {"b\u00FCcher.de", "xn--bcher-kva.de"},
        {"B\u00DCCHER.DE", "xn--bcher-kva.de"},
        {"stra\u00DFe.de", "xn--strae-oqa.de"},
        {"STRA\u1E9EE.de", "xn--strae-oqa.de"},  // it became `strasse.de`: another's verdict
        {"\u03B2\u03CC\u03BB\u03BF\u03C2.com", "xn--nxasmm1c.com"},  // final sigma
        {"\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.com", "xn--mgba3gch31f060k.com"},
        {"x\u3002org", "x.org"},
        {"\uFF58\uFF0E\uFF4F\uFF52\uFF47", "x.org"},
        {"x.o\u200Br\u00ADg", "x.org"},
    }));

// `xn--n3h.net` was looked up, and `☃.net` refused.
INSTANTIATE_TEST_SUITE_P(
    Symbols, Names,
    testing::ValuesIn(std::vector<Name>{
        {"\u2603.net", "xn--n3h.net", {Lint::kIdna2008}},
        {"xn--n3h.net", "xn--n3h.net", {Lint::kIdna2008}},
        {"XN--N3H.net", "xn--n3h.net", {Lint::kIdna2008}},
        {"i\u2764.ws", "xn--i-7iq.ws", {Lint::kIdna2008}},
        {"i\u2764\uFE0F.ws", "xn--i-7iq.ws", {Lint::kIdna2008}},
        {"xn--i-7iq.ws", "xn--i-7iq.ws", {Lint::kIdna2008}},
        {"\U0001F4A9.la", "xn--ls8h.la", {Lint::kIdna2008}},
        {"a.\u2603.b\u00FCcher.de", "a.xn--n3h.xn--bcher-kva.de", {Lint::kIdna2008}},
    }));

INSTANTIATE_TEST_SUITE_P(
    ALabels, Names,
    testing::ValuesIn(std::vector<Name>{
        {"xn--bcher-kva.de", "xn--bcher-kva.de"},
        {"xn--strae-oqa.de", "xn--strae-oqa.de"},
        {"xn--a.de", "xn--a.de", {Lint::kBadAlabel}},
        {"xn--.de", "xn--.de", {Lint::kBadAlabel}},
        {"xn--abc-.de", "xn--abc-.de", {Lint::kBadAlabel}},              // nothing beyond ASCII
        {"xn--BCHER-KVA.de", "xn--bcher-kva.de"},                        // letters of any case
        {"xn--xample-9ua.de", "xn--xample-9ua.de"},                      // éxample
        {"xn--xample-9tb.de", "xn--xample-9tb.de", {Lint::kBadAlabel}},  // a capital, U+0193
        {"xn--zzzzzzzzzzzzzzzzz.de", "xn--zzzzzzzzzzzzzzzzz.de", {Lint::kBadAlabel}},
        {"xn--99zzzzz99.de", "xn--99zzzzz99.de", {Lint::kBadAlabel}},  // beyond U+10FFFF
        {"xn--a.b\u00FCcher.de", "xn--a.xn--bcher-kva.de", {Lint::kBadAlabel}},
    }));

// U+378 and U+2FE0 are in no version of Unicode yet; a name with one may be registered later. The
// A-labels are those of Python's codec `punycode`.
INSTANTIATE_TEST_SUITE_P(NewerThanTheTables, Names,
                         testing::ValuesIn(std::vector<Name>{
                             {"\u0378.net", "xn--zva.net"},
                             {"xn--zva.net", "xn--zva.net"},
                             {"A\u0378.net", "xn--a-qib.net"},  // the rest is mapped
                             {"\u00DC\u0378\u2FE0x.net", "xn--x-dha22qhy9e.net"},
                             {"\U0001FC7F.net",
                              "xn--wf0i.net"},  // the pictograph block of later emoji
                             {"\uA000\u0378\uA001.net", "xn--zva7521fea.net"},
                             {"\u05D0\u05FF.net", "xn--4db8g.net"},  // from right to left
                         }));

struct Refusal {
  std::string domain;
  std::string fault;  // of its first label; a piece of the text
};
void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.domain;
}
class Refusals : public testing::TestWithParam<Refusal> {};

TEST_P(Refusals, NameTheirFault) {
  Idna idna;
  const std::string& domain = GetParam().domain;
  EXPECT_TRUE(idna.to_ascii(domain).is_refused);
  EXPECT_EQ(idna.to_ascii(domain).ascii, domain);
  const std::string fault = idna_fault_of(domain.substr(0, domain.find('.')));
  EXPECT_NE(fault.find(GetParam().fault), std::string::npos) << fault;
}

INSTANTIATE_TEST_SUITE_P(Uts46, Refusals,
                         testing::ValuesIn(std::vector<Refusal>{
                             {"\u0301x.de", "U+0301, a combining mark"},
                             {"-\u00FC.de", "begins with a hyphen"},
                             {"\u00FC-.de", "ends with a hyphen"},
                             {"a\u200Eb.de", "U+200E is not allowed"},
                             {"a\uE000.de", "U+E000 is not allowed"},       // private use
                             {"a\uFDD0.de", "U+FDD0 is not allowed"},       // never a character
                             {"a\U000E0080.de", "U+E0080 is not allowed"},  // reserved, invisible
                             {"a\u200E\u0378.de",
                              "U+200E is not allowed"},  // beside one that is too new
                             {"a\u200C\u00FC.de", "joiner"},
                             {"a\u05D0.de", "Bidi Rule"},
                             {"xn--\u2603.de", "not Punycode"},
                             {"a\u200D\u0378.de", "joiner"},
                             {"\uFE0F.de", "nothing is left"},
                         }));

TEST(Idna, ALabelOfOver63OctetsIsRefused) {
  std::string label;
  for (int i = 0; i < 70; ++i) label += "\u00FC";
  Idna idna;
  EXPECT_TRUE(idna.to_ascii(label + ".de").is_refused);
  EXPECT_NE(idna_fault_of(label).find("63 octets"), std::string::npos);
  label += "\u0378";
  EXPECT_TRUE(idna.to_ascii(label + ".de").is_refused);
}

// Never another domain: nothing is dropped but what UTS #46 ignores.
TEST(Idna, AnUnderscoreStays) {
  Idna idna;
  EXPECT_EQ(idna.to_ascii("a_b\u00FC.com").ascii, "xn--a_b-joa.com");
  EXPECT_TRUE(idna.to_ascii("a_b\u00FC.com").has_non_ldh);
  EXPECT_EQ(idna.to_ascii("a_b.b\u00FC.com").ascii, "a_b.xn--b-eha.com");
}

TEST(Idna, CountsLabels) {
  Idna idna;
  EXPECT_EQ(idna.to_ascii("\u00FC").label_count, 1U);
  EXPECT_EQ(idna.to_ascii("a.\u00FC.de.").label_count, 3U);
  EXPECT_TRUE(idna.to_ascii("a.\u00FC.de.").has_trailing_dot);
}

// The longest that is converted at all; the buffer grows for it.
TEST(Idna, TakesTheLongestName) {
  Idna idna;
  std::string ligatures;  // U+FDFA is mapped to 18 characters
  while (ligatures.size() + 3 <= limits::kIdnaOctetsMax) ligatures += "\uFDFA";
  EXPECT_TRUE(idna.to_ascii(ligatures).is_refused);
}

void* no_memory(const void*, size_t) {
  return nullptr;
}
void* no_more_memory(const void*, void*, size_t) {
  return nullptr;
}
void keep(const void*, void*) {}

// In a process of its own, because ICU must not have been used before.
[[noreturn]] void convert_without_memory() {
  UErrorCode status = U_ZERO_ERROR;
  u_setMemoryFunctions(nullptr, &no_memory, &no_more_memory, &keep, &status);
  if (U_FAILURE(status)) std::_Exit(3);
  try {
    Idna idna;
    std::_Exit(idna.to_ascii("\u2603.net").is_refused ? 1 : 2);
  } catch (const std::bad_alloc&) {
    std::_Exit(0);
  }
}

TEST(IdnaDeathTest, MemoryThatIsOutIsNoReasonToRefuseAName) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(convert_without_memory(), testing::ExitedWithCode(0), "");
}

// --- Punycode ------------------------------------------------------------------------------------

std::u32string points(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    result += point.value;
    text.remove_prefix(point.octets);
  }
  return result;
}

TEST(Punycode, EncodesTheSamplesOfRfc3492Section71) {
  const std::vector<std::pair<std::string, std::string>> samples = {
      {"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye"},
      {"\u0050\u0072\u006F\u010D\u0070\u0072\u006F\u0073\u0074\u011B\u006E\u0065\u006D\u006C\u0075"
       "\u0076\u00ED\u010D\u0065\u0073\u006B\u0079",
       "Proprostnemluvesky-uyb24dma41a"},
      {"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F", "3B-ww4c5e180e575a65lsy2b"},
      {"\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067", "d9juau41awczczp"},
      {"-> $1.00 <-", "-> $1.00 <--"},
  };
  for (const auto& [text, encoded] : samples) {
    EXPECT_EQ(punycode_of(points(text)), encoded);
    EXPECT_EQ(from_punycode(encoded), points(text));
  }
}

TEST(Punycode, RefusesWhatItIsNot) {
  for (const char* encoded :
       {"99999999", "a", "a-\xC3\xBC", "n3h_", "a-b!", "999999b", "b5z9999999"}) {
    const auto decoded = from_punycode(encoded);
    EXPECT_TRUE(!decoded || punycode_of(*decoded) == encoded) << encoded;
  }
  EXPECT_FALSE(from_punycode("99999999"));
  EXPECT_FALSE(from_punycode("n3h_"));
  EXPECT_FALSE(from_punycode("a-\xC3\xBC"));
  EXPECT_FALSE(from_punycode("9"));  // the number goes on
}

// --- code points ---------------------------------------------------------------------------------

TEST(CodePoints, AreTheSameFromBothEnds) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    std::string text;
    append_utf8(value, text);
    const CodePoint first = first_code_point(text + "x");
    const CodePoint last = last_code_point("\xC3\xBC" + text);
    ASSERT_EQ(first.value, value);
    ASSERT_EQ(first.octets, text.size());
    ASSERT_EQ(last.value, value);
    ASSERT_EQ(last.octets, text.size());
  }
}

TEST(CodePoints, IllFormedTextHasNoCodePoints) {
  for (const char* text : {"", "\xFF", "\x80", "\xC3", "\xE2\x80", "\xED\xA0\x80"}) {
    EXPECT_EQ(first_code_point(text).octets, 0U);
    EXPECT_EQ(last_code_point(text).octets, 0U);
  }
  EXPECT_EQ(code_point_name(0x200B), "U+200B");
  EXPECT_EQ(code_point_name(0x1F4A9), "U+1F4A9");
  EXPECT_EQ(code_point_name(0), "U+0000");
}

}  // namespace
}  // namespace mxbulk::input
