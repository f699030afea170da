#include "engine/greeting_census.h"

#include <gtest/gtest.h>

namespace mxbulk::engine {
namespace {

constexpr const char* kBox = "gateway.example ESMTP";

TEST(GreetingCensus, ThreeUnrelatedHostsThatGreetAlikeAreOneBox) {
  GreetingCensus census;
  for (uint64_t i = 0; i < limits::kInterceptedOrganisations; ++i) {
    EXPECT_FALSE(census.is_settled());
    census.on_greeting(kBox, i, i, false);
  }
  EXPECT_TRUE(census.is_intercepted());
  EXPECT_TRUE(census.is_settled());
}

TEST(GreetingCensus, TwoProvidersOfNoteNeverGreetAlike) {
  GreetingCensus census;
  census.on_greeting(kBox, 1, 1, true);
  EXPECT_FALSE(census.is_intercepted());
  census.on_greeting(kBox, 2, 2, true);
  EXPECT_TRUE(census.is_intercepted());
}

TEST(GreetingCensus, OneOtherGreetingSettlesThatNobodyStandsBetween) {
  GreetingCensus census;
  census.on_greeting(kBox, 1, 1, true);
  census.on_greeting("mx.example.net ESMTP", 2, 2, false);
  EXPECT_TRUE(census.is_settled());
  for (uint64_t i = 3; i < 20; ++i) census.on_greeting(kBox, i, i, true);
  EXPECT_FALSE(census.is_intercepted());
}

// Customers of one hoster have exchanges of their own names, or many in its own network.
TEST(GreetingCensus, RelatedHostsCountOnce) {
  GreetingCensus census;
  for (uint64_t i = 0; i < 20; ++i) census.on_greeting(kBox, i, 1, false);
  for (uint64_t i = 0; i < 20; ++i) census.on_greeting(kBox, 1, i, false);
  EXPECT_FALSE(census.is_settled());
}

TEST(GreetingCensus, TheKeyIsTheNameThatTheHostGivesItself) {
  EXPECT_EQ(greeting_key("mx.example.com ESMTP Postfix"), greeting_key("MX.example.com ready"));
  EXPECT_NE(greeting_key("mx1.example.com ESMTP"), greeting_key("mx2.example.com ESMTP"));
  // No name: all of it, but for dates and numbers.
  EXPECT_EQ(greeting_key("ESMTP 12:30:01 q1234"), greeting_key("ESMTP 12:31:59 q99"));
  EXPECT_NE(greeting_key("ESMTP ready"), greeting_key("welcome"));
  EXPECT_EQ(greeting_key(""), greeting_key(""));
}

}  // namespace
}  // namespace mxbulk::engine
