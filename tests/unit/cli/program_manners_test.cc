// The program as scripts and cron use it: quiet, whole files or none, signals, closed pipes, full
// disks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/fault_profile.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kLookEveryMs = 20;

class ProgramManners : public testing::Test {
 protected:
  std::vector<std::string> validate(const std::string& list, const std::string& output) {
    return validate_arguments(folder_.write("list.csv", list), "lab", output);
  }

  TempDir folder_;
};

TEST_F(ProgramManners, QuietSuccessPrintsNothing) {
  std::vector<std::string> arguments = validate("email\na@gmail.com\n", folder_.file("out.csv"));
  arguments.emplace_back("-q");
  const Outcome run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out + run.err, "");
  EXPECT_EQ(read_text(folder_.file("out.csv")),
            "email,mx_verdict,mx_reason\na@gmail.com,mx_ok,mx\n");
}

TEST_F(ProgramManners, DataToStandardOutputTheRestToStandardError) {
  const Outcome run = run_program({.arguments = validate("email\na@gmail.com\n", "-")});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "email,mx_verdict,mx_reason\na@gmail.com,mx_ok,mx\n");
  EXPECT_THAT(run.err, HasSubstr("1 address"));
}

TEST_F(ProgramManners, TooManyUnknownIsExitCode3WithTheOutputWritten) {
  std::vector<std::string> arguments =
      validate("email\na@gmail.com\na@refused.example\n", folder_.file("out.csv"));
  arguments.insert(arguments.end(), {"-q", "--max-unknown", "49%"});
  const Outcome run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, HasSubstr("--max-unknown"));
  EXPECT_THAT(read_text(folder_.file("out.csv")),
              HasSubstr("a@refused.example,unknown,dns_refused"));
}

// Quiet and JSON together printed nothing at all.
TEST_F(ProgramManners, TooManyUnknownIsReportedAsJsonWithQuietToo) {
  std::vector<std::string> arguments =
      validate("email\na@gmail.com\na@refused.example\n", folder_.file("out.csv"));
  arguments.insert(arguments.end(), {"-q", "--progress", "json", "--max-unknown", "49%"});
  Outcome run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, testing::StartsWith("{\"event\":\"done\",\"exit_code\":3,"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  arguments.back() = "50%";
  run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
}

TEST_F(ProgramManners, AWarningIsAnObjectIfErrorsAre) {
  std::vector<std::string> arguments = validate("email\na@gmail.com\n", folder_.file("out.csv"));
  arguments.insert(arguments.end(), {"--progress", "json", "--probe-port", "26"});
  Outcome run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err,
              testing::StartsWith("{\"event\":\"warning\",\"message\":\"--probe-port has no "
                                  "effect without --probe: nothing is probed\"}\n"));
  arguments.emplace_back("-q");
  run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
}

TEST_F(ProgramManners, HelpAndVersionAreCommands) {
  EXPECT_EQ(run_program({.arguments = {"help"}}).out, run_program({.arguments = {"--help"}}).out);
  EXPECT_EQ(run_program({.arguments = {"help", "check"}}).out,
            run_program({.arguments = {"check", "--help"}}).out);
  EXPECT_EQ(run_program({.arguments = {"version"}}).out, run_program({.arguments = {"-V"}}).out);
  const Outcome brief = run_program({.arguments = {"validate", "-h"}});
  const Outcome all = run_program({.arguments = {"validate", "--help"}});
  EXPECT_EQ(brief.exit_code + all.exit_code, 0);
  EXPECT_LT(brief.out.size(), all.out.size() / 2);
}

TEST_F(ProgramManners, AListInsteadOfACommandSuggestsValidate) {
  const std::string list = folder_.write("list.csv", "email\na@gmail.com\n");
  const Outcome run = run_program({.arguments = {list}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.err,
            "mxbulk: " + list + " is not a command; did you mean: mxbulk validate " + list + "\n");
}

TEST_F(ProgramManners, FullDiskIsExitCode1) {
  const std::string list = "email\na@gmail.com\n";
  const Outcome to_file = run_program({.arguments = validate(list, "/dev/full")});
  EXPECT_EQ(to_file.exit_code, 1);
  EXPECT_THAT(to_file.err, HasSubstr("No space left on device"));
  const Outcome to_stdout =
      run_program({.arguments = validate(list, "-"), .stdout_path = "/dev/full"});
  EXPECT_EQ(to_stdout.exit_code, 1);
  EXPECT_THAT(to_stdout.err, HasSubstr("No space left on device"));
}

TEST_F(ProgramManners, SymbolicLinkAsOutputIsRefused) {
  folder_.write("target.csv", "of last night\n");
  std::filesystem::create_symlink("target.csv", folder_.file("link.csv"));
  const Outcome run =
      run_program({.arguments = validate("email\na@gmail.com\n", folder_.file("link.csv"))});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("symbolic link"));
  EXPECT_EQ(read_text(folder_.file("target.csv")), "of last night\n");
  EXPECT_EQ(folder_.listing(), "link.csv list.csv target.csv");
}

