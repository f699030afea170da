// "How a domain is routed": its eight steps and its table of situations, each line a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/route_script.h"

namespace mxbulk::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr const char* kDomain = "example.org";
constexpr const char* kHost = "mail.example.net";
constexpr RecordType kMx = RecordType::kMx;
constexpr RecordType kA = RecordType::kA;
constexpr RecordType kAaaa = RecordType::kAaaa;

RouteScript one_exchange(Told a, Told aaaa) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, kHost}}));
  script.host(kHost, std::move(a), std::move(aaaa));
  return script;
}

std::string reason(const Evaluated& evaluated) {
  return std::string(name_of(evaluated.reason()));
}

// --- the table ---------------------------------------------------------------------------------

TEST(Situation, AAnswersAndAaaaServfails) {
  RouteScript script = one_exchange(told_addresses({kPublic4}), told(LookupStatus::kServfail));
  EXPECT_EQ(reason(script.evaluate(kDomain)), "mx");
  const Evaluated evaluated = script.evaluate(kDomain, true);  // asks for AAAA too
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_THAT(evaluated.asked, Contains("AAAA mail.example.net"));
}

TEST(Situation, AServfailsAndAaaaIsPublic) {
  RouteScript script = one_exchange(told(LookupStatus::kServfail), told_addresses({kPublic6}));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  // It is not known that there is no A.
  EXPECT_FALSE(evaluated.has(Lint::kV6Only));
}

TEST(Situation, AIsPrivateAndAaaaPublic) {
  const Evaluated evaluated =
      one_exchange(told_addresses({kPrivate4}), told_addresses({kPublic6})).evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kMxNonpublic));
}

TEST(Situation, AIsEmptyAndAaaaServfails) {
  EXPECT_EQ(reason(one_exchange(told(LookupStatus::kNoData), told(LookupStatus::kServfail))
                       .evaluate(kDomain)),
            "mx_addr_tempfail");
}

TEST(Situation, OneExchangeGoneOrPrivateAndOneServfails) {
  for (const bool gone : {true, false}) {
    RouteScript script;
    script.on(kDomain, kMx, told_mx({{10, "a.example.net"}, {20, kHost}}));
    script.host(kHost, told(LookupStatus::kServfail), told(LookupStatus::kServfail));
    if (gone)
      script.dead_host("a.example.net");
    else
      script.host("a.example.net", told_addresses({kPrivate4}), told(LookupStatus::kNoData));
    EXPECT_EQ(reason(script.evaluate(kDomain)), "mx_addr_tempfail") << gone;
  }
}

TEST(Situation, OneExchangeDeadAndOneGood) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "gone.example.net"}, {20, kHost}}));
  const Evaluated evaluated =
      script.dead_host("gone.example.net").good_host(kHost).evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kMxPartial));
  EXPECT_EQ(evaluated.best(), kHost);
}

TEST(Situation, AllExchangesNxdomainAndTheDomainHasAnA) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "x.example.net"}, {20, "y.example.net"}}));
  script.dead_host("x.example.net").dead_host("y.example.net").good_host(kDomain);
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx_unresolvable");
  EXPECT_THAT(evaluated.asked, Not(Contains("A example.org")));
}

TEST(Situation, MxOnlyLocalhost) {
  for (const char* name : {"localhost", "mail.localhost"}) {
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, told_mx({{0, name}})).evaluate(kDomain);
    EXPECT_EQ(reason(evaluated), "mx_nonpublic") << name;
    EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org"));
  }
}

TEST(Situation, MxOnlyAtNonpublicAddresses) {
  for (const char* address : {"127.0.0.1", "127.255.0.1", "0.0.0.0", "10.0.0.1", "100.64.0.1",
                              "192.168.1.1", "172.16.0.1", "169.254.1.1"}) {
    EXPECT_EQ(
        reason(
            one_exchange(told_addresses({address}), told(LookupStatus::kNoData)).evaluate(kDomain)),
        "mx_nonpublic")
        << address;
  }
  for (const char* address : {"fc00::1", "fd12::1", "::1", "fe80::1", "::", "::ffff:1.1.1.1"}) {
    EXPECT_EQ(
        reason(
            one_exchange(told(LookupStatus::kNoData), told_addresses({address})).evaluate(kDomain)),
        "mx_nonpublic")
        << address;
  }
}

