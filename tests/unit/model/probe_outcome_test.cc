#include "model/probe_outcome.h"

#include <gtest/gtest.h>

#include "model/domain_record.h"

namespace mxbulk {
namespace {

TEST(StoredProbeOutcome, HoldsEveryOutcomeAndNone) {
  const DomainRecord record;
  EXPECT_EQ(std::optional<ProbeOutcome>(record.probe), std::nullopt);
  for (auto octet = static_cast<uint8_t>(ProbeOutcome::kSmtp521);
       octet <= static_cast<uint8_t>(ProbeOutcome::kStarttls); ++octet) {
    const auto outcome = static_cast<ProbeOutcome>(octet);
    const StoredProbeOutcome stored(outcome);
    EXPECT_EQ(std::optional<ProbeOutcome>(stored), outcome);
  }
  StoredProbeOutcome stored(ProbeOutcome::kTcp);
  stored = std::optional<ProbeOutcome>();
  EXPECT_EQ(std::optional<ProbeOutcome>(stored), std::nullopt);
}

}  // namespace
}  // namespace mxbulk
