// The program with a state, ended in every way that a night may bring: the next run goes on where
// it stopped, and writes what an undisturbed run writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lab/dns_server.h"
#include "state/database.h"
#include "support/bulk_world.h"
#include "support/night_world.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;

constexpr size_t kDomains = 3'000;
constexpr int kLookEveryMs = 20;
constexpr size_t kHeaderOctets = 12;  // of a DNS message

int64_t number_in(const std::string& state, const std::string& sql) {
  auto database = state::Database::open(state, state::Database::Access::kRead);
  if (!database.ok()) return -1;
  const Result<int64_t> number = database.value()->number(sql);
  return number.ok() ? number.value() : -1;
}

class NightsOfTheProgram : public testing::Test {
 protected:
  NightsOfTheProgram() : world_(make_bulk_world(kDomains)) {
    server_ = std::move(lab::DnsServer::start(zone_from(world_.zone_text)).value());
    folder_.write("list.csv", world_.list);
  }

  ProgramCall call(std::vector<std::string> more = {}) {
    ProgramCall made;
    made.arguments =
        validate_arguments(folder_.file("list.csv"), "127.0.0.1:" + std::to_string(server_->port()),
                           folder_.file("out.csv"));
    made.arguments.insert(made.arguments.end(), {"--state", state()});
    made.arguments.insert(made.arguments.end(), more.begin(), more.end());
    return made;
  }
  // It would take some eight seconds.
  RunningProgram slow_run() { return RunningProgram(call({"--qps", "700", "--progress", "json"})); }
  // Until the state has `count` domains; false if the program ended before.
  bool wait_for_domains(RunningProgram& run, int64_t count) {
    while (number_in(state(), "SELECT count(*) FROM domain") < count) {
      if (run.child().wait(kLookEveryMs)) return false;
    }
    return true;
  }
  uint64_t questions() {
    const auto counters = server_->counters();
    return counters.udp_questions + counters.tcp_questions;
  }
  void expect_whole_output() {
    const Comparison compared = compare(world_, read_text(folder_.file("out.csv")));
    EXPECT_EQ(compared.rows, kDomains);
    EXPECT_EQ(compared.right, kDomains);
    EXPECT_EQ(compared.wrong, std::vector<std::string>());
  }
  [[nodiscard]] std::string state() const { return folder_.file("state.db"); }

  BulkWorld world_;
  TempDir folder_;
  std::unique_ptr<lab::DnsServer> server_;
};

TEST_F(NightsOfTheProgram, ASignalLeavesWhatWasFoundAndNothingElse) {
  ASSERT_EQ(run_program(call({"-q"})).exit_code, 0);
  const uint64_t whole = questions();
  for (const int signal : {SIGTERM, SIGINT}) {
    std::filesystem::remove(state());
    std::filesystem::remove(folder_.file("out.csv"));
    RunningProgram run = slow_run();
    ASSERT_TRUE(wait_for_domains(run, 1)) << run.finish().err;
    run.child().signal(signal);
    const Outcome ended = run.finish();
    EXPECT_EQ(ended.exit_code, 128 + signal) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("is in the state"));
    EXPECT_THAT(folder_.listing(), testing::Not(HasSubstr("mxbulk")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("out.csv")));
    const int64_t found = number_in(state(), "SELECT count(*) FROM domain");
    const uint64_t before = questions();
    const Outcome rest = run_program(call({"-q"}));
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    // Each needs one question at least.
    EXPECT_GT(found, 100);
    EXPECT_LT(questions() - before, whole - static_cast<uint64_t>(found) + 100);
    expect_whole_output();
  }
}

// Nothing was written yet, and no check is due: one is made.
TEST_F(NightsOfTheProgram, ASignalAfterAnInstantLeavesWhatWasFoundToo) {
  RunningProgram run = slow_run();
  while (questions() < 400) ASSERT_FALSE(run.child().wait(kLookEveryMs)) << run.finish().err;
  run.child().signal(SIGTERM);
  EXPECT_EQ(run.finish().exit_code, 128 + SIGTERM);
  EXPECT_GT(number_in(state(), "SELECT count(*) FROM domain"), 50);
  EXPECT_EQ(run_program(call({"-q"})).exit_code, 0);
  expect_whole_output();
}

TEST_F(NightsOfTheProgram, AKilledRunLosesSecondsAndTheNextGoesOn) {
  const Outcome whole = run_program(call({"-q"}));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const std::string expected = read_text(folder_.file("out.csv"));
  std::filesystem::remove(state());
  RunningProgram run = slow_run();
  ASSERT_TRUE(wait_for_domains(run, 300)) << run.finish().err;
  run.child().kill();
  EXPECT_EQ(read_text(folder_.file("out.csv")), expected);
  EXPECT_EQ(number_in(state(), "SELECT count(*) FROM run"), 0);
  const Outcome rest = run_program(call({"--summary-json", folder_.file("summary.json")}));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_EQ(read_text(folder_.file("out.csv")), expected);
  EXPECT_EQ(number_in(state(), "SELECT count(*) FROM run"), 1);
}