TEST(Situation, PublicAndPrivateMixed) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "private.example.net"}, {20, kHost}})).good_host(kHost);
  script.host("private.example.net", told_addresses({kPrivate4}), told(LookupStatus::kNoData));
  const Evaluated two_hosts = script.evaluate(kDomain);
  EXPECT_EQ(reason(two_hosts), "mx");
  EXPECT_TRUE(two_hosts.has(Lint::kMxNonpublic));
  EXPECT_EQ(two_hosts.best(), kHost);  // the private one is never dialled

  const Evaluated one_host =
      one_exchange(told_addresses({kPrivate4, kPublic4}), told(LookupStatus::kNoData))
          .evaluate(kDomain);
  EXPECT_EQ(reason(one_host), "mx");
  EXPECT_TRUE(one_host.has(Lint::kMxNonpublic));
}

TEST(Situation, MxNamesACname) {
  const Evaluated evaluated =
      one_exchange(by_cname(told_addresses({kPublic4})), told(LookupStatus::kNoData))
          .evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kMxCname));
  EXPECT_FALSE(evaluated.has(Lint::kDomainCname));
}

TEST(Situation, TheDomainIsACnameToANameWithMx) {
  RouteScript script;
  script.on(kDomain, kMx, by_cname(told_mx({{10, kHost}}))).good_host(kHost);
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kDomainCname));
  EXPECT_FALSE(evaluated.has(Lint::kMxCname));
}

TEST(Situation, NoMxAndOnlyAaaa) {
  const Evaluated evaluated =
      RouteScript()
          .on(kDomain, kMx, told(LookupStatus::kNoData))
          .host(kDomain, told(LookupStatus::kNoData), told_addresses({kPublic6}))
          .evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "implicit_mx");
  EXPECT_TRUE(evaluated.has(Lint::kV6Only));
}

TEST(Situation, OneMalformedRecordAmongGoodOnes) {
  Told mx = told_mx({{10, kHost}});
  mx.malformed_record = true;
  const Evaluated evaluated = RouteScript().on(kDomain, kMx, mx).good_host(kHost).evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kMxMalformed));
}

// The record that could not be read may be a usable exchange: not dead, and not a null MX.
TEST(Situation, OneMalformedRecordAmongDeadOnesOrDots) {
  for (const char* exchange : {kHost, "."}) {
    Told mx = told_mx({{0, exchange}});
    mx.malformed_record = true;
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, mx).dead_host(kHost).evaluate(kDomain);
    EXPECT_EQ(reason(evaluated), "mx_addr_tempfail") << exchange;
  }
}

TEST(Situation, PrivateAddressesOfAListThatWasCut) {
  for (const bool is_cut : {true, false}) {
    Told a = told_addresses({"10.0.0.1"});
    (is_cut ? a.cut : a.malformed_record) = true;
    const Evaluated evaluated = RouteScript()
                                    .on(kDomain, kMx, told_mx({{10, kHost}}))
                                    .host(kHost, a, told(LookupStatus::kNoData))
                                    .evaluate(kDomain);
    EXPECT_EQ(reason(evaluated), "mx_addr_tempfail");
  }
}

TEST(Situation, NullMxBesideSpfIsALintOfCheck) {
  Told txt = told(LookupStatus::kFound);
  for (const bool has_spf : {true, false}) {
    txt.has_spf = has_spf;
    RouteScript script;
    script.on(kDomain, kMx, told_mx({{0, "."}})).on(kDomain, RecordType::kTxt, txt);
    const Evaluated explained = script.evaluate(kDomain, true);
    EXPECT_EQ(reason(explained), "rfc7505");
    EXPECT_EQ(explained.has(Lint::kNullMxSender), has_spf);
    EXPECT_THAT(script.evaluate(kDomain).asked, ElementsAre("MX example.org"));
  }
}

