// The verdict of a domain, read off the World's data from top to bottom: slow, obvious, and written
// from the contract alone. No lookups, no retries, no state; nothing of src/route.
#pragma once

#include <string>

#include "mxbulk/verdict.h"
#include "support/simulated_world.h"

namespace mxbulk::test {

struct OracleVerdict {
  Reason reason = Reason::kNotAttempted;
  LintSet lints;
  LintSet either_way;  // may be there or not: the contract leaves them open
};

[[nodiscard]] OracleVerdict oracle_verdict(const World& world, const std::string& domain);
[[nodiscard]] Action oracle_action(Reason reason, LintSet lints);

}  // namespace mxbulk::test
