// Nights of one list: a world of domains that changes between runs, a DNS server in this process
// for each, and the time as the test says.
//
//   NightWorld world;
//   world.set("a.test", NightWorld::Kind::kMx);
//   const Night first = world.run({.list = {"a.test"}});
//   world.later(24 * 3'600);
//
// Threads: one, besides those of a run. Ownership: owns its folder.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/dns_server.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "support/temp_dir.h"

namespace mxbulk::test {

// What a run wrote.
struct NightResult {
  StatusCode code = StatusCode::kOk;  // of an error
  std::string message;
  Summary summary;         // without an error
  std::string out;         // empty: there is no output file
  std::string changes;     // the change feed
  uint64_t questions = 0;  // that the server received

  [[nodiscard]] int exit_code() const {
    return code == StatusCode::kOk ? summary.exit_code : static_cast<int>(code);
  }
};

class NightWorld {
 public:
  enum class Kind : uint8_t { kMx, kGone, kNullMx, kServfail };

  NightWorld();

  void set(const std::string& domain, Kind kind, uint32_t ttl_s = 300);
  void later(int64_t seconds) { unix_now_ms_ += seconds * 1'000; }

  struct Run {
    std::vector<std::string> list = {};  // domains; a row each
    std::function<void(Options&)> change = {};
    lab::AnswerHook hook = {};
  };
  NightResult run(const Run& run);

  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] std::string state_path() const { return folder_.file("state.db"); }
  [[nodiscard]] int64_t now_s() const { return unix_now_ms_ / 1'000; }
  // The zone of a real server.
  [[nodiscard]] std::string zone_text() const;

 private:
  struct Domain {
    Kind kind = Kind::kMx;
    uint32_t ttl_s = 300;
  };

  TempDir folder_;
  std::map<std::string, Domain> domains_;
  int64_t unix_now_ms_ = 1'795'802'400'000;  // 2026-11-27 at 18:00
};

// `user0@a.test` and so on below the header `email`.
[[nodiscard]] std::string list_of(const std::vector<std::string>& domains);
// The name of the question of a DNS message, in lower case: labels with their lengths, without the
// root's (RFC 1035 §4.1.2). The case of its letters varies from query to query.
[[nodiscard]] std::string lower_name_of(std::span<const uint8_t> query);
// Makes NXDOMAIN without records of an answer.
void make_denial(std::string& answer);
// The cells of a column in a CSV without quotes, in order.
[[nodiscard]] std::vector<std::string> column_of(const std::string& csv, std::string_view name);

}  // namespace mxbulk::test
