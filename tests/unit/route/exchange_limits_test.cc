// The number of exchanges looked up at once and in all, and duplicates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/route_script.h"

namespace mxbulk::test {
namespace {

using ::testing::ElementsAre;

constexpr const char* kDomain = "example.org";

// `m000.example.net` and so on, of rising preference.
std::string host_name(size_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, 3 - digits.size(), '0');
  return "m" + digits + ".example.net";
}

Told many_exchanges(size_t count) {
  Told told;
  for (size_t i = 0; i < count; ++i) told.mx.emplace_back(static_cast<uint16_t>(i), host_name(i));
  return told;
}

// All hosts are gone but the one with index `good`.
RouteScript script_of(size_t count, size_t good) {
  RouteScript script;
  script.on(kDomain, RecordType::kMx, many_exchanges(count));
  for (size_t i = 0; i < count && i < limits::kExchangesMax; ++i) {
    if (i == good)
      script.good_host(host_name(i));
    else
      script.dead_host(host_name(i));
  }
  return script;
}

TEST(ExchangeLimits, SixteenAtATime) {
  const Evaluated evaluated = script_of(40, 39).evaluate(kDomain);
  EXPECT_THAT(evaluated.hosts_at_once, ElementsAre(16, 16, 8));
  EXPECT_EQ(evaluated.best(), host_name(39));
  EXPECT_EQ(name_of(evaluated.reason()), "mx");
}

TEST(ExchangeLimits, NoFurtherOnesOnceOneIsUsable) {
  EXPECT_THAT(script_of(40, 15).evaluate(kDomain).hosts_at_once, ElementsAre(16));
  EXPECT_THAT(script_of(40, 16).evaluate(kDomain).hosts_at_once, ElementsAre(16, 16));
}

TEST(ExchangeLimits, AllAreAskedForIfAllAreWanted) {
  EXPECT_THAT(script_of(40, 0).evaluate(kDomain, true).hosts_at_once, ElementsAre(16, 16, 8));
}

// The domain's asking time is over after the first sixteen, all of them gone.
TEST(ExchangeLimits, WhatWasNotAskedForWantOfTimeIsNotDead) {
  std::vector<DomainName> names;
  for (size_t i = 0; i < 17; ++i) names.push_back(*DomainName::from_text(host_name(i)));
  const DomainName domain = *DomainName::from_text(kDomain);
  for (size_t count : {16U, 17U}) {
    std::vector<MxRecord> records;
    for (size_t i = 0; i < count; ++i) {
      records.push_back({static_cast<uint16_t>(i), HostId(), names[i].view()});
    }
    route::RouteEvaluation evaluation;
    (void)evaluation.start(domain.view(), {});
    (void)evaluation.on_mx({.status = LookupStatus::kFound, .ttl_s = 300, .mx = records});
    route::HostFacts gone;
    for (uint16_t i = 0; i < 16; ++i) (void)evaluation.on_host(i, gone, false);
    ASSERT_TRUE(evaluation.done());
    EXPECT_EQ(name_of(evaluation.route().reason),
              count == 16 ? "mx_unresolvable" : "mx_addr_tempfail");
  }
}

TEST(ExchangeLimits, AHundredDeadOnesAreDead) {
  const Evaluated evaluated = script_of(100, 100).evaluate(kDomain);
  EXPECT_EQ(name_of(evaluated.reason()), "mx_unresolvable");
  EXPECT_EQ(evaluated.route.mx_count, 100U);
  EXPECT_THAT(evaluated.hosts_at_once, ElementsAre(16, 16, 16, 16, 16, 16, 4));
}

TEST(ExchangeLimits, OneMoreThanAHundredIsCutAndUnknown) {
  const Evaluated evaluated = script_of(101, 101).evaluate(kDomain);
  EXPECT_EQ(name_of(evaluated.reason()), "mx_addr_tempfail");
  EXPECT_EQ(evaluated.rules.back(), route::Rule::kTooManyExchanges);
  EXPECT_EQ(evaluated.route.mx_count, 101U);
  EXPECT_EQ(evaluated.exchanges().size(), 100U);
}

TEST(ExchangeLimits, AUsableOneAmongTheFirstHundredIsEnough) {
  EXPECT_EQ(name_of(script_of(300, 99).evaluate(kDomain).reason()), "mx");
}

TEST(ExchangeLimits, AnAnswerThatWasCutWhileReadingIsUnknownToo) {
  Told cut = many_exchanges(2);
  cut.cut = true;
  RouteScript script;
  script.on(kDomain, RecordType::kMx, cut).dead_host(host_name(0)).dead_host(host_name(1));
  EXPECT_EQ(name_of(script.evaluate(kDomain).reason()), "mx_addr_tempfail");
  script.good_host(host_name(1));
  EXPECT_EQ(name_of(script.evaluate(kDomain).reason()), "mx");
}

// Probes need it: if all exchanges in the list are closed, others may still be open.
TEST(ExchangeLimits, ARouteIsCutEvenIfAnExchangeIsUsable) {
  EXPECT_FALSE(script_of(100, 99).evaluate(kDomain, true).route.is_cut);
  EXPECT_TRUE(script_of(101, 99).evaluate(kDomain, true).route.is_cut);
  Told told = many_exchanges(1);
  const auto evaluation = [&] {
    RouteScript script;
    script.on(kDomain, RecordType::kMx, told).good_host(host_name(0));
    return script.evaluate(kDomain);
  };
  EXPECT_FALSE(evaluation().route.is_cut);
  told.malformed_record = true;
  EXPECT_TRUE(evaluation().route.is_cut);
  told.malformed_record = false;
  told.cut = true;
  EXPECT_TRUE(evaluation().route.is_cut);
}

TEST(ExchangeLimits, DotsAreNotNullMxIfTheAnswerWasCut) {
  Told cut = told_mx({{0, "."}, {1, "."}});
  cut.cut = true;
  const Evaluated evaluated = RouteScript().on(kDomain, RecordType::kMx, cut).evaluate(kDomain);
  EXPECT_EQ(name_of(evaluated.reason()), "mx_addr_tempfail");
}

TEST(ExchangeLimits, DuplicatesCountOnceAtTheirBestPreference) {
  RouteScript script;
  script.on(kDomain, RecordType::kMx,
            told_mx({{30, "a.example.net"},
                     {20, "b.example.net"},
                     {10, "A.example.NET"},
                     {20, "b.example.net"}}));
  const Evaluated evaluated =
      script.good_host("a.example.net").good_host("b.example.net").evaluate(kDomain);
  EXPECT_THAT(evaluated.exchanges(), ElementsAre("a.example.net", "b.example.net"));
  EXPECT_EQ(evaluated.route.exchanges[0].preference, 10);
  EXPECT_EQ(evaluated.route.exchanges[1].preference, 20);
  EXPECT_EQ(evaluated.route.mx_count, 2U);
  EXPECT_THAT(evaluated.hosts_at_once, ElementsAre(2));
}

TEST(ExchangeLimits, ExchangesThatNeedNoLookupTakeNoPlace) {
  Told told = many_exchanges(16);
  for (uint16_t i = 0; i < 10; ++i) told.mx.emplace_back(i, "1.1.1." + std::to_string(i));
  RouteScript script;
  script.on(kDomain, RecordType::kMx, told);
  for (size_t i = 0; i < 16; ++i) script.dead_host(host_name(i));
  EXPECT_THAT(script.evaluate(kDomain).hosts_at_once, ElementsAre(16));
}

TEST(ExchangeLimits, AnEvaluationIsUsedAgainWithoutTraces) {
  route::RouteEvaluation evaluation;
  const DomainName domain = DomainName::from_text(kDomain).value();
  const DomainName host = DomainName::from_text("mail.example.net").value();
  const MxRecord record = {10, HostId(), host.view()};
  evaluation.start(domain.view(), {});
  evaluation.on_mx(
      {.status = LookupStatus::kFound, .via_cname = true, .ttl_s = 1, .mx = {&record, 1}});
  evaluation.start(domain.view(), {});
  EXPECT_FALSE(evaluation.done());
  EXPECT_TRUE(evaluation.route().exchanges.empty());
  EXPECT_TRUE(evaluation.route().lints.empty());
  evaluation.on_mx({.status = LookupStatus::kServfail});
  EXPECT_TRUE(evaluation.done());
  EXPECT_EQ(evaluation.route().reason, Reason::kDnsServfail);
}

}  // namespace
}  // namespace mxbulk::test
