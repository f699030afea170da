#include "probing/probe_target.h"

#include <gtest/gtest.h>

namespace mxbulk::probing {
namespace {

using Stage = ProbeTarget::Stage;

TEST(ProbeTarget, AFirstFailureIsReportedAndNotFinal) {
  for (const ProbeOutcome outcome : {ProbeOutcome::kSmtp521, ProbeOutcome::kTcpRefused,
                                     ProbeOutcome::kTcpUnreachable, ProbeOutcome::kTcpTimeout}) {
    EXPECT_EQ(next_step(Stage::kProbing, outcome, false), NextStep::kReportFailure);
  }
}

TEST(ProbeTarget, AClosedPortNeedsAControlProbe) {
  EXPECT_EQ(next_step(Stage::kRetrying, ProbeOutcome::kTcpTimeout, true), NextStep::kConfirm);
}

TEST(ProbeTarget, AClosedPortOutsideABatchIsDialledAgain) {
  EXPECT_EQ(next_step(Stage::kRetrying, ProbeOutcome::kTcpTimeout, false), NextStep::kRetry);
}

// It opened: no control probe is needed.
TEST(ProbeTarget, ASecond521IsFinal) {
  EXPECT_EQ(next_step(Stage::kRetrying, ProbeOutcome::kSmtp521, true), NextStep::kFinish);
}

TEST(ProbeTarget, AnyOtherOutcomeIsFinalAtOnce) {
  for (const ProbeOutcome outcome :
       {ProbeOutcome::kNotSmtp, ProbeOutcome::kGreetingTimeout, ProbeOutcome::kSmtp4xx,
        ProbeOutcome::kSmtp5xx, ProbeOutcome::kSmtp220}) {
    EXPECT_EQ(next_step(Stage::kProbing, outcome, false), NextStep::kFinish);
    EXPECT_EQ(next_step(Stage::kRetrying, outcome, true), NextStep::kFinish);
  }
}

}  // namespace
}  // namespace mxbulk::probing