TEST(Situation, UnderscoreInAnExchangeName) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "mail_1.example.net"}})).good_host("mail_1.example.net");
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kMxUnderscore));
}

// --- the steps ---------------------------------------------------------------------------------

TEST(Step1, AFailedMxNeverFallsThroughToA) {
  for (const LookupStatus status : {LookupStatus::kServfail, LookupStatus::kRefused,
                                    LookupStatus::kTimeout, LookupStatus::kMalformed}) {
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, told(status)).good_host(kDomain).evaluate(kDomain);
    EXPECT_EQ(verdict_of(evaluated.reason()), Verdict::kUnknown);
    EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org"));
  }
}

TEST(Step2, AnAddressAfterNxdomainIsAnImplicitMx) {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNxDomain)).good_host(kDomain);
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "implicit_mx");
  EXPECT_TRUE(evaluated.has(Lint::kNxdomainMismatch));
  EXPECT_EQ(evaluated.route.rcode, 0);
}

// Found by seed 1530 of the simulation: one resolver denied the name alone, because the other one
// was unresponsive then; the other one answered the A question with NODATA.
TEST(Step2, MxIsAskedForAgainIfTheNameExists) {
  const auto denied_once = [] {
    RouteScript script;
    script.on(kDomain, kMx, told(LookupStatus::kNxDomain));
    return script.host(kDomain, told(LookupStatus::kNoData), told(LookupStatus::kNoData));
  };
  const Evaluated found = denied_once()
                              .mx_again(told_mx({{10, "mx.example.org"}}))
                              .good_host("mx.example.org")
                              .evaluate(kDomain);
  EXPECT_EQ(reason(found), "mx");
  EXPECT_TRUE(found.has(Lint::kNxdomainMismatch));
  EXPECT_THAT(found.asked,
              ElementsAre("MX example.org", "A example.org", "MX example.org", "A mx.example.org"));
  EXPECT_EQ(reason(denied_once().mx_again(told_mx({{0, "."}})).evaluate(kDomain)), "rfc7505");
  EXPECT_EQ(reason(denied_once().mx_again(told(LookupStatus::kServfail)).evaluate(kDomain)),
            "dns_servfail");
  const Evaluated denied = denied_once().evaluate(kDomain);
  EXPECT_EQ(reason(denied), "no_address");
  EXPECT_EQ(denied.route.rcode, 0);
}

TEST(Step2, ATemporaryFailureOfTheConfirmationIsUnknown) {
  const auto confirm = [](LookupStatus status) {
    RouteScript script;
    script.on(kDomain, kMx, told(LookupStatus::kNxDomain)).on(kDomain, kA, told(status));
    return reason(script.evaluate(kDomain));
  };
  EXPECT_EQ(confirm(LookupStatus::kServfail), "dns_servfail");
  EXPECT_EQ(confirm(LookupStatus::kRefused), "dns_refused");
  EXPECT_EQ(confirm(LookupStatus::kTimeout), "dns_timeout");
  EXPECT_EQ(confirm(LookupStatus::kMalformed), "dns_malformed");
  EXPECT_EQ(confirm(LookupStatus::kFiltered), "dns_filtered");
}

TEST(Step2, ANameThatExistsButHasNoAddress) {
  const Evaluated evaluated =
      RouteScript()
          .on(kDomain, kMx, told(LookupStatus::kNxDomain))
          .host(kDomain, told(LookupStatus::kNoData), told(LookupStatus::kNoData))
          .evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "no_address");
  EXPECT_TRUE(evaluated.has(Lint::kNxdomainMismatch));
}

TEST(Step3, AaaaIsAskedForOnlyIfAGaveNoPublicAddress) {
  const Evaluated enough =
      one_exchange(told_addresses({kPublic4}), told_addresses({kPublic6})).evaluate(kDomain);
  EXPECT_THAT(enough.asked, Not(Contains("AAAA mail.example.net")));
  for (const Told& a : {told(LookupStatus::kNoData), told(LookupStatus::kNxDomain),
                        told_addresses({kPrivate4}), told(LookupStatus::kTimeout)}) {
    const Evaluated evaluated = one_exchange(a, told_addresses({kPublic6})).evaluate(kDomain);
    EXPECT_EQ(reason(evaluated), "mx");
    EXPECT_THAT(evaluated.asked, Contains("AAAA mail.example.net"));
  }
}

