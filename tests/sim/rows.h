// Random rows of a list, and the expected result of each before any lookup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/row_reader.h"
#include "mxbulk/verdict.h"
#include "support/simulated_random.h"
#include "support/simulated_world.h"

namespace mxbulk::test {

struct SimulatedRow {
  std::string bytes;  // `17,user@d3.test,x` and its terminator
  std::string cell;
  std::optional<Reason> invalid;
  std::string domain;  // empty if it is invalid, as the next
  std::string email;   // the address to write to
  LintSet lints;
  bool is_ragged = false;
  bool is_bad = false;
};

[[nodiscard]] std::vector<SimulatedRow> random_rows(const World& world, size_t count,
                                                    SimulatedRandom& random);

// Rows first .. first+count-1 as the reader gives them.
void fill_batch(const std::vector<SimulatedRow>& rows, size_t first, size_t count,
                input::RowBatch& batch);

// The shape of these rows: CSV with a header.
[[nodiscard]] RowShape row_shape();

}  // namespace mxbulk::test
