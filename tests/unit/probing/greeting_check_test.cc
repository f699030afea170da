#include "probing/greeting_check.h"

#include <gtest/gtest.h>

namespace mxbulk::probing {
namespace {

constexpr const char* kBox = "gateway.example ESMTP";

TEST(GreetingCheck, ThreeUnrelatedHostsWithOneGreetingAreInterception) {
  GreetingCheck greetings;
  for (uint64_t i = 0; i < limits::kInterceptedOrganisations; ++i) {
    EXPECT_FALSE(greetings.is_settled());
    greetings.on_greeting(220, kBox, {i, i, false});
  }
  EXPECT_TRUE(greetings.is_intercepted());
  EXPECT_TRUE(greetings.is_settled());
}

TEST(GreetingCheck, TwoKnownProvidersWithOneGreetingAreInterception) {
  GreetingCheck greetings;
  greetings.on_greeting(220, kBox, {1, 1, true});
  EXPECT_FALSE(greetings.is_intercepted());
  greetings.on_greeting(220, kBox, {2, 2, true});
  EXPECT_TRUE(greetings.is_intercepted());
}

TEST(GreetingCheck, OneOtherGreetingExcludesInterception) {
  GreetingCheck greetings;
  greetings.on_greeting(220, kBox, {1, 1, true});
  greetings.on_greeting(220, "mx.example.net ESMTP", {2, 2, false});
  EXPECT_TRUE(greetings.is_settled());
  for (uint64_t i = 3; i < 20; ++i) greetings.on_greeting(220, kBox, {i, i, true});
  EXPECT_FALSE(greetings.is_intercepted());
}

// A hoster's customers have exchanges with their own names, or many exchanges in one network.
TEST(GreetingCheck, RelatedHostsCountOnce) {
  GreetingCheck greetings;
  for (uint64_t i = 0; i < 20; ++i) greetings.on_greeting(220, kBox, {i, 1, false});
  for (uint64_t i = 0; i < 20; ++i) greetings.on_greeting(220, kBox, {1, i, false});
  EXPECT_FALSE(greetings.is_settled());
}

// Block lists and busy servers use stock phrases, which are the same at unrelated hosts.
TEST(GreetingCheck, RefusalsInStockPhrasesAreNotInterception) {
  for (const char* text : {"5.7.1 Service unavailable; client [192.0.2.1] blocked",
                           "4.3.2 All server ports are busy", "Too many connections"}) {
    GreetingCheck greetings;
    for (uint64_t i = 0; i < 20; ++i) greetings.on_greeting(421, text, {i, i, false});
    EXPECT_FALSE(greetings.is_intercepted()) << text;
    greetings.on_greeting(554, "mx.example.net no", {20, 20, false});
    EXPECT_TRUE(greetings.is_settled()) << text;
    EXPECT_FALSE(greetings.is_intercepted()) << text;
  }
}

TEST(GreetingCheck, EqualRefusalsAreInterceptionIfTheyNameAHostOrComeFromKnownProviders) {
  GreetingCheck named;
  for (uint64_t i = 0; i < 3; ++i) named.on_greeting(554, "box.example no", {i, i, false});
  EXPECT_TRUE(named.is_intercepted());
  GreetingCheck providers;
  for (uint64_t i = 0; i < 2; ++i) providers.on_greeting(554, "5.7.1 no", {i, i, true});
  EXPECT_TRUE(providers.is_intercepted());
}

// It would make all of their domains dead, so any doubt counts.
TEST(GreetingCheck, UnrelatedHostsWithTheSame521AreInterception) {
  GreetingCheck greetings;
  for (uint64_t i = 0; i < 3; ++i) greetings.on_greeting(521, "no mail", {i, i, false});
  EXPECT_TRUE(greetings.is_intercepted());
}

TEST(GreetingCheck, TheKeyIsTheNameThatTheHostGivesItself) {
  EXPECT_EQ(greeting_key("mx.example.com ESMTP Postfix"), greeting_key("MX.example.com ready"));
  EXPECT_NE(greeting_key("mx1.example.com ESMTP"), greeting_key("mx2.example.com ESMTP"));
  // Without a name, the key is the whole text except dates and numbers.
  EXPECT_EQ(greeting_key("ESMTP 12:30:01 q1234"), greeting_key("ESMTP 12:31:59 q99"));
  EXPECT_NE(greeting_key("ESMTP ready"), greeting_key("welcome"));
  EXPECT_NE(greeting_key("5.7.1 go away"), greeting_key("5.7.1 blocked")) << "a code, no name";
  EXPECT_EQ(greeting_key(""), greeting_key(""));
}

}  // namespace
}  // namespace mxbulk::probing
