// "Verdict and reason", line by line: every reason that DNS alone can give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mxbulk/verdict.h"
#include "support/route_script.h"

namespace mxbulk::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kDomain = "example.org";
constexpr RecordType kMx = RecordType::kMx;
constexpr RecordType kA = RecordType::kA;

void expect(const Evaluated& evaluated, Verdict verdict, std::string_view reason) {
  EXPECT_EQ(name_of(evaluated.reason()), reason);
  EXPECT_EQ(verdict_of(evaluated.reason()), verdict);
}

Evaluated evaluate_single_exchange(const std::string& exchange, Told a, Told aaaa) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, exchange}}));
  script.host(exchange, std::move(a), std::move(aaaa));
  return script.evaluate(kDomain);
}

Evaluated evaluate_failed_mx(LookupStatus status) {
  // Neither A nor AAAA is in the script: asking for one fails the test.
  return RouteScript().on(kDomain, kMx, told(status)).evaluate(kDomain);
}

// --- no_mx -------------------------------------------------------------------------------------

TEST(NoMx, SpecialUseIsNeverQueried) {
  for (const char* name : {"localhost", "a.localhost", "x.invalid", "x.onion", "printer.local",
                           "x.internal", "x.alt", "home.arpa", "x.home.arpa", "invalid", "alt"}) {
    const Evaluated evaluated = RouteScript().evaluate(name);
    expect(evaluated, Verdict::kNoMx, "special_use");
    EXPECT_THAT(evaluated.asked, IsEmpty()) << name;
  }
}

TEST(NoMx, NxdomainNeedsTheConfirmingA) {
  const Evaluated evaluated = RouteScript()
                                  .on(kDomain, kMx, told(LookupStatus::kNxDomain))
                                  .on(kDomain, kA, told(LookupStatus::kNxDomain))
                                  .evaluate(kDomain);
  expect(evaluated, Verdict::kNoMx, "nxdomain");
  EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org", "A example.org"));
  EXPECT_THAT(evaluated.rules, ElementsAre(route::Rule::kAskMx, route::Rule::kNxdomainToConfirm,
                                           route::Rule::kNxdomainConfirmed));
  EXPECT_EQ(evaluated.route.rcode, 3);
}

TEST(NoMx, NxdomainAtTheEndOfACname) {
  const Evaluated evaluated = RouteScript()
                                  .on(kDomain, kMx, by_cname(told(LookupStatus::kNxDomain)))
                                  .on(kDomain, kA, by_cname(told(LookupStatus::kNxDomain)))
                                  .evaluate(kDomain);
  expect(evaluated, Verdict::kNoMx, "cname_nxdomain");
  EXPECT_TRUE(evaluated.has(Lint::kDomainCname));
}

TEST(NoMx, NoAddressWhenAAndAaaaAreEmpty) {
  for (const LookupStatus a : {LookupStatus::kNoData, LookupStatus::kNxDomain}) {
    for (const LookupStatus aaaa : {LookupStatus::kNoData, LookupStatus::kNxDomain}) {
      const Evaluated evaluated = RouteScript()
                                      .on(kDomain, kMx, told(LookupStatus::kNoData))
                                      .host(kDomain, told(a), told(aaaa))
                                      .evaluate(kDomain);
      expect(evaluated, Verdict::kNoMx, "no_address");
      EXPECT_THAT(evaluated.asked,
                  ElementsAre("MX example.org", "A example.org", "AAAA example.org"));
    }
  }
}

// --- null_mx -----------------------------------------------------------------------------------

TEST(NullMx, IsExactlyOneDotOfPreferenceZero) {
  const Evaluated evaluated = RouteScript().on(kDomain, kMx, told_mx({{0, "."}})).evaluate(kDomain);
  expect(evaluated, Verdict::kNullMx, "rfc7505");
  EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org"));
  EXPECT_EQ(evaluated.best(), "");
}

TEST(NullMx, OfAnotherPreferenceIsNonconforming) {
  expect(RouteScript().on(kDomain, kMx, told_mx({{10, "."}})).evaluate(kDomain), Verdict::kNullMx,
         "nonconforming");
}

