#include "model/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace mxbulk {
namespace {

TEST(JsonText, EscapesWhatJsonForbids) {
  std::string out;
  append_json_string(std::string_view("a\"\\\n\x01\x7F\0z\xE2\x82\xAC\xED\xA0\x80", 14), out);
  EXPECT_EQ(
      out,
      "\"a\\\"\\\\\\n\\u0001\\u007f\\u0000z\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace mxbulk
