// A world of many invented domains with known verdicts: null MX, no MX, dead MX and good ones side
// by side, so that a fault that turns one into another is noticed.
//
// Threads: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lab/dns_server.h"
#include "lab/zone.h"

namespace mxbulk::test {

struct BulkWorld {
  std::string zone_text;              // a master file for the root
  std::string list;                   // CSV with the header `email`, one row a domain
  std::vector<std::string> expected;  // `verdict/reason` of each row
};

[[nodiscard]] BulkWorld make_bulk_world(size_t domains);

// The zone of `text` for the lab's server; a test failure if it cannot be read.
[[nodiscard]] lab::Zone zone_from(std::string_view text);

// The verdicts of a run compared with those of its BulkWorld.
struct Comparison {
  size_t rows = 0;
  size_t right = 0;
  size_t unknown = 0;
  std::vector<std::string> wrong;  // neither right nor unknown: a false verdict
};

// Reads a CSV of the columns `email,verdict,reason`, as `--columns verdict,reason` writes it.
[[nodiscard]] Comparison compare(const BulkWorld& world, std::string_view csv);

// Expects all rows to be there, and each verdict to be known and right.
void expect_all_right(const BulkWorld& world, std::string_view csv);

// The flags for such a CSV.
[[nodiscard]] std::vector<std::string> validate_arguments(const std::string& list_path,
                                                          const std::string& resolver,
                                                          const std::string& output_path);

}  // namespace mxbulk::test