TEST(NullMx, TwoOfThemAreNonconforming) {
  expect(RouteScript().on(kDomain, kMx, told_mx({{0, "."}, {10, "."}})).evaluate(kDomain),
         Verdict::kNullMx, "nonconforming");
  expect(RouteScript().on(kDomain, kMx, told_mx({{0, "."}, {0, "."}})).evaluate(kDomain),
         Verdict::kNullMx, "nonconforming");
}

// --- dead_mx -----------------------------------------------------------------------------------

TEST(DeadMx, UnresolvableWithoutAnyAddress) {
  for (const LookupStatus status : {LookupStatus::kNoData, LookupStatus::kNxDomain}) {
    expect(evaluate_single_exchange("mail.example.net", told(status), told(status)),
           Verdict::kDeadMx, "mx_unresolvable");
  }
}

TEST(DeadMx, SpecialUseExchangeIsUnresolvableAndNotAskedFor) {
  for (const char* name : {"mail.invalid", "mail.local", "x.onion", "mx.internal"}) {
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, told_mx({{10, name}})).evaluate(kDomain);
    expect(evaluated, Verdict::kDeadMx, "mx_unresolvable");
    EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org"));
  }
}

TEST(DeadMx, NonpublicAddressesOnly) {
  expect(evaluate_single_exchange("mail.example.net", told_addresses({kPrivate4, "127.0.0.1"}),
                                  told(LookupStatus::kNoData)),
         Verdict::kDeadMx, "mx_nonpublic");
  expect(evaluate_single_exchange("mail.example.net", told_addresses({kPrivate4}),
                                  told_addresses({kPrivate6})),
         Verdict::kDeadMx, "mx_nonpublic");
}

TEST(DeadMx, IpAddressWrittenAsAName) {
  for (const char* name : {"1.1.1.1", "[1.1.1.1]", "2606:4700::1111"}) {
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, told_mx({{10, name}})).evaluate(kDomain);
    expect(evaluated, Verdict::kDeadMx, "mx_ip_literal");
    EXPECT_TRUE(evaluated.has(Lint::kMxIpLiteral));
    EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org")) << name;
  }
}

TEST(DeadMx, NoHostNameAtAll) {
  for (const char* name : {"mail server.example.net", "http://mail", "a@b.example", "mail,mx2"}) {
    const Evaluated evaluated =
        RouteScript().on(kDomain, kMx, told_mx({{10, name}})).evaluate(kDomain);
    expect(evaluated, Verdict::kDeadMx, "mx_malformed");
    EXPECT_TRUE(evaluated.has(Lint::kMxMalformed));
    EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org")) << name;
  }
}

TEST(DeadMx, TheBestPreferredExchangeNamesTheReason) {
  const auto reason_of = [](std::vector<std::pair<uint16_t, std::string>> records) {
    RouteScript script;
    script.on(kDomain, kMx, told_mx(std::move(records))).dead_host("gone.example.net");
    script.host("private.example.net", told_addresses({kPrivate4}), told(LookupStatus::kNoData));
    return std::string(name_of(script.evaluate(kDomain).reason()));
  };
  const std::string gone = "gone.example.net";
  const std::string nonpublic = "private.example.net";
  EXPECT_EQ(reason_of({{10, gone}, {20, nonpublic}}), "mx_unresolvable");
  EXPECT_EQ(reason_of({{20, gone}, {10, nonpublic}}), "mx_nonpublic");
  EXPECT_EQ(reason_of({{20, gone}, {10, "1.1.1.1"}}), "mx_ip_literal");
  EXPECT_EQ(reason_of({{20, "1.1.1.1"}, {10, "a b"}}), "mx_malformed");
  EXPECT_EQ(reason_of({{0, "."}, {10, nonpublic}, {20, gone}}), "mx_nonpublic");
}

