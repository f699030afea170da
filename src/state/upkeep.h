// What `mxbulk state` does with a state file: counts, pruning, export, forgetting.
//
// Threads: one. Ownership: borrows the connection.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/domain_name.h"
#include "mxbulk/status.h"
#include "mxbulk/verdict.h"
#include "state/baseline.h"
#include "state/database.h"

namespace mxbulk::state {

struct StateStats {
  uint64_t domains = 0;
  uint64_t hosts = 0;
  uint64_t file_bytes = 0;
  std::array<uint64_t, kVerdictCount> by_verdict{};
  // By the age of the answer: under a day, a week, 30 days, older, never asked for.
  std::array<uint64_t, 5> by_age{};
  RunRow last_run;
};

[[nodiscard]] Result<StateStats> stats(Database& database, int64_t now_s);

// Removes domains that were neither asked for in `days` days nor are in a last run of that time,
// and hosts that no domain names. Returns the number of domains. While a domain is in the list it
// is asked for at least once a week. The file becomes smaller.
[[nodiscard]] Result<uint64_t> prune(Database& database, int64_t days, int64_t now_s);

// Removes one domain, and hosts that no other names; their bytes are overwritten. False: the state
// does not have it.
[[nodiscard]] Result<bool> forget(Database& database, const DomainName& name);

// Calls `row` with the texts of each domain, in the order of their names, after `header` with the
// names of the columns. A null is an empty text. The views are valid during the call. An error of
// `row` ends it.
using TextRow = std::function<Status(const std::vector<std::string_view>&)>;
[[nodiscard]] Status export_domains(Database& database, const TextRow& header, const TextRow& row);

}  // namespace mxbulk::state
