#include "app/doctor_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Level = Finding::Level;

HeloFacts named() {
  return {"probe.example.net",
          false,
          {{"192.0.2.1", {"x.example", "probe.example.net"}, true, false}},
          "192.0.2.1"};
}

PortFacts dialled(bool has_opened) {
  const char* const outcome = has_opened ? "smtp_220" : "tcp_timeout";
  return {25, "example.org", "mx", {{"192.0.2.9", outcome, 12, has_opened, ""}}};
}

std::vector<Finding> about_probing(const HeloFacts& helo, const PortFacts& port) {
  DoctorFacts facts;
  facts.helo = helo;
  facts.port = port;
  std::vector<Finding> all = findings_of(facts);
  std::erase_if(all, [](const Finding& finding) { return finding.subject != "probing"; });
  return all;
}

TEST(ProbingFindings, ANameAndItsAddressesConfirmEachOther) {
  const auto all = about_probing(named(), {});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].level, Level::kOk);
  EXPECT_EQ(all[0].found, "probe.example.net is 192.0.2.1");
  EXPECT_EQ(all[1].level, Level::kOk);
  EXPECT_EQ(all[1].found, "192.0.2.1 is probe.example.net");
}

TEST(ProbingFindings, WithoutAHeloNameThereIsNoFindingAboutIt) {
  const auto all = about_probing({}, {});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].topic, "port 25");
}

TEST(ProbingFindings, EachFaultOfTheNameHasAFinding) {
  HeloFacts helo = named();
  helo.addresses.clear();
  EXPECT_THAT(about_probing(helo, {})[0].found, HasSubstr("has no address"));
  helo.has_forward_failed = true;
  EXPECT_THAT(about_probing(helo, {})[0].found, HasSubstr("could not be looked up"));
  helo = named();
  helo.addresses[0].is_forward_confirmed = false;
  EXPECT_THAT(about_probing(helo, {})[1].found, HasSubstr(", not probe.example.net"));
  helo.addresses[0].names.clear();
  EXPECT_THAT(about_probing(helo, {})[1].found, HasSubstr("has no name"));
  helo.addresses[0].has_reverse_failed = true;
  EXPECT_THAT(about_probing(helo, {})[1].found, HasSubstr("could not be looked up"));
}

TEST(ProbingFindings, ASourceAddressThatIsNotOneOfTheName) {
  HeloFacts helo = named();
  helo.source = "192.0.2.2";
  const auto all = about_probing(helo, {});
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[2].topic, "source address");
  EXPECT_EQ(all[2].level, Level::kWarning);
}

TEST(ProbingFindings, ThePortIsOpenIfOneServerTookTheConnection) {
  PortFacts port = dialled(false);
  port.dials.push_back(dialled(true).dials[0]);
  const Finding open = about_probing({}, port)[0];
  EXPECT_EQ(open.level, Level::kOk);
  EXPECT_EQ(open.found, "open: 192.0.2.9 tcp_timeout in 12 ms, 192.0.2.9 smtp_220 in 12 ms");
  const Finding closed = about_probing({}, dialled(false))[0];
  EXPECT_EQ(closed.level, Level::kWarning);
  EXPECT_THAT(closed.found, HasSubstr("closed: "));
}

TEST(ProbingFindings, WithoutACanaryNothingIsDialled) {
  const Finding untried = about_probing({}, {})[0];
  EXPECT_EQ(untried.level, Level::kOk);
  EXPECT_THAT(untried.advice, HasSubstr("--canary"));
  PortFacts none = dialled(true);
  none.dials.clear();
  none.canary_reason = "nxdomain";
  EXPECT_THAT(about_probing({}, none)[0].found, HasSubstr("(nxdomain)"));
}

TEST(ProbingFindings, EveryWarningHasAdvice) {
  HeloFacts helo = named();
  helo.addresses[0].is_forward_confirmed = false;
  helo.source = "192.0.2.2";
  for (const Finding& finding : about_probing(helo, dialled(false))) {
    if (finding.level == Level::kOk) continue;
    EXPECT_FALSE(finding.advice.empty()) << finding.found;
  }
}

}  // namespace
}  // namespace mxbulk::app
