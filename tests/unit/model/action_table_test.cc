// "Action: the first that matches", and "Verdict and reason", for every reason there is.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "model/endpoint.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"
#include "mxbulk/verdict.h"

namespace mxbulk {
namespace {

struct Line {
  Verdict verdict;
  Action action;
};

constexpr Line kRefused = {Verdict::kInvalid, Action::kSuppress};
constexpr Line kRetried = {Verdict::kUnknown, Action::kRetry};

// By name; kBadLocalDots is the second `bad_local`.
const std::map<std::string_view, Line>& table() {
  static const std::map<std::string_view, Line> kTable = {
      {"bad_row", kRefused},
      {"empty", {Verdict::kInvalid, Action::kNone}},
      {"bad_encoding", kRefused},
      {"several", {Verdict::kInvalid, Action::kReview}},
      {"no_at", kRefused},
      {"too_long", kRefused},
      {"bad_local", kRefused},
      {"address_literal", kRefused},
      {"dotless", kRefused},
      {"bad_idn", kRefused},
      {"bad_domain", kRefused},
      {"special_use", {Verdict::kNoMx, Action::kSuppress}},
      {"nxdomain", {Verdict::kNoMx, Action::kSuppress}},
      {"cname_nxdomain", {Verdict::kNoMx, Action::kSuppress}},
      {"no_address", {Verdict::kNoMx, Action::kSuppress}},
      {"rfc7505", {Verdict::kNullMx, Action::kSuppress}},
      {"nonconforming", {Verdict::kNullMx, Action::kReview}},
      {"mx_unresolvable", {Verdict::kDeadMx, Action::kSuppress}},
      {"mx_nonpublic", {Verdict::kDeadMx, Action::kSuppress}},
      {"mx_ip_literal", {Verdict::kDeadMx, Action::kReview}},
      {"mx_malformed", {Verdict::kDeadMx, Action::kSuppress}},
      {"implicit_nonpublic", {Verdict::kDeadMx, Action::kSuppress}},
      {"tcp_timeout", {Verdict::kDeadMx, Action::kRetry}},
      {"tcp_unreachable", {Verdict::kDeadMx, Action::kRetry}},
      {"tcp_refused", {Verdict::kDeadMx, Action::kRetry}},
      {"smtp_521", {Verdict::kDeadMx, Action::kReview}},
      {"mx", {Verdict::kMxOk, Action::kSend}},
      {"implicit_mx", {Verdict::kMxOk, Action::kSend}},
      {"probe_skipped", {Verdict::kMxOk, Action::kSend}},
      {"egress_blocked", {Verdict::kMxOk, Action::kSend}},
      {"egress_intercepted", {Verdict::kMxOk, Action::kSend}},
      {"tcp", {Verdict::kReachable, Action::kSend}},
      {"smtp_220", {Verdict::kReachable, Action::kSend}},
      {"ehlo", {Verdict::kReachable, Action::kSend}},
      {"starttls", {Verdict::kReachable, Action::kSend}},
      {"smtp_4xx", {Verdict::kReachable, Action::kSend}},
      {"smtp_5xx", {Verdict::kReachable, Action::kReview}},
      {"dns_servfail", kRetried},
      {"dns_refused", kRetried},
      {"dns_timeout", kRetried},
      {"dns_malformed", kRetried},
      {"dns_filtered", kRetried},
      {"dns_wildcard", kRetried},
      {"mx_addr_tempfail", kRetried},
      {"probe_filtered", kRetried},
      {"greeting_timeout", kRetried},
      {"not_smtp", {Verdict::kUnknown, Action::kReview}},
      {"not_attempted", kRetried},
  };
  return kTable;
}

TEST(ActionTable, HoldsForEveryReason) {
  EXPECT_EQ(table().size() + 1, kReasonCount);
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    ASSERT_TRUE(table().contains(name_of(reason))) << name_of(reason);
    const Line& line = table().at(name_of(reason));
    EXPECT_EQ(verdict_of(reason), line.verdict) << name_of(reason);
    const bool is_dots = reason == Reason::kBadLocalDots;
    EXPECT_EQ(action_of(reason, {}), is_dots ? Action::kReview : line.action) << name_of(reason);
  }
}

TEST(ActionTable, NullMxMixedAloneAmongTheLintsMovesIt) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason == Reason::kEmpty) continue;  // no address, whatever else is remarked
    EXPECT_EQ(action_of(reason, {Lint::kNullMxMixed}), Action::kReview) << name_of(reason);
    for (size_t j = 0; j < kLintCount; ++j) {
      const auto lint = static_cast<Lint>(j);
      if (lint == Lint::kNullMxMixed) continue;
      EXPECT_EQ(action_of(reason, {lint}), action_of(reason, {})) << name_of(lint);
    }
  }
}

TEST(ActionTable, NothingUnknownIsEverSuppressed) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (verdict_of(reason) != Verdict::kUnknown) continue;
    EXPECT_NE(action_of(reason, {}), Action::kSuppress) << name_of(reason);
  }
}

TEST(LookupStatus, IsTemporaryOrAnAnswer) {
  for (const LookupStatus answer :
       {LookupStatus::kFound, LookupStatus::kNoData, LookupStatus::kNxDomain}) {
    EXPECT_FALSE(is_temporary(answer)) << name_of(answer);
  }
  for (const LookupStatus failure :
       {LookupStatus::kServfail, LookupStatus::kRefused, LookupStatus::kTimeout,
        LookupStatus::kMalformed, LookupStatus::kFiltered, LookupStatus::kCnameLoop,
        LookupStatus::kCnameChain}) {
    EXPECT_TRUE(is_temporary(failure)) << name_of(failure);
  }
}

TEST(LookupOutcome, IsAFailureUntilSomethingIsKnown) {
  EXPECT_TRUE(is_temporary(LookupOutcome().status));
}

TEST(RecordType, HasItsNameAndItsNumber) {
  EXPECT_EQ(name_of(RecordType::kMx), "MX");
  EXPECT_EQ(name_of(RecordType::kAaaa), "AAAA");
  EXPECT_EQ(static_cast<uint16_t>(RecordType::kMx), 15);
  EXPECT_EQ(static_cast<uint16_t>(RecordType::kAaaa), 28);
}

TEST(Endpoint, PutsIpv6InBrackets) {
  EXPECT_EQ((Endpoint{IpAddress::from_text("192.0.2.1").value(), 53}).text(), "192.0.2.1:53");
  EXPECT_EQ((Endpoint{IpAddress::from_text("::1").value(), 5'353}).text(), "[::1]:5353");
}

TEST(IpAddress, OrdersByFamilyThenOctets) {
  const auto ip = [](const char* text) { return IpAddress::from_text(text).value(); };
  EXPECT_LT(ip("1.2.3.4"), ip("1.2.3.5"));
  EXPECT_LT(ip("9.0.0.0"), ip("10.0.0.0"));
  EXPECT_LT(ip("255.255.255.255"), ip("::"));
}

}  // namespace
}  // namespace mxbulk
