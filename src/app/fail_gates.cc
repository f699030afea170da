#include "app/fail_gates.h"

#include "model/outcome_table.h"

namespace mxbulk::app {
namespace {

uint64_t count_of(const FailGate& gate, const OutcomeCounts& counts) {
  if (gate.action) return counts.by_action[static_cast<size_t>(*gate.action)];
  uint64_t count = 0;
  for (const Outcome& outcome : outcome_table()) {
    const bool is_counted =
        gate.verdict ? outcome.verdict == *gate.verdict : outcome.name == gate.reason;
    if (is_counted) count += counts.by_reason[static_cast<size_t>(outcome.reason)];
  }
  return count;
}

}  // namespace

std::vector<TrippedGate> tripped_gates(std::span<const FailGate> gates, const OutcomeCounts& rows,
                                       const OutcomeCounts& domains) {
  std::vector<TrippedGate> tripped;
  for (const FailGate& gate : gates) {
    const OutcomeCounts& counts = gate.of_domains ? domains : rows;
    if (counts.all == 0) continue;
    const double share =
        static_cast<double>(count_of(gate, counts)) / static_cast<double>(counts.all);
    if (share > gate.share_max) tripped.push_back({gate.text, share});
  }
  return tripped;
}

}  // namespace mxbulk::app
