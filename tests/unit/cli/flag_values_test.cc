#include "cli/flag_values.h"

#include <gtest/gtest.h>

namespace mxbulk::cli {
namespace {

TEST(FlagValues, Durations) {
  const std::pair<const char*, int64_t> good[] = {{"200ms", 200},     {"2s", 2'000},
                                                  {"1.5m", 90'000},   {"3h", 10'800'000},
                                                  {"1d", 86'400'000}, {"0s", 0}};
  for (const auto& [text, ms] : good) {
    const auto value = duration_ms_from(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_EQ(value.value(), ms) << text;
  }
  for (const char* bad :
       {"", "2", "s", "-2s", "2 s", "2S", "1e3s", "2min", "99999999999999d", "1.2.3s"}) {
    EXPECT_EQ(duration_ms_from(bad).status().code(), StatusCode::kUsage) << bad;
  }
}

TEST(FlagValues, Sizes) {
  const std::pair<const char*, uint64_t> good[] = {
      {"64M", 64ULL << 20}, {"1K", 1024}, {"1.5G", 3ULL << 29}, {"4096", 4096}};
  for (const auto& [text, bytes] : good) {
    const auto value = size_bytes_from(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_EQ(value.value(), bytes) << text;
  }
  for (const char* bad : {"", "M", "-1M", "64MB", "64m", "9999999G"}) {
    EXPECT_FALSE(size_bytes_from(bad).ok()) << bad;
  }
}

TEST(FlagValues, Rates) {
  EXPECT_DOUBLE_EQ(rate_from("5%").value(), 0.05);
  EXPECT_DOUBLE_EQ(rate_from("0.1%").value(), 0.001);
  EXPECT_DOUBLE_EQ(rate_from("0").value(), 0);
  EXPECT_DOUBLE_EQ(rate_from("100%").value(), 1);
  for (const char* bad : {"", "5", "0.05", "101%", "-1%", "%"}) EXPECT_FALSE(rate_from(bad).ok());
}

TEST(FlagValues, Counts) {
  EXPECT_EQ(count_from("7", 1, 10).value(), 7U);
  for (const char* bad : {"", "0", "11", "-1", "7x", "1e1", " 7", "99999999999999999999"}) {
    EXPECT_FALSE(count_from(bad, 1, 10).ok()) << bad;
  }
}

TEST(FlagValues, Delimiters) {
  EXPECT_EQ(delimiter_from(";").value(), ';');
  EXPECT_EQ(delimiter_from("tab").value(), '\t');
  EXPECT_EQ(delimiter_from("\\t").value(), '\t');
  EXPECT_EQ(delimiter_from("auto").value(), '\0');
  for (const char* bad : {"", ",,", "\"", "\n", "\xC3"}) EXPECT_FALSE(delimiter_from(bad).ok());
}

TEST(FlagValues, Lists) {
  EXPECT_EQ(list_from("a,b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(list_from(",a,,b,"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(list_from("").empty());
}

}  // namespace
}  // namespace mxbulk::cli
