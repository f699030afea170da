// What `check` says about an invalid address, as text and as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/subcommands.h"
#include "mxbulk/validator.h"

namespace mxbulk::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// No query is sent for an invalid one.
CheckReport checked(const std::string& name) {
  Options options;
  options.dns.resolvers = {"lab"};
  const auto reports = check(options, {name});
  EXPECT_TRUE(reports.ok()) << reports.status().message();
  return reports.ok() ? reports.value().at(0) : CheckReport();
}

TEST(Check, ExplainsAnInvalidAddress) {
  const CheckReport report = checked("jo doe@gmail.com");
  const std::string why =
      "blank at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)";
  EXPECT_EQ(report.explanation, why);
  EXPECT_EQ(check_text(report, false),
            "jo doe@gmail.com: invalid/bad_local, suppress\n  why        " + why + "\n");
  EXPECT_THAT(check_json(report),
              HasSubstr("\"action\":\"suppress\",\"explanation\":\"" + why + "\","));
}

size_t queries(const CheckReport& report) {
  return static_cast<size_t>(
      std::count_if(report.steps.begin(), report.steps.end(),
                    [](const CheckStep& step) { return step.kind == CheckStep::Kind::kQuery; }));
}

TEST(Check, NamesAChainOfTooManyCnames) {
  const CheckReport report = checked("chain12.example");
  EXPECT_EQ(report.reason, Reason::kMxAddrTempfail);
  EXPECT_THAT(check_text(report, false),
              AllOf(HasSubstr("why        the domain leads to more than 8 CNAMEs"),
                    HasSubstr("answer MX chain12.example: more than 8 CNAMEs, one after another\n"),
                    HasSubstr("RFC 1034")));
  EXPECT_EQ(queries(report), 1U) << "the chain is the same the next time";
  EXPECT_EQ(checked("chain8.example").reason, Reason::kMx);
}

TEST(Check, NamesALoopOfCnames) {
  const CheckReport report = checked("loop.example");
  EXPECT_EQ(report.reason, Reason::kDnsServfail) << "as of a resolver that follows it";
  EXPECT_THAT(check_text(report, false), HasSubstr("answer MX loop.example: a loop of CNAMEs\n"));
  EXPECT_EQ(queries(report), 1U);
  EXPECT_EQ(queries(checked("loop-mx.example")), 3U) << "MX, and A and AAAA of the exchange";
}

TEST(Check, ListsSeveralAddresses) {
  const CheckReport report = checked("Bob <b@x>; Ann <c@y>");
  EXPECT_EQ(report.reason, Reason::kSeveral);
  EXPECT_EQ(report.action, Action::kReview);
  EXPECT_THAT(check_text(report, false), HasSubstr("more than one address: b@x, c@y; write one"));
}

TEST(Check, EscapesWhatItExplains) {
  const CheckReport report = checked("jo@x\x1b[2J.org\xff@y; ann@z");
  const std::string text = check_text(report, false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const CheckReport label = checked("jo@\u202Ex\u202E.org");
  EXPECT_EQ(label.reason, Reason::kBadIdn);
  EXPECT_THAT(check_text(label, false), AllOf(HasSubstr("U+202E"), Not(HasSubstr("\u202E"))));
}

TEST(Check, ABareNameIsADomainUnlessItMeansNoAddress) {
  EXPECT_EQ(checked("NULL").reason, Reason::kEmpty);
  EXPECT_EQ(checked("NULL").action, Action::kNone);
  EXPECT_EQ(checked("x..org").explanation,
            "label 2 of the domain, \"\": it is empty (RFC 1035 §2.3.4)");
  EXPECT_EQ(checked("jo\uFF20x y.org").reason, Reason::kBadDomain);
}

TEST(Check, TheTextAboutAGoodAddressHasTheSentenceOfItsReason) {
  const CheckReport report = checked("jo@gmail.com");
  EXPECT_EQ(report.explanation, "");
  EXPECT_THAT(check_text(report, false),
              HasSubstr("mx_ok/mx, send\n  why        an exchange has a public address\n"));
  EXPECT_THAT(check_json(report), HasSubstr("\"explanation\":null,"));
}

}  // namespace
}  // namespace mxbulk::cli
