// One whole run from one seed: a world, a list, the faults of its network, and the engine on a
// simulated clock, from rows to rows.
//
// Threads: one. Everything that happens follows from the seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/dispatcher.h"
#include "sim/rows.h"
#include "support/simulated_network.h"
#include "support/simulated_world.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::test {

// All that a seed decides.
struct Scenario {
  uint64_t seed = 0;
  World world;
  std::vector<SimulatedRow> rows;
  NetworkFaults faults;
  std::vector<ResolverHabits> resolvers;
  uint32_t concurrency = 0;
  uint32_t qps = 0;
  uint32_t tries = 3;
  int64_t timeout_us = 2'000'000;
  size_t batch_rows_max = 64;
  size_t blocks_max = 4;  // between reader and writer, in memory
  bool has_disk = false;  // if rows may be deferred; else the reader waits
  int64_t read_gap_us = 1'000;
  std::vector<std::string> canaries;
  bool checks_resolvers = true;  // the engine checks its resolvers

  static Scenario random(uint64_t seed);
};

// One line: the resolvers, the sizes, the faults.
[[nodiscard]] std::string description(const Scenario& scenario);

struct DomainResult {
  std::string name;
  DomainRecord record;  // its exchanges are not to be used
  int64_t published_us = 0;
};

struct RunResult {
  std::string output;
  std::vector<DomainResult> domains;
  Status failure;  // a resolver is down, or gives false answers
  std::vector<std::string> excluded;
  std::string trouble;  // why the run did not end; empty if it did
  int64_t ended_us = 0;
  uint64_t digest = 0;  // of every question
  uint64_t queries = 0;
  uint64_t replies = 0;
  uint64_t in_flight_at_end = 0;
  uint64_t rows_deferred = 0;
  uint32_t asked_in_vain = 0;
  uint32_t asked_in_mixed_case = 0;
  bool has_doubled_ticket = false;
  int64_t last_good_us = -1;   // the last good answer of all
  int64_t last_watch_us = -1;  // the last question about the root's SOA
  std::map<SimulatedNetwork::Key, SimulatedNetwork::History> history;
};

[[nodiscard]] RunResult run(const Scenario& scenario);

}  // namespace mxbulk::test