// The resolver begins to deny every name, and to answer no question of a check: what it says for
// three seconds is not in the state.
TEST_F(NightsOfTheProgram, AKilledRunLeavesNoAnswerThatNoCheckCovered) {
  std::set<std::pair<std::string, uint8_t>> asked;  // the server's thread
  std::atomic<bool> is_lying{false};
  std::atomic<int> lies{0};
  server_->set_answer_hook([&](lab::Exchange& exchange) {
    const std::string name = lower_name_of(exchange.query);
    const uint8_t type = exchange.query[kHeaderOctets + name.size() + 2];  // RFC 1035 §4.1.2
    const bool is_new = asked.emplace(name, type).second;  // canaries were asked for before
    if (!is_lying) return;
    if (!is_new || name.empty() || name.ends_with("\7invalid")) return exchange.messages.clear();
    ++lies;
    for (std::string& message : exchange.messages) make_denial(message);
  });
  RunningProgram run = slow_run();
  ASSERT_TRUE(wait_for_domains(run, 1)) << run.finish().err;
  is_lying = true;  // longer than it takes until what was decided is written
  while (lies < 2'000) ASSERT_FALSE(run.child().wait(kLookEveryMs)) << run.finish().err;
  run.child().kill();
  server_->set_answer_hook({});
  EXPECT_GT(number_in(state(), "SELECT count(*) FROM domain"), 0);
  const Outcome rest = run_program(call({"-q"}));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  expect_whole_output();
}

TEST_F(NightsOfTheProgram, ASecondRunEndsAtOnceAndNamesTheFirst) {
  RunningProgram run = slow_run();
  ASSERT_TRUE(wait_for_domains(run, 1)) << run.finish().err;
  const std::string pid = std::to_string(run.child().pid());
  const Outcome same = run_program(call());
  EXPECT_EQ(same.exit_code, 7);
  EXPECT_THAT(same.err, HasSubstr(pid));
  ProgramCall other_output = call();
  for (std::string& argument : other_output.arguments) {
    if (argument == folder_.file("out.csv")) argument = folder_.file("other.csv");
  }
  const Outcome same_state = run_program(other_output);
  EXPECT_EQ(same_state.exit_code, 7) << same_state.err;
  EXPECT_THAT(same_state.err, HasSubstr("--state"));
  ProgramCall other_state = call();
  for (std::string& argument : other_state.arguments) {
    if (argument == state()) argument = folder_.file("other.db");
  }
  const Outcome same_output = run_program(other_state);
  EXPECT_EQ(same_output.exit_code, 7) << same_output.err;
  EXPECT_THAT(same_output.err, HasSubstr("--output"));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("other.csv")));
  run.child().kill();
  const Outcome next = run_program(call({"-q"}));
  EXPECT_EQ(next.exit_code, 0) << next.err;  // the lock of a dead process is free
  expect_whole_output();
}

// --- every system call that writes ---------------------------------------------------------------

class EveryWrite : public testing::Test {
 protected:
  EveryWrite() {
    folder_.write("list.csv", list_of({"a.test", "gmail.com", "initech.example", "null.example"}));
  }

  // With the built-in resolver.
  ProgramCall call() {
    ProgramCall made;
    made.arguments = {"validate", folder_.file("list.csv"), "-r", "lab", "-q"};
    for (const auto& [flag, value] :
         {std::pair<const char*, std::string>{"-o", folder_.file("out.csv")},
          {"--state", folder_.file("state.db")},
          {"--max-shift", "100%"},
          {"--max-age", "0"},
          {"--max-unknown", "100%"}}) {
      made.arguments.insert(made.arguments.end(), {flag, value});
    }
    return made;
  }
  // `inject` is a fault for strace(1).
  Outcome run(const std::string& inject) {
    ProgramCall made = call();
    if (!inject.empty()) {
      made.under = {"/usr/bin/strace",
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-e",
                    "trace=pwrite64,write,fsync,fdatasync,renameat2,ftruncate",
                    "-e",
                    "inject=" + inject};
    }
    return run_program(made);
  }
  // Likewise, every write into the state from the n-th on fails, as on a full disk.
  Outcome run_on_full_disk(int n) {
    ProgramCall made = call();
    std::erase(made.arguments, "-q");
    made.arguments.emplace_back("--state-optional");
    made.under = {"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null"};
    for (const char* file : {"state.db", "state.db-wal", "state.db-shm"}) {
      made.under.insert(made.under.end(), {"-P", folder_.file(file)});
    }
    made.under.insert(made.under.end(),
                      {"-e", "trace=pwrite64", "-e",
                       "inject=pwrite64:error=ENOSPC:when=" + std::to_string(n) + "+"});
    return run_program(made);
  }
  void expect_readable_state() {
    auto database = state::Database::open(folder_.file("state.db"), state::Database::Access::kRead);
    ASSERT_TRUE(database.ok()) << database.status().message();
    state::Statement check(*database.value(), "PRAGMA integrity_check");
    const Result<bool> row = check.step();
    ASSERT_TRUE(row.ok()) << row.status().message();
    EXPECT_EQ(check.text(0), "ok");
  }

