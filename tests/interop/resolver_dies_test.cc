// The resolver goes down during a run, permanently or for a short time, or was never up.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "support/bulk_world.h"
#include "support/dns_question.h"
#include "support/name_servers.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

constexpr size_t kDomains = 20'000;
constexpr int kLookEveryMs = 20;

// A run slow enough to be disturbed: it would take some 12 s.
ProgramCall slow_run(const BulkWorld& world, const TempDir& folder, const NameServer& server) {
  ProgramCall call;
  call.arguments = validate_arguments(folder.write("list.csv", world.list), server.endpoint(),
                                      folder.file("out.csv"));
  call.arguments.insert(call.arguments.end(), {"--qps", "3000", "--progress", "json"});
  call.deadline_ms = 150'000;
  return call;
}

size_t progress_lines(const RunningProgram& run) {
  const std::string text = run.err_so_far();
  size_t lines = 0;
  for (size_t at = text.find("\"progress\""); at != std::string::npos;
       at = text.find("\"progress\"", at + 1)) {
    ++lines;
  }
  return lines;
}

// Waits until the program has reported progress `lines` times; false if it ended before.
bool wait_for_progress(RunningProgram& run, size_t lines) {
  while (progress_lines(run) < lines) {
    if (run.child().wait(kLookEveryMs)) return false;
  }
  return true;
}

class ResolverDies : public testing::Test {
 protected:
  ResolverDies() : world_(make_bulk_world(kDomains)), server_(world_.zone_text) {}
  void SetUp() override { ASSERT_TRUE(server_.start()); }

  BulkWorld world_;
  NsdServer server_;
  TempDir folder_;
};

TEST_F(ResolverDies, PermanentlyMeansNoOutput) {
  RunningProgram run(slow_run(world_, folder_, server_));
  ASSERT_TRUE(wait_for_progress(run, 2)) << run.finish().err;
  server_.kill();
  const Outcome outcome = run.finish();
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_NE(outcome.err.find("resolver"), std::string::npos) << outcome.err;
  EXPECT_EQ(folder_.listing(), "list.csv");
}

TEST_F(ResolverDies, ForAShortTimeChangesNoVerdict) {
  RunningProgram run(slow_run(world_, folder_, server_));
  ASSERT_TRUE(wait_for_progress(run, 2)) << run.finish().err;
  server_.kill();
  // Down for as long as it takes the program to notice: it reports twice more.
  ASSERT_TRUE(wait_for_progress(run, progress_lines(run) + 2)) << run.finish().err;
  ASSERT_TRUE(server_.start());
  const Outcome outcome = run.finish();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  expect_all_right(world_, read_text(folder_.file("out.csv")));
}

TEST_F(ResolverDies, OldOutputStaysAsItWas) {
  folder_.write("out.csv", "of last night\n");
  server_.kill();
  const Outcome outcome = run_program(slow_run(world_, folder_, server_));
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_EQ(read_text(folder_.file("out.csv")), "of last night\n");
  EXPECT_EQ(folder_.listing(), "list.csv out.csv");
}

TEST(ResolverMissing, NothingListens) {
  const BulkWorld world = make_bulk_world(1'000);
  const TempDir folder;
  const std::string nowhere = "127.0.0.1:" + std::to_string(free_port());
  const Outcome outcome =
      run_program({.arguments = validate_arguments(folder.write("list.csv", world.list), nowhere,
                                                   folder.file("out.csv"))});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_LT(outcome.seconds, 10);
  EXPECT_NE(outcome.err.find("--resolver"), std::string::npos) << outcome.err;
  EXPECT_EQ(folder.listing(), "list.csv");
}

// The reader waits until domains are asked for, but no question is ever sent.
TEST(ResolverMissing, NothingListensAndTheListIsLong) {
  std::string list = "email\n";
  for (uint32_t i = 0; i < 3 * limits::kUnbegunDomainsMax; ++i) {
    list += "a@d" + std::to_string(i) + ".test\n";
  }
  const TempDir folder;
  const std::string nowhere = "127.0.0.1:" + std::to_string(free_port());
  const Outcome outcome =
      run_program({.arguments = validate_arguments(folder.write("list.csv", list), nowhere, "-")});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace mxbulk::test
