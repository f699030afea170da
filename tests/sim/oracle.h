// The verdict of a domain, read from the World's data: slow, obvious, and written from the contract
// alone. No lookups, no retries, no state, and no code of src/route.
#pragma once

#include <string>

#include "mxbulk/verdict.h"
#include "support/simulated_world.h"

namespace mxbulk::test {

struct OracleVerdict {
  Reason reason = Reason::kNotAttempted;
  LintSet lints;
  LintSet either_way;    // optional: the contract allows both
  bool is_ring = false;  // the reason is that of a loop of CNAMEs in one answer
};

[[nodiscard]] OracleVerdict oracle_verdict(const World& world, const std::string& domain);
[[nodiscard]] Action oracle_action(Reason reason, LintSet lints);

}  // namespace mxbulk::test