  TempDir folder_;
};

TEST_F(EveryWrite, AKillAtAnyOfThemLeavesTheOldOutputOrTheNew) {
  ASSERT_EQ(run("").exit_code, 0);
  const std::string complete = read_text(folder_.file("out.csv"));
  int kills = 0;
  for (const char* call : {"pwrite64", "write", "renameat2"}) {
    bool has_ended = false;
    for (int n = 1; n <= 60 && !has_ended; ++n) {
      folder_.write("out.csv", "old\n");
      const Outcome killed = run(std::string(call) + ":signal=SIGKILL:when=" + std::to_string(n));
      has_ended = killed.exit_code == 0;
      kills += has_ended ? 0 : 1;
      const std::string text = read_text(folder_.file("out.csv"));
      EXPECT_TRUE(text == "old\n" || text == complete) << call << " " << n << ": " << text;
      expect_readable_state();
      const Outcome next = run("");
      EXPECT_EQ(next.exit_code, 0) << call << " " << n << ": " << next.err;
      EXPECT_EQ(read_text(folder_.file("out.csv")), complete) << call << " " << n;
    }
    EXPECT_TRUE(has_ended) << call;
  }
  EXPECT_GT(kills, 10);
}

TEST_F(EveryWrite, AnErrorOfAnyOfThemIsCodeOneAndTheOldOutput) {
  ASSERT_EQ(run("").exit_code, 0);
  const std::string complete = read_text(folder_.file("out.csv"));
  for (const char* fault : {"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO",
                            "fdatasync:error=EIO", "renameat2:error=EIO"}) {
    bool has_ended = false;
    int failures = 0;
    for (int n = 1; n <= 60 && !has_ended; ++n) {
      folder_.write("out.csv", "old\n");
      const Outcome failed = run(std::string(fault) + ":when=" + std::to_string(n));
      has_ended = failed.exit_code == 0;
      failures += has_ended ? 0 : 1;
      EXPECT_TRUE(failed.exit_code == 0 || failed.exit_code == 1)
          << fault << " " << n << ": " << failed.exit_code << failed.err;
      EXPECT_EQ(read_text(folder_.file("out.csv")), failed.exit_code == 0 ? complete : "old\n")
          << fault << " " << n << failed.err;
      expect_readable_state();
      const Outcome next = run("");
      EXPECT_EQ(next.exit_code, 0) << fault << " " << n << ": " << next.err;
      EXPECT_EQ(read_text(folder_.file("out.csv")), complete) << fault << " " << n;
    }
    EXPECT_TRUE(has_ended) << fault;
    EXPECT_GT(failures, 0) << fault;
  }
}

// The output is complete without the state, which is moved away and can be read.
TEST_F(EveryWrite, AFullDiskUnderAnOptionalStateCostsTheStateAlone) {
  ASSERT_EQ(run("").exit_code, 0);
  const std::string complete = read_text(folder_.file("out.csv"));
  int moved = 0;
  bool has_ended = false;
  for (int n = 1; n <= 60 && !has_ended; ++n) {
    folder_.write("out.csv", "old\n");
    const Outcome full = run_on_full_disk(n);
    EXPECT_EQ(full.exit_code, 0) << n << ": " << full.err;
    EXPECT_EQ(read_text(folder_.file("out.csv")), complete) << n;
    has_ended = full.err.find("disk is full") == std::string::npos;
    if (has_ended) continue;
    ++moved;
    EXPECT_THAT(full.err, HasSubstr("moved to"));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("state.db")));
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename().string();
      if (name.find(".bad-") == std::string::npos || name.ends_with("-wal")) continue;
      std::filesystem::rename(entry.path(), folder_.file("state.db"));
    }
    expect_readable_state();
  }
  EXPECT_TRUE(has_ended);
  EXPECT_GT(moved, 2);
}

}  // namespace
}  // namespace mxbulk::test
