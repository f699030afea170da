#include "app/check_trace.h"

#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

const IpAddress kAddress = IpAddress::from_text("192.0.2.1").value();

TEST(CheckTrace, EscapesTheReplyOfAServer) {
  CheckTrace trace;
  ProbeReport report;
  report.outcome = ProbeOutcome::kSmtp220;
  report.code = 220;
  report.elapsed_ms = 12;
  report.greeting = "mx\x1B[2J\xFF ESMTP";
  report.remark = "SIZE\x07";
  trace.on_probe(kAddress, report);
  const CheckedProbe* const probe = trace.probe_of(kAddress);
  ASSERT_NE(probe, nullptr);
  EXPECT_EQ(probe->ip, "192.0.2.1");
  EXPECT_EQ(probe->outcome, "smtp_220");
  EXPECT_EQ(probe->ms, 12U);
  EXPECT_EQ(probe->greeting, "mx\\x1b[2J\\xff ESMTP");
  EXPECT_EQ(probe->remark, "SIZE\\x07");
  const std::vector<CheckStep> steps = trace.take_steps();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].kind, CheckStep::Kind::kProbe);
  EXPECT_EQ(steps[0].text, "dialled 192.0.2.1: smtp_220, greeted 220");
}

TEST(CheckTrace, TheLastConnectionToAnAddressCounts) {
  CheckTrace trace;
  EXPECT_EQ(trace.probe_of(kAddress), nullptr);
  ProbeReport report;
  report.end = ProbeReport::End::kNoRoute;
  trace.on_probe(kAddress, report);
  EXPECT_EQ(trace.probe_of(kAddress)->outcome, "no route from here");
  report.end = ProbeReport::End::kOutcome;
  report.outcome = ProbeOutcome::kTcpTimeout;
  trace.on_probe(kAddress, report);
  EXPECT_EQ(trace.probe_of(kAddress)->outcome, "tcp_timeout");
  EXPECT_EQ(trace.take_steps().size(), 2U);
}

}  // namespace
}  // namespace mxbulk::app
