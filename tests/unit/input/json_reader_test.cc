#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/limits.h"
#include "input/json_record.h"
#include "input/json_rows.h"
#include "model/json_text.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

// With each implementation of the index that this machine can run.
class JsonReaderTest : public testing::TestWithParam<std::string> {
 protected:
  // What is at the path in each line: its text, or `!object`, `!text`, `null`, `!reserved KEY`.
  std::vector<std::string> find(std::string_view bytes, std::string_view path = "email",
                                std::string_view prefix = {}) {
    std::vector<LineSpan> lines;
    cut_lines(bytes, true, bytes.size() + 1, lines);
    std::vector<JsonText> texts;
    JsonReader(path_from(path), prefix, JsonIndex(GetParam())).find(bytes, lines, texts);
    EXPECT_EQ(texts.size(), lines.size());
    std::vector<std::string> shown;
    for (const JsonText& text : texts) shown.push_back(show(bytes, text));
    return shown;
  }
  static std::string show(std::string_view bytes, const JsonText& text) {
    const std::string_view escaped = bytes.substr(text.begin, text.size);
    std::string shown;
    switch (text.found) {
      case JsonFind::kNotObject: return "!object";
      case JsonFind::kNoText: return "!text";
      case JsonFind::kNull: return "null";
      case JsonFind::kReserved: shown = "!reserved "; break;
      case JsonFind::kText: break;
    }
    append_unescaped_json(escaped, shown);
    return shown;
  }
  std::string find_one(std::string_view line, std::string_view path = "email") {
    return find(line, path).front();
  }
};

INSTANTIATE_TEST_SUITE_P(Index, JsonReaderTest, testing::ValuesIn(json_implementations()),
                         [](const auto& one) { return one.param; });

TEST_P(JsonReaderTest, FindsTheTextAtThePath) {
  EXPECT_EQ(find_one(R"({"email":"a@b.de"})"), "a@b.de");
  EXPECT_EQ(find_one(R"( { "id" : 1 , "email" : "a@b.de" } )"), "a@b.de");
  EXPECT_EQ(find_one(R"({"c":{"email":"a@b.de"},"email":1})", "c.email"), "a@b.de");
  EXPECT_EQ(find_one(R"({"c":{"email":"a@b.de"}})"), "!text");
  EXPECT_EQ(find_one(R"({"c":[{"email":"a@b.de"}]})", "c.email"), "!text");
  EXPECT_EQ(find_one(R"({"\u0065mail":"\u0061\"@\/b.de"})"), "a\"@/b.de");
  EXPECT_EQ(find_one(R"({"email":null})"), "null");
  EXPECT_EQ(find_one(R"({"email":["a@b.de"]})"), "!text");
  EXPECT_EQ(find_one("{}"), "!text");
}

TEST_P(JsonReaderTest, TheLastOfARepeatedKeyCounts) {
  EXPECT_EQ(find_one(R"({"email":"a@b.de","email":"c@d.de"})"), "c@d.de");
  EXPECT_EQ(find_one(R"({"email":"a@b.de","email":5})"), "!text");
  EXPECT_EQ(find_one(R"({"c":{"email":"a@b.de"},"c":{}})", "c.email"), "!text");
  EXPECT_EQ(find_one(R"({"c":{"email":"a@b.de"},"c":"x"})", "c.email"), "!text");
}

TEST_P(JsonReaderTest, TextThatIsNotAWholeObjectIsRefused) {
  for (const std::string& line : {""s,
                                  " "s,
                                  "x"s,
                                  "[]"s,
                                  "\"email\""s,
                                  "{"s,
                                  "}"s,
                                  "{\"email\":\"a\""s,
                                  "{\"email\":\"a\"}}"s,
                                  "{\"email\":\"a\"},"s,
                                  "{\"email\":\"a\"}{\"email\":\"a\"}"s,
                                  "{\"email\":\"a\",}"s,
                                  "{,\"email\":\"a\"}"s,
                                  "{\"email\" \"a\"}"s,
                                  "{\"email\":}"s,
                                  "{\"email\":\"a\"x}"s,
                                  "{\"email\":\"a\"\"b\"}"s,
                                  "{email:\"a\"}"s,
                                  "{\"email\":\"a\"]"s,
                                  "{\"email\":[\"a\"}"s,
                                  "{\"email\":\"a}"s,
                                  "{\"email\":\"\t\"}"s,
                                  "{\"email\":\"\xFF\"}"s,
                                  "{\"n\":\xC3\xBC}"s,
                                  "{\"n\":tru}"s,
                                  "{\"n\":true false}"s,
                                  "{\"n\":nulll}"s,
                                  "{\"n\":01}"s,
                                  "{\"n\":1.}"s,
                                  "{\"n\":-}"s,
                                  "{\"n\":+1}"s,
                                  "{\"n\":1e}"s,
                                  "{\"n\":1 2}"s,
                                  "{\"n\":1\"2\"}"s,
                                  "{\"n\":\"\\x\"}"s,
                                  "{\"n\":\"\\u12G4\"}"s,
                                  "{\"n\":\"\\u123\"}"s,
                                  "{\"\\q\":1}"s,
                                  "x {\"email\":\"a\"}"s,
                                  "\" {\"email\":\"a\"}"s,
                                  "{\"n\":1\0}"s,
                                  "{\"n\":\\\"1}"s,
                                  "{\"n\":[1,]}"s,
                                  "{\"n\":[,1]}"s,
                                  "{\"n\":[1 2]}"s,
                                  "{\"n\":1}\f"s}) {
    EXPECT_EQ(find(line + "\n").front(), "!object") << testing::PrintToString(line);
  }
}

