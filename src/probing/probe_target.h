// What is known of one address of a mail host, and what each connection to it leads to.
//
// Pure. Threads: plain values of one loop thread.
#pragma once

#include <cstdint>
#include <optional>

#include "base/strong_id.h"
#include "model/probe_outcome.h"
#include "model/trace_sink.h"

namespace mxbulk::probing {

struct ProbeTarget {
  enum class Stage : uint8_t { kNew, kProbing, kFailedOnce, kRetrying, kKnown };

  HostId host;      // the first that has this address
  uint32_t ms = 0;  // of the last connection
  Stage stage = Stage::kNew;
  ProbeOutcome outcome = ProbeOutcome::kSkipped;   // from kFailedOnce on
  std::optional<ProbeOutcome> connection_outcome;  // of the last connection alone
  uint8_t tries = 0;
  bool is_named = false;   // by an MX record; false: the domain that it was dialled for has none
  bool is_silent = false;  // a connection to it timed out
  bool has_smtputf8 = false;
};

// What follows from a connection's outcome.
enum class NextStep : uint8_t {
  kReportFailure,  // stage kFailedOnce: retry() may follow
  kConfirm,        // closed again, in a retry batch: wait for the control probes
  kRetry,          // closed, though it had opened before: dial again later
  kFinish,         // the outcome is the address's
};

// The transition of a target in `stage` after a connection with `outcome`. `in_batch`: it was
// dialled in a retry batch.
[[nodiscard]] constexpr NextStep next_step(ProbeTarget::Stage stage, ProbeOutcome outcome,
                                           bool in_batch) {
  if (is_dead(outcome) && stage == ProbeTarget::Stage::kProbing) return NextStep::kReportFailure;
  if (is_closed(outcome)) return in_batch ? NextStep::kConfirm : NextStep::kRetry;
  return NextStep::kFinish;
}

}  // namespace mxbulk::probing