// `mxbulk … | head -1` with much more than a pipe holds.
TEST_F(ProgramManners, AClosedPipeIsExitCode141WithoutAMessage) {
  std::string list = "email\n";
  for (int row = 0; row < 100'000; ++row) list += "no address at all\n";
  folder_.write("list.csv", list);
  ChildSpec shell;
  shell.command = {"/bin/bash", "-c",
                   "\"$0\" validate \"$1\" -r lab --progress none | head -1; echo ${PIPESTATUS[0]}",
                   program(), folder_.file("list.csv")};
  shell.stdout_path = folder_.write("out", "");
  shell.stderr_path = folder_.write("err", "");
  Child child(shell);
  ASSERT_EQ(child.wait(30'000), 0);
  EXPECT_THAT(read_text(shell.stdout_path), testing::StartsWith("email,mx_email,mx_verdict,"));
  EXPECT_THAT(read_text(shell.stdout_path), testing::EndsWith("\n141\n"));
  EXPECT_EQ(read_text(shell.stderr_path),
            folder_.file("list.csv") +
                ": CSV, delimiter \",\", UTF-8, header, e-mail column 1 \"email\"\n")
      << "what was understood, and nothing of the reader";
}

// Out of memory was an abort, and left the temporary file.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they take terabytes
TEST_F(ProgramManners, WithoutMemoryOrThreadsItEndsInOrder) {
  const BulkWorld world = make_bulk_world(2'000);
  const std::string list = folder_.write("list.csv", world.list);
  size_t failures = 0;
  for (int megabytes = 20; megabytes <= 320; megabytes += 4) {
    const TempDir out;
    ChildSpec shell;
    shell.command = {"/bin/bash", "-c", "ulimit -v $1; shift; exec \"$0\" \"$@\"", program(),
                     std::to_string(megabytes * 1'024)};
    for (const std::string& word : validate_arguments(list, "lab", out.file("out.csv"))) {
      shell.command.push_back(word);
    }
    shell.command.insert(shell.command.end(), {"--progress", "json"});
    shell.stderr_path = folder_.file("err" + std::to_string(megabytes));
    Child child(shell);
    const std::optional<int> code = child.wait(60'000);
    const std::string said = read_text(shell.stderr_path);
    ASSERT_TRUE(code) << megabytes << ": " << said;
    if (*code == 0 || *code == 3) break;
    if (*code == 127) continue;  // not even its libraries fit
    ++failures;
    ASSERT_EQ(*code, 1) << megabytes << ": " << said;
    ASSERT_TRUE(said.ends_with("}\n")) << megabytes << ": " << said;
    // Its last line: a slow machine may have printed progress before.
    const size_t last = said.rfind('\n', said.size() - 2) + 1;
    EXPECT_THAT(said.substr(last), testing::StartsWith("{\"event\":\"error\",\"exit_code\":1,"))
        << megabytes << ": " << said;
    EXPECT_EQ(out.listing(), "") << megabytes;
  }
  EXPECT_GT(failures, 0U) << "it always had enough: this test sees nothing";
}
#endif

class ProgramSignals : public ProgramManners, public testing::WithParamInterface<int> {};

TEST_P(ProgramSignals, EndsItAtOnceAndLeavesNothing) {
  const BulkWorld world = make_bulk_world(5'000);
  auto server = lab::DnsServer::start(zone_from(world.zone_text), play({.delay_ms = 1'000}));
  ASSERT_TRUE(server.ok()) << server.status().message();
  ProgramCall call;
  call.arguments = validate_arguments(folder_.write("list.csv", world.list),
                                      "127.0.0.1:" + std::to_string(server.value()->port()),
                                      folder_.write("out.csv", "of last night\n"));
  call.arguments.insert(call.arguments.end(), {"--progress", "json"});
  RunningProgram run(call);
  while (run.err_so_far().find("\"progress\"") == std::string::npos) {
    ASSERT_FALSE(run.child().wait(kLookEveryMs)) << "it was done before the signal came";
  }
  EXPECT_NE(folder_.listing(), "list.csv out.csv") << "no temporary file: this test sees nothing";
  run.child().signal(GetParam());
  EXPECT_EQ(run.child().wait(5'000), 128 + GetParam());
  EXPECT_EQ(run.finish().exit_code, 128 + GetParam());
  EXPECT_EQ(read_text(folder_.file("out.csv")), "of last night\n");
  EXPECT_EQ(folder_.listing(), "list.csv out.csv");
}

// 143 says "no new output file". Standard error is full, so that the run waits at its last line.
TEST_F(ProgramManners, ASignalAfterTheOutputFileIsCompleteChangesNothing) {
  const std::string fifo = folder_.file("err");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  const std::string page(4'096, 'x');
  while (::write(reader, page.data(), page.size()) > 0) continue;
  // There is room for the line about the input, and no more.
  constexpr size_t kFirstLineBytes = 200;
  std::string taken(page.size(), '\0');
  ASSERT_EQ(::read(reader, taken.data(), taken.size()), static_cast<ssize_t>(page.size()));
  ASSERT_GT(::write(reader, page.data(), page.size() - kFirstLineBytes), 0);
  const std::string output = folder_.write("out.csv", "of last night\n");
  ChildSpec spec;
  spec.command = validate("email\na@gmail.com\n", output);
  spec.command.insert(spec.command.begin(), program());
  spec.stderr_path = fifo;
  Child child(spec);
  EXPECT_TRUE(wait_until([&] { return read_text(output).starts_with("email"); }));
  child.signal(SIGTERM);
  std::string drained(1U << 20, '\0');
  while (::read(reader, drained.data(), drained.size()) > 0) continue;
  EXPECT_EQ(child.wait(10'000), 0);
  EXPECT_EQ(read_text(output), "email,mx_verdict,mx_reason\na@gmail.com,mx_ok,mx\n");
  EXPECT_EQ(folder_.listing(), "err list.csv out.csv");
  ::close(reader);
}

INSTANTIATE_TEST_SUITE_P(All, ProgramSignals, testing::Values(SIGTERM, SIGINT, SIGHUP));

}  // namespace
}  // namespace mxbulk::test