TEST_P(JsonReaderTest, NumbersAndEscapesOfAllKindsAreSound) {
  EXPECT_EQ(find_one(R"({"n":[0,-0,1.5,1E+2,-1.25e-400,123456789012345678901234567890]})"),
            "!text");
  EXPECT_EQ(
      find_one("{\"n\":[true,false,null,{},[],\"\\b\\f\\n\\r\\t\\\\\\/\\\"\"], \"email\":\"a\"}"),
      "a");
}

TEST_P(JsonReaderTest, SurrogatesAreOneCharacterAndHalvesAreReplaced) {
  EXPECT_EQ(find_one(R"({"email":"\uD83D\uDE00"})"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(find_one(R"({"email":"\u00fc\u20AC"})"), "\xC3\xBC\xE2\x82\xAC");
  EXPECT_EQ(find_one(R"({"email":"\uD83Dx"})"), "\xEF\xBF\xBDx");
  EXPECT_EQ(find_one(R"({"email":"\uDE00\uD83D\u0041"})"),
            "\xEF\xBF\xBD\xEF\xBF\xBD"
            "A");
}

TEST_P(JsonReaderTest, DepthIsBounded) {
  const auto nested = [](size_t depth) {
    return "{\"email\":\"a\",\"n\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(find_one(nested(limits::kJsonDepthMax - 1)), "a");
  EXPECT_EQ(find_one(nested(limits::kJsonDepthMax)), "!object");
  EXPECT_EQ(find_one(nested(500'000)), "!object");
}

TEST_P(JsonReaderTest, KeysThatWillBeAddedAreReserved) {
  EXPECT_EQ(find("{\"email\":\"a\",\"m\\u0078_b\":{\"mx_c\":1}}\n", "email", "mx_").front(),
            "!reserved mx_b");
  EXPECT_EQ(find("{\"email\":\"a\",\"b\":{\"mx_c\":1}}\n", "email", "mx_").front(), "a");
  EXPECT_EQ(find("{\"mx_b\":1\n", "email", "mx_").front(), "!object");
}

// Lines are indexed together; none may affect another.
TEST_P(JsonReaderTest, BadLinesDoNotTouchTheirNeighbours) {
  const std::map<std::string, std::string> expected = {{"{\"email\":\"a@b.de\"}", "a@b.de"},
                                                       {"{\"email\":\"c\\\\\"}", "c\\"},
                                                       {"{\"email\":\"open}", "!object"},
                                                       {"{\"email\":\"open\\", "!object"},
                                                       {"\"", "!object"},
                                                       {"x", "!object"},
                                                       {"x\"", "!object"},
                                                       {"\\", "!object"},
                                                       {"{\"email\":\"\xFF\"}", "!object"},
                                                       {"", "!object"},
                                                       {"{\"email\":\"\x01\"}", "!object"},
                                                       {"}", "!object"},
                                                       {"{\"email\":1", "!object"},
                                                       {"\"email\":\"a\"}", "!object"},
                                                       {"{", "!object"},
                                                       {"\",\"email\":\"a\"}", "!object"},
                                                       {"{\"id\":1}", "!text"}};
  std::mt19937 random(3);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    std::vector<std::string> texts;
    for (size_t lines = 1 + random() % 12; lines > 0; --lines) {
      const auto one = std::next(expected.begin(), random() % expected.size());
      bytes += one->first + (random() % 2 == 0 ? "\n" : "\r\n");
      texts.push_back(one->second);
    }
    ASSERT_EQ(find(bytes), texts) << testing::PrintToString(bytes);
  }
}

// Without vector instructions the index took the break for escaped, and the next line was bad.
TEST_P(JsonReaderTest, ABackslashAtTheEndOfALineDoesNotReachIntoTheNext) {
  EXPECT_EQ(find("{\"email\":\"a\\\n{\"email\":\"b@c.de\"}\n"),
            (std::vector<std::string>{"!object", "b@c.de"}));
}

TEST_P(JsonReaderTest, EachGivesTheMembersInTheirOrder) {
  const std::string line =
      R"( {"b":"x\ny" , "a" : [1, {"c":2}] ,"\u0062":null,"n":-1.50,"t":true,"o":{"p":"}"}} )";
  std::string shown;
  JsonReader reader({"email"}, {}, JsonIndex(GetParam()));
  reader.each(line, [&](std::string_view key, std::string_view text) {
    shown.append(key).append("=").append(text).append(";");
  });
  EXPECT_EQ(shown, "b=x\ny;a=[1, {\"c\":2}];b=;n=-1.50;t=true;o={\"p\":\"}\"};");
  reader.each("{}", [](std::string_view, std::string_view) { FAIL(); });
}

}  // namespace
}  // namespace mxbulk::input
