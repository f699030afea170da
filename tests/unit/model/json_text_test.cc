#include "model/json_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk {
namespace {

TEST(JsonText, EscapesWhatJsonForbids) {
  std::string out;
  append_json_string(std::string_view("a\"\\\n\x01\x7F\0z\xE2\x82\xAC\xED\xA0\x80", 14), out);
  EXPECT_EQ(
      out,
      "\"a\\\"\\\\\\n\\u0001\\u007f\\u0000z\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonText, KeepsEveryPrintableOctetAtEveryPlace) {
  std::string plain;
  for (char c = 0x20; c < 0x7F; ++c) {
    if (c != '"' && c != '\\') plain.push_back(c);
  }
  for (size_t at = 0; at <= plain.size(); ++at) {
    std::string out;
    append_json_string(plain.substr(0, at) + "\t" + plain.substr(at), out);
    EXPECT_EQ(out, "\"" + plain.substr(0, at) + "\\t" + plain.substr(at) + "\"");
  }
}

// Eight octets are tested together: none may hide another, in any position.
TEST(JsonText, FindsEverySpecialOctetAtEveryPlaceOfAWord) {
  for (int octet = 0; octet < 256; ++octet) {
    const bool is_plain = octet >= 0x20 && octet < 0x7F && octet != '"' && octet != '\\';
    for (size_t at = 0; at < 16; ++at) {
      std::string text(16, 'z');
      text[at] = static_cast<char>(octet);
      std::string out;
      append_json_string(text, out);
      EXPECT_EQ(out == "\"" + text + "\"", is_plain) << octet << " at " << at;
    }
  }
}

TEST(JsonText, AnEmptyTextIsAnEmptyStringOrNull) {
  std::string out;
  append_json_string("", out);
  append_json_string_or_null("", out);
  append_json_string_or_null("x", out);
  EXPECT_EQ(out, "\"\"null\"x\"");
}

TEST(JsonWriter, PutsCommasBetweenValues) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("a").begin_array();
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.number(0);
  json.null();
  json.end_array();
  json.key("b").texts(std::vector<std::string>{"x", "\""});
  json.key("c").boolean(false);
  json.key("d").raw("{}");
  json.key("\"").text_or_null("");
  json.key("e").begin_object();
  json.key("f").text("g");
  json.end_object();
  json.end_object();
  EXPECT_EQ(out, R"({"a":[{},[],0,null],"b":["x","\""],"c":false,"d":{},"\"":null,"e":{"f":"g"}})");
}

TEST(JsonWriter, RoundsDecimals) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.decimal(0, 1);
  json.decimal(1.26, 1);
  json.decimal(1.0 / 3, 6);
  json.decimal(1e300, 1);  // out of range: no value
  json.end_array();
  EXPECT_EQ(out, "[0.0,1.3,0.333333,null]");
}

}  // namespace
}  // namespace mxbulk