TEST(Step4, AnImplicitMxIsAskedForBothFamilies) {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNoData));
  script.on(kDomain, kA, told(LookupStatus::kServfail));
  script.on(kDomain, kAaaa, told_addresses({kPublic6}));
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "implicit_mx");
  EXPECT_FALSE(evaluated.has(Lint::kV6Only));
}

TEST(Step5, ADotBesideARealExchangeIsIgnored) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{0, "."}, {10, kHost}})).good_host(kHost);
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx");
  EXPECT_TRUE(evaluated.has(Lint::kNullMxMixed));
  EXPECT_EQ(action_of(evaluated.reason(), evaluated.route.lints), Action::kReview);
}

TEST(Step5, ADotBesideADeadExchangeStillGoesToAPerson) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{0, "."}, {10, kHost}})).dead_host(kHost);
  const Evaluated evaluated = script.evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "mx_unresolvable");
  EXPECT_TRUE(evaluated.has(Lint::kNullMxMixed));
  EXPECT_EQ(action_of(evaluated.reason(), evaluated.route.lints), Action::kReview);
}

TEST(Step8, TheReportedOrderIsPreferenceThenName) {
  std::vector<std::pair<uint16_t, std::string>> records = {{20, "a.example.net"},
                                                           {10, "b.example.net"},
                                                           {10, "B-2.example.net"},
                                                           {10, "a2.example.net"}};
  RouteScript script;
  for (const auto& [preference, name] : records) script.good_host(name);
  const std::vector<std::string> expected = {"a2.example.net", "b-2.example.net", "b.example.net",
                                             "a.example.net"};
  std::sort(records.begin(), records.end());
  do {
    EXPECT_EQ(script.on(kDomain, kMx, told_mx(records)).evaluate(kDomain).exchanges(), expected);
  } while (std::next_permutation(records.begin(), records.end()));
}

// --- wildcards -----------------------------------------------------------------------------------

RouteScript implicit_only() {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNoData));
  script.good_host(kDomain);
  return script;
}

TEST(Wildcard, AnAddressThatNamesThatDoNotExistGetTooIsNoImplicitMx) {
  const Evaluated evaluated = implicit_only().wildcard(true).evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "dns_wildcard");
  EXPECT_EQ(evaluated.best(), "");
  EXPECT_THAT(evaluated.rules, Contains(route::Rule::kWildcard));
}

TEST(Wildcard, AnAddressOfItsOwnIsAnImplicitMx) {
  const Evaluated evaluated = implicit_only().wildcard(false).evaluate(kDomain);
  EXPECT_EQ(reason(evaluated), "implicit_mx");
  EXPECT_EQ(evaluated.best(), kDomain);
}

// Then nothing rests on the domain's own address.
TEST(Wildcard, IsNotAskedForIfThereIsAnMxOrNoPublicAddress) {
  RouteScript script = one_exchange(told_addresses({kPublic4}), told(LookupStatus::kNoData));
  EXPECT_EQ(reason(script.wildcard(true).evaluate(kDomain)), "mx");
  RouteScript inside;
  inside.on(kDomain, kMx, told(LookupStatus::kNoData));
  inside.host(kDomain, told_addresses({kPrivate4}), told(LookupStatus::kNoData));
  EXPECT_EQ(reason(inside.wildcard(true).evaluate(kDomain)), "implicit_nonpublic");
}

// A resolver that replaces NXDOMAIN for A alone: the A query denies what MX said.
TEST(Wildcard, IsAskedForAfterAnNxdomainThatWasNotConfirmed) {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNxDomain));
  script.good_host(kDomain);
  EXPECT_EQ(reason(script.wildcard(true).evaluate(kDomain)), "dns_wildcard");
}

}  // namespace
}  // namespace mxbulk::test
