#include "route/precedence.h"

#include <gtest/gtest.h>

#include "route/host_evaluation.h"
#include "route/route_verdict.h"
#include "support/route_script.h"

namespace mxbulk::route {
namespace {

using test::kOtherPublic4;
using test::kPrivate4;
using test::kPrivate6;
using test::kPublic4;
using test::kPublic6;

LookupOutcome outcome(LookupStatus status, std::span<const IpAddress> addresses = {}) {
  return {.status = status, .ttl_s = 300, .addresses = addresses};
}

IpAddress ip(const char* text) {
  return IpAddress::from_text(text).value();
}

TEST(Precedence, UsableBeatsTemporaryBeatsDead) {
  constexpr Usability kAll[] = {Usability::kDead, Usability::kTemporary, Usability::kUsable};
  for (const Usability a : kAll) {
    for (const Usability b : kAll) {
      EXPECT_EQ(stronger(a, b), stronger(b, a));
      EXPECT_EQ(stronger(a, a), a);
    }
    EXPECT_EQ(stronger(a, Usability::kUsable), Usability::kUsable);
    EXPECT_EQ(stronger(a, Usability::kDead), a);
  }
  EXPECT_EQ(stronger(Usability::kTemporary, Usability::kDead), Usability::kTemporary);
}

TEST(Precedence, OfAHost) {
  HostFacts facts;
  EXPECT_EQ(usability_of(facts), Usability::kDead);
  EXPECT_EQ(state_by_addresses(facts), ExchangeState::kUnresolvable);
  facts.has_nonpublic = true;
  EXPECT_EQ(usability_of(facts), Usability::kDead);
  EXPECT_EQ(state_by_addresses(facts), ExchangeState::kNonpublic);
  facts.has_temporary = true;
  EXPECT_EQ(usability_of(facts), Usability::kTemporary);
  facts.has_public = true;
  EXPECT_EQ(usability_of(facts), Usability::kUsable);
}

// Every pair of outcomes of A and AAAA, compared with the rule itself.
TEST(Precedence, HoldsForEveryPairOfAnswers) {
  enum class Kind { kPublic, kNonpublic, kNone, kFailed };
  const IpAddress nonpublic4 = ip(kPrivate4);
  const IpAddress public4 = ip(kPublic4);
  const IpAddress nonpublic6 = ip(kPrivate6);
  const IpAddress public6 = ip(kPublic6);
  const auto told = [](Kind kind, const IpAddress& yes, const IpAddress& no) {
    switch (kind) {
      case Kind::kPublic: return outcome(LookupStatus::kFound, {&yes, 1});
      case Kind::kNonpublic: return outcome(LookupStatus::kFound, {&no, 1});
      case Kind::kNone: return outcome(LookupStatus::kNoData);
      case Kind::kFailed: return outcome(LookupStatus::kServfail);
    }
    return outcome(LookupStatus::kTimeout);
  };
  constexpr Kind kKinds[] = {Kind::kPublic, Kind::kNonpublic, Kind::kNone, Kind::kFailed};
  for (const Kind a : kKinds) {
    for (const Kind aaaa : kKinds) {
      HostEvaluation evaluation(true);
      EXPECT_EQ(evaluation.on(told(a, public4, nonpublic4)), RecordType::kAaaa);
      EXPECT_EQ(evaluation.on(told(aaaa, public6, nonpublic6)), std::nullopt);
      const auto either = [&](Kind kind) { return a == kind || aaaa == kind; };
      const Usability expected = either(Kind::kPublic)   ? Usability::kUsable
                                 : either(Kind::kFailed) ? Usability::kTemporary
                                                         : Usability::kDead;
      EXPECT_EQ(usability_of(evaluation.facts()), expected);
    }
  }
}

}  // namespace
}  // namespace mxbulk::route
