#include "model/csv_text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace mxbulk {
namespace {

TEST(CsvText, SafeWalkNeverMistakesQuotedDelimiters) {
  const std::pair<const char*, const char*> cases[] = {{"\"a,=b\",=c", "\"a,=b\",'=c"},
                                                       {"\"a\"\",=b\",x", "\"a\"\",=b\",x"},
                                                       {"=", "'="},
                                                       {"\"=", "\"'="},
                                                       {",,=", ",,'="},
                                                       {"", ""},
                                                       {"a\"b,=c", "a\"b,'=c"}};
  for (const auto& [row, expected] : cases) {
    std::string out;
    append_row_csv_safe(row, ',', out);
    EXPECT_EQ(out, expected);
  }
}

TEST(CsvText, CellsAreQuotedOnlyIfNecessary) {
  const std::pair<const char*, const char*> cases[] = {{"plain", "plain"},
                                                       {"a,b", "\"a,b\""},
                                                       {"a\"b", "\"a\"\"b\""},
                                                       {"a\rb", "\"a\rb\""},
                                                       {"", ""}};
  for (const auto& [cell, expected] : cases) {
    std::string out;
    append_csv_cell(cell, ',', false, out);
    EXPECT_EQ(out, expected);
  }
}

TEST(CsvText, FindsACellWithAndWithoutQuotes) {
  EXPECT_TRUE(has_csv_cell("email", ',', "email"));
  EXPECT_TRUE(has_csv_cell("a,email,b", ',', "email"));
  EXPECT_TRUE(has_csv_cell("a;b;\"email\"", ';', "email"));
  EXPECT_TRUE(has_csv_cell("a,", ',', ""));
  EXPECT_FALSE(has_csv_cell("a,e-mail,my email", ',', "email"));
  EXPECT_FALSE(has_csv_cell("\"a,email,b\"", ',', "email"));
}

}  // namespace
}  // namespace mxbulk
