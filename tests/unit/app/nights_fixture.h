// Nights of one list, each a run of the program's library against a server in this process.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "state/database.h"
#include "support/night_world.h"

namespace mxbulk::test {

inline constexpr int64_t kHourS = 3'600;
inline constexpr int64_t kDayS = 24 * kHourS;

inline std::vector<std::string> names(size_t count, const std::string& stem) {
  std::vector<std::string> list;
  for (size_t i = 0; i < count; ++i) list.push_back(stem + std::to_string(i) + ".test");
  return list;
}

class Nights : public testing::Test {
 protected:
  using Kind = NightWorld::Kind;

  void set_all(const std::vector<std::string>& domains, Kind kind, uint32_t ttl_s = 300) {
    for (const std::string& domain : domains) world_.set(domain, kind, ttl_s);
  }
  // Domains of the state for which `condition` is true.
  [[nodiscard]] int64_t stored(const std::string& condition) const {
    auto database = state::Database::open(world_.state_path(), state::Database::Access::kRead);
    if (!database.ok()) return -1;
    const Result<int64_t> count =
        database.value()->number("SELECT count(*) FROM domain WHERE " + condition);
    return count.ok() ? count.value() : -1;
  }
  static void is_optional(Options& options) { options.state.is_optional = true; }
  static void writes_domains(Options& options) { options.output.mode = Mode::kDomains; }

  NightWorld world_;
};

}  // namespace mxbulk::test
