// The last complete run, with which the next is compared, and how a run takes its place.
//
// Threads: one. Ownership: borrows the connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mxbulk/status.h"
#include "mxbulk/verdict.h"
#include "state/database.h"

namespace mxbulk::state {

struct RunRow {
  uint32_t id = 0;  // 0 = there is none
  std::string run_id;
  std::string run_date;
  int64_t began_s = 0;  // Unix time
  int64_t ended_s = 0;
  int exit_code = 0;
  uint64_t rows = 0;
  uint64_t domains = 0;
  uint32_t how = 0;  // key of the settings for probes and allowed nets
};

// A domain of a run.
struct ListedDomain {
  uint64_t key = 0;
  uint16_t rows = 0;  // at most 65,535 are counted

  friend bool operator==(const ListedDomain&, const ListedDomain&) = default;
};

[[nodiscard]] Result<RunRow> last_run(Database& database);
// Sorted by key.
[[nodiscard]] Result<std::vector<ListedDomain>> listed_domains(Database& database, uint32_t run);

// In the transaction that is open; replaces the list of any other run. Errors: kInternal.
[[nodiscard]] Status write_listed(Database& database, uint32_t run,
                                  const std::vector<ListedDomain>& listed);

// The answers of runs from `run` on are not used again. Errors: kInternal.
[[nodiscard]] Status doubt_answers_since(Database& database, uint32_t run);

// What the state says of a domain that may not be in this run.
struct NamedDomain {
  std::string name;
  Reason reason = Reason::kNotAttempted;
  Action action = Action::kRetry;
};
[[nodiscard]] Result<std::optional<NamedDomain>> domain_with(Database& database, int64_t key);

struct NewBaseline {
  RunRow run;
  std::vector<ListedDomain> listed;                     // sorted by key
  std::vector<std::pair<int64_t, Action>> new_actions;  // of domains whose action is to be changed
};

// Replaces the baseline in two steps, so that output files can take their names in between. Without
// commit() nothing changes.
class BaselineChange {
 public:
  explicit BaselineChange(Database& database) : database_(database) {}
  // Errors: kInternal.
  [[nodiscard]] Status prepare(const NewBaseline& next);
  [[nodiscard]] Status commit();

 private:
  [[nodiscard]] Status write(const NewBaseline& next);

  Database& database_;
  std::unique_ptr<Transaction> transaction_;
};

}  // namespace mxbulk::state
