// The lints of a route: when they are given and when not. They never change a verdict.
#include <gtest/gtest.h>

#include <set>

#include "route/route_verdict.h"
#include "support/route_script.h"

namespace mxbulk::test {
namespace {

constexpr const char* kDomain = "example.org";
constexpr const char* kHost = "mail.example.net";
constexpr RecordType kMx = RecordType::kMx;

TEST(TtlOdd, IsUnderAMinuteOrOverAWeek) {
  EXPECT_TRUE(route::is_ttl_odd(0));
  EXPECT_TRUE(route::is_ttl_odd(59));
  EXPECT_FALSE(route::is_ttl_odd(60));
  EXPECT_FALSE(route::is_ttl_odd(604'800));
  EXPECT_TRUE(route::is_ttl_odd(604'801));
}

TEST(TtlOdd, IsAboutTheMxRecords) {
  const auto is_odd = [](uint32_t mx_ttl_s, uint32_t a_ttl_s) {
    Told mx = told_mx({{10, kHost}});
    mx.ttl_s = mx_ttl_s;
    Told a = told_addresses({kPublic4});
    a.ttl_s = a_ttl_s;
    const Evaluated evaluated = RouteScript()
                                    .on(kDomain, kMx, mx)
                                    .host(kHost, a, told(LookupStatus::kNoData))
                                    .evaluate(kDomain);
    EXPECT_EQ(evaluated.route.ttl_s, mx_ttl_s);
    EXPECT_EQ(evaluated.reason(), Reason::kMx);
    return evaluated.has(Lint::kTtlOdd);
  };
  EXPECT_TRUE(is_odd(59, 3'600));
  EXPECT_TRUE(is_odd(604'801, 3'600));
  EXPECT_FALSE(is_odd(60, 5));  // the host's own addresses may change as fast as they like
}

TEST(TtlOdd, IsAboutTheAddressesOfAnImplicitMx) {
  Told a = told_addresses({kPublic4});
  a.ttl_s = 5;
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNoData));
  script.host(kDomain, a, told(LookupStatus::kNoData));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_TRUE(evaluated.has(Lint::kTtlOdd));
  EXPECT_EQ(evaluated.route.ttl_s, 5U);
}

TEST(TtlOdd, IsNotGivenForANegativeAnswer) {
  Told none = told(LookupStatus::kNoData);
  none.ttl_s = 5;
  const Evaluated evaluated =
      RouteScript().on(kDomain, kMx, none).host(kDomain, none, none).evaluate(kDomain);
  EXPECT_FALSE(evaluated.has(Lint::kTtlOdd));
}

TEST(V6Only, IsNotGivenIfOneUsableHostHasIpv4) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "six.example.net"}, {20, kHost}})).good_host(kHost);
  script.host("six.example.net", told(LookupStatus::kNoData), told_addresses({kPublic6}));
  EXPECT_FALSE(script.evaluate(kDomain).has(Lint::kV6Only));
}

TEST(V6Only, IsGivenForMxToo) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, kHost}}));
  script.host(kHost, told(LookupStatus::kNoData), told_addresses({kPublic6}));
  EXPECT_TRUE(script.evaluate(kDomain).has(Lint::kV6Only));
}

TEST(V6Only, IsNotGivenIfTheHostHasAnyIpv4Address) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, kHost}}));
  script.host(kHost, told_addresses({kPrivate4}), told_addresses({kPublic6}));
  EXPECT_FALSE(script.evaluate(kDomain).has(Lint::kV6Only));
}

TEST(MxPartial, NeedsAUsableExchangeBesideTheDeadOne) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "gone.example.net"}, {20, kHost}}));
  script.dead_host("gone.example.net").dead_host(kHost);
  EXPECT_FALSE(script.evaluate(kDomain).has(Lint::kMxPartial));
  EXPECT_TRUE(script.good_host(kHost).evaluate(kDomain).has(Lint::kMxPartial));
}

TEST(MxPartial, IsNotGivenForATemporaryFailure) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "slow.example.net"}, {20, kHost}})).good_host(kHost);
  script.host("slow.example.net", told(LookupStatus::kTimeout), told(LookupStatus::kTimeout));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(evaluated.reason(), Reason::kMx);
  EXPECT_FALSE(evaluated.has(Lint::kMxPartial));
}

TEST(DomainCname, IsGivenForAnImplicitMx) {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNoData));
  script.host(kDomain, by_cname(told_addresses({kPublic4})), told(LookupStatus::kNoData));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_TRUE(evaluated.has(Lint::kDomainCname));
  EXPECT_FALSE(evaluated.has(Lint::kMxCname));
}

TEST(Lints, OfSeveralExchangesAddUp) {
  RouteScript script;
  script.on(
      kDomain, kMx,
      told_mx({{0, "."}, {10, "1.1.1.1"}, {20, "a b"}, {30, "x_y.example.net"}, {40, kHost}}));
  script.dead_host("x_y.example.net");
  script.host(kHost, by_cname(told_addresses({kPublic4, kPrivate4})), told(LookupStatus::kNoData));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(evaluated.route.lints,
            (LintSet{Lint::kNullMxMixed, Lint::kMxIpLiteral, Lint::kMxMalformed,
                     Lint::kMxUnderscore, Lint::kMxPartial, Lint::kMxCname, Lint::kMxNonpublic}));
  EXPECT_EQ(evaluated.reason(), Reason::kMx);
}

TEST(Rules, EachHasASentenceOfItsOwn) {
  std::set<std::string_view> sentences;
  const auto count = static_cast<size_t>(route::Rule::kImplicitNone) + 1;
  for (size_t i = 0; i < count; ++i) sentences.insert(text_of(static_cast<route::Rule>(i)));
  EXPECT_EQ(sentences.size(), count);
  EXPECT_FALSE(sentences.contains("?"));
}

}  // namespace
}  // namespace mxbulk::test