TEST(DeadMx, ImplicitWithNonpublicAddressesOnly) {
  const auto evaluation = [](Told a, Told aaaa) {
    return RouteScript()
        .on(kDomain, kMx, told(LookupStatus::kNoData))
        .host(kDomain, std::move(a), std::move(aaaa))
        .evaluate(kDomain);
  };
  expect(evaluation(told_addresses({kPrivate4}), told(LookupStatus::kNoData)), Verdict::kDeadMx,
         "implicit_nonpublic");
  expect(evaluation(told(LookupStatus::kNoData), told_addresses({kPrivate6})), Verdict::kDeadMx,
         "implicit_nonpublic");
  expect(evaluation(told_addresses({"127.0.0.1"}), told_addresses({"::1"})), Verdict::kDeadMx,
         "implicit_nonpublic");
}

// --- mx_ok -------------------------------------------------------------------------------------

TEST(MxOk, ByMx) {
  RouteScript script;
  script.on(kDomain, kMx, told_mx({{10, "mail.example.net"}})).good_host("mail.example.net");
  const Evaluated evaluated = script.evaluate(kDomain);
  expect(evaluated, Verdict::kMxOk, "mx");
  // Only the necessary questions: no AAAA if A is enough, never the domain's own A.
  EXPECT_THAT(evaluated.asked, ElementsAre("MX example.org", "A mail.example.net"));
  EXPECT_EQ(evaluated.best(), "mail.example.net");
  EXPECT_TRUE(evaluated.route.lints.empty());
}

TEST(MxOk, ByTheDomainsOwnAddress) {
  RouteScript script;
  script.on(kDomain, kMx, told(LookupStatus::kNoData)).good_host(kDomain);
  const Evaluated evaluated = script.evaluate(kDomain);
  expect(evaluated, Verdict::kMxOk, "implicit_mx");
  EXPECT_EQ(evaluated.best(), kDomain);
  EXPECT_TRUE(evaluated.route.is_implicit);
  EXPECT_EQ(evaluated.route.mx_count, 0U);
}

// --- unknown -----------------------------------------------------------------------------------

TEST(Unknown, NamesHowTheMxQueryFailed) {
  expect(evaluate_failed_mx(LookupStatus::kServfail), Verdict::kUnknown, "dns_servfail");
  expect(evaluate_failed_mx(LookupStatus::kRefused), Verdict::kUnknown, "dns_refused");
  expect(evaluate_failed_mx(LookupStatus::kTimeout), Verdict::kUnknown, "dns_timeout");
  expect(evaluate_failed_mx(LookupStatus::kMalformed), Verdict::kUnknown, "dns_malformed");
  expect(evaluate_failed_mx(LookupStatus::kFiltered), Verdict::kUnknown, "dns_filtered");
  // A resolver that follows the chain itself answers a loop with SERVFAIL; so do we.
  expect(evaluate_failed_mx(LookupStatus::kCnameLoop), Verdict::kUnknown, "dns_servfail");
  // Such a chain it gives as an answer.
  expect(evaluate_failed_mx(LookupStatus::kCnameChain), Verdict::kUnknown, "mx_addr_tempfail");
}

TEST(Unknown, WhenEveryKindOfTemporaryFailureHitsTheOnlyExchange) {
  for (const LookupStatus status :
       {LookupStatus::kServfail, LookupStatus::kRefused, LookupStatus::kTimeout,
        LookupStatus::kMalformed, LookupStatus::kFiltered, LookupStatus::kCnameLoop,
        LookupStatus::kCnameChain}) {
    expect(evaluate_single_exchange("mail.example.net", told(status), told(status)),
           Verdict::kUnknown, "mx_addr_tempfail");
  }
}

TEST(Unknown, WhenAnAddressLookupOfTheDomainItselfFails) {
  const Evaluated evaluated =
      RouteScript()
          .on(kDomain, kMx, told(LookupStatus::kNoData))
          .host(kDomain, told_addresses({kPrivate4}), told(LookupStatus::kServfail))
          .evaluate(kDomain);
  expect(evaluated, Verdict::kUnknown, "mx_addr_tempfail");
}

TEST(Unknown, IsTheReasonBeforeAnEvaluation) {
  EXPECT_EQ(route::MailRoute().reason, Reason::kNotAttempted);
}

}  // namespace
}  // namespace mxbulk::test
