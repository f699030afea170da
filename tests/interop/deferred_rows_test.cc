// The first domain of a list has no answer until the end of the run, and all rows after it wait.
// Those that exceed --memory are deferred to disk, and are read back unchanged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kRows = 60'000;
constexpr const char* kZone =
    ". SOA a.test. b.test. 1 2 3 4 5\n"
    "good0.test. MX 10 mx.good.test.\n"
    "good1.test. MX 10 mx.good.test.\n"
    "mx.good.test. A 20.0.0.1\n"
    "null.test. MX 0 .\n"
    ";@fault silent.test. timeout\n";

std::string address(int row) {
  if (row == 0) return "user@silent.test";
  if (row % 4 == 3) return row % 8 == 3 ? "user" : "user@null.test";
  return "user" + std::to_string(row) + "@good" + std::to_string(row % 2) + ".test";
}

std::string csv_of(std::string_view between, std::string_view behind) {
  std::string csv = "id,email,note\n";
  for (int row = 0; row < kRows; ++row) {
    csv += std::to_string(row) + "," + address(row) + std::string(between) +
           std::string(row % 5 == 0 ? behind : "") + "\n";
  }
  return csv;
}

std::string plain_csv() {
  return csv_of(",\"a, \"\"note\"\"\"", "");
}

std::string jsonl() {
  std::string lines;
  for (int row = 0; row < kRows; ++row) {
    lines += R"({"id":)" + std::to_string(row) + R"(,"email":")" + address(row) + "\"}\n";
    if (row % 1'000 == 7) lines += "no object\n";
  }
  return lines;
}

// Not the rows themselves, of which there are many.
void expect_equal_rows(std::string_view found, std::string_view expected) {
  const auto [at, other] =
      std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
  if (at == found.end() && other == expected.end()) return;
  const auto offset = static_cast<size_t>(at - found.begin());
  const size_t begin = offset < 100 ? 0 : offset - 100;
  ADD_FAILURE() << "another byte at " << offset << " of " << found.size() << ":\n"
                << found.substr(begin, 200) << "\ninstead of, of " << expected.size() << ":\n"
                << expected.substr(begin, 200);
}

class DeferredRows : public testing::Test {
 protected:
  DeferredRows() : server_(std::move(lab::DnsServer::start(zone_from(kZone)).value())) {}

  std::vector<std::string> arguments(const std::vector<std::string>& files,
                                     const std::string& memory,
                                     const std::vector<std::string>& flags) const {
    std::vector<std::string> all = {"validate"};
    all.insert(all.end(), files.begin(), files.end());
    all.insert(all.end(), {"--resolver", "127.0.0.1:" + std::to_string(server_->port()),
                           "--timeout", "200ms", "--tries", "1", "--max-unknown", "100%", "-v",
                           "--progress", "none", "--memory", memory});
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
  }

  // With little memory rows wait on disk; the output is the same as with much.
  void expect_same(const std::vector<std::string>& files,
                   const std::vector<std::string>& flags = {}, const std::string& input = {}) {
    const Outcome much =
        run_program({.arguments = arguments(files, "1G", flags), .stdin_text = input});
    ASSERT_EQ(much.exit_code, 0) << much.err;
    EXPECT_THAT(much.err, Not(HasSubstr("rows waited on disk")));
    const Outcome little =
        run_program({.arguments = arguments(files, "1M", flags), .stdin_text = input});
    ASSERT_EQ(little.exit_code, 0) << little.err;
    EXPECT_THAT(little.err, HasSubstr("rows waited on disk"));
    EXPECT_GT(much.out.size(), 100U);
    expect_equal_rows(little.out, much.out);
  }

  TempDir folder_;
  std::unique_ptr<lab::DnsServer> server_;
};

TEST_F(DeferredRows, OfAPlainFile) {
  expect_same({folder_.write("list.csv", plain_csv())});
}

// Standard input is read again too if it is a file.
TEST_F(DeferredRows, OfStandardInput) {
  expect_same({}, {}, plain_csv());
}

TEST_F(DeferredRows, OfAPipe) {
  const std::string list = folder_.write("list.csv", plain_csv());
  const Outcome much = run_program({.arguments = arguments({list}, "1G", {})});
  const std::string fifo = folder_.file("in");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  ChildSpec cat;
  cat.command = {"/bin/cat", list};
  cat.stdout_path = fifo;
  Child feeding(cat);
  const Outcome little = run_program({.arguments = arguments({fifo}, "1M", {})});
  ASSERT_EQ(little.exit_code, 0) << little.err;
  EXPECT_THAT(little.err, HasSubstr("rows waited on disk"));
  expect_equal_rows(little.out, much.out);
}

TEST_F(DeferredRows, ThatArePaddedAndRagged) {
  expect_same({folder_.write("list.csv", csv_of("", ",x,y,z"))});
}

TEST_F(DeferredRows, OfJsonlWithLinesThatAreNotJson) {
  expect_same({folder_.write("list.jsonl", jsonl())});
}

TEST_F(DeferredRows, OfAnotherFormat) {
  expect_same({folder_.write("list.csv", plain_csv())}, {"--output-format", "jsonl"});
}

TEST_F(DeferredRows, OfTheAddressAlone) {
  expect_same({folder_.write("list.csv", plain_csv())}, {"--mode", "minimal"});
}

TEST_F(DeferredRows, OfWhichSomeAreWritten) {
  expect_same({folder_.write("list.csv", plain_csv())}, {"--only", "null_mx,invalid"});
}

TEST_F(DeferredRows, OfManyFiles) {
  std::vector<std::string> files = {folder_.write("list.csv", plain_csv())};
  for (size_t i = 0; i < limits::kFilesHeldMax + 20; ++i) {
    files.push_back(folder_.write("more" + std::to_string(i) + ".csv",
                                  "id,email,note\n" + std::to_string(i) + ",a@good0.test,x"));
  }
  expect_same(files);
}

TEST_F(DeferredRows, OverTheCapOfARow) {
  std::string list = plain_csv();
  list += "1,\"" + std::string(limits::kRowBytesMax + 100'000, 'x') + "\"\n";
  list += "2,last@null.test,x\n";
  expect_same({folder_.write("list.csv", list)});
}

TEST_F(DeferredRows, OfGzip) {
  const std::string list = folder_.write("list.csv", plain_csv());
  ChildSpec gzip;
  gzip.command = {"/bin/gzip", "-k", list};
  ASSERT_EQ(Child(gzip).wait(30'000), 0);
  expect_same({list + ".gz"});
}

// Their rows need no bytes, but keys.
TEST_F(DeferredRows, OfWhichOnlyDomainsAreWritten) {
  std::string list = "email\n" + address(0) + "\n";
  for (int row = 0; row < 400'000; ++row) list += "a@good" + std::to_string(row % 2) + ".test\n";
  const Outcome little = run_program(
      {.arguments = arguments({folder_.write("list.csv", list)}, "1M", {"--mode", "domains"})});
  EXPECT_EQ(little.exit_code, 0) << little.err;
  EXPECT_THAT(little.err, HasSubstr("rows waited on disk"));
  EXPECT_THAT(little.out, testing::ContainsRegex("^domain,[^\n]*\nsilent.test,unknown,[^\n]*\n"
                                                 "good0.test,mx_ok,[^\n]*\n"
                                                 "good1.test,mx_ok,[^\n]*\n$"));
}

TEST_F(DeferredRows, StayInMemoryIfThereIsNoDisk) {
  const std::string list = folder_.write("list.csv", plain_csv());
  const Outcome much = run_program({.arguments = arguments({list}, "1G", {})});
  const Outcome stuck = run_program({.arguments = arguments({list}, "1M", {}),
                                     .environment = {{"TMPDIR", folder_.file("none")}}});
  EXPECT_EQ(stuck.exit_code, 0) << stuck.err;
  EXPECT_THAT(stuck.err, AllOf(HasSubstr("reading waited for verdicts"),
                               HasSubstr(folder_.file("none") + ": No such file")));
  expect_equal_rows(stuck.out, much.out);
}

// Runs until all of list.csv is read and waits; then calls `change`.
class ListOnDisk : public DeferredRows {
 protected:
  template <class Change>
  int run_and(Change change) {
    const std::string list = folder_.write("list.csv", plain_csv());
    const std::string fifo = folder_.file("more");  // opened when list.csv is read to its end
    EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    folder_.write("out.csv", "of last night\n");
    RunningProgram run(
        {.arguments = arguments({list, fifo}, "1M", {"--output", folder_.file("out.csv")})});
    int writer = -1;
    EXPECT_TRUE(wait_until([&] {
      writer = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      return writer >= 0;
    }));
    change(list);
    EXPECT_EQ(::write(writer, "id,email,note\n", 14), 14);
    ::close(writer);
    const Outcome outcome = run.finish();
    err_ = outcome.err;
    return outcome.exit_code;
  }

  std::string err_;
};

TEST_F(ListOnDisk, ThatChangesIsCode4AndTheOldOutputStays) {
  const int code = run_and([](const std::string& list) {
    std::fstream file(list, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2'000'000);
    file << "x";
  });
  EXPECT_EQ(code, 4);
  EXPECT_THAT(err_, HasSubstr("list.csv changed while it was read; run again\n"));
  EXPECT_EQ(read_text(folder_.file("out.csv")), "of last night\n");
  EXPECT_EQ(folder_.listing(), "list.csv more out.csv");
}

TEST_F(ListOnDisk, ThatIsCutOffIsCode4) {
  EXPECT_EQ(run_and([](const std::string& list) { std::filesystem::resize_file(list, 100); }), 4);
  EXPECT_THAT(err_, HasSubstr("list.csv changed while it was read; run again\n"));
}

TEST_F(ListOnDisk, ThatIsReplacedOrRemovedIsStillReadWhole) {
  EXPECT_EQ(run_and([](const std::string& list) { std::filesystem::remove(list); }), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("rows waited on disk"));
  const std::string out = read_text(folder_.file("out.csv"));
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), kRows + 1);
}

// A writer that waits for the answer to its row gets it.
TEST_F(DeferredRows, APipeThatTricklesGetsItsAnswersAsTheyCome) {
  const std::string fifo = folder_.file("in");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int input = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC);
  ChildSpec spec;
  spec.command = arguments({}, "1M", {"--columns", "verdict"});
  spec.command.insert(spec.command.begin(), program());
  spec.stdin_path = fifo;
  spec.stdout_path = folder_.write("out", "");
  spec.stderr_path = folder_.write("err", "");
  Child child(spec);
  std::string expected = "email,mx_verdict\n";
  std::string rows = "email\n";
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i <= round; ++i) {  // several at a time too
      rows += "a@good0.test\nb@null.test\n";
      expected += "a@good0.test,mx_ok\nb@null.test,null_mx\n";
    }
    ASSERT_EQ(::write(input, rows.data(), rows.size()), static_cast<ssize_t>(rows.size()));
    rows.clear();
    ASSERT_TRUE(wait_until([&] { return read_text(spec.stdout_path) == expected; }))
        << read_text(spec.stdout_path) << read_text(spec.stderr_path);
  }
  ::close(input);
  EXPECT_EQ(child.wait(30'000), 0);
}

// With code 4, rows that should wait for the first answer were written to standard output.
TEST_F(DeferredRows, APipeThatBreaksOffBeforeTheFirstAnswerGivesNoRows) {
  const std::string fifo = folder_.file("in");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int input = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC);
  const auto send = [&](std::string_view rows) {
    ASSERT_EQ(::write(input, rows.data(), rows.size()), static_cast<ssize_t>(rows.size()));
    ASSERT_TRUE(wait_until([&] {
      int unread = 0;
      return ::ioctl(input, FIONREAD, &unread) == 0 && unread == 0;
    }));
  };
  ChildSpec spec;
  spec.command = arguments({}, "1M", {});
  spec.command.insert(spec.command.begin(), program());
  spec.stdin_path = fifo;
  spec.stdout_path = folder_.write("out", "");
  spec.stderr_path = folder_.write("err", "");
  Child child(spec);
  std::string rows = "email\n";
  for (int i = 0; i < 50'000; ++i) rows += "foo\n";  // more than the output's buffer holds
  send(rows);
  send("\"never closed\nfoo\n");
  ::close(input);
  EXPECT_EQ(child.wait(30'000), 4) << read_text(spec.stderr_path);
  EXPECT_EQ(read_text(spec.stdout_path), "");
}

// A small disk of its own, mounted so that only the child sees it.
TEST_F(DeferredRows, IfTheDiskIsFullTheRestStaysInMemory) {
  const std::string small = folder_.file("small");
  std::filesystem::create_directory(small);
  ChildSpec spec;
  spec.command = {"/bin/bash", "-c",
                  "unshare -m true || exit 99; exec unshare -m /bin/bash -c"
                  " 'mount -t tmpfs -o size=64k none \"$TMPDIR\" || exit 99; exec \"$0\" \"$@\"'"
                  " \"$0\" \"$@\"",
                  program()};
  const std::string list = folder_.write("list.csv", plain_csv());
  const std::vector<std::string> words =
      arguments({list}, "1M", {"--output", folder_.file("out.csv")});
  spec.command.insert(spec.command.end(), words.begin(), words.end());
  spec.environment = {{"TMPDIR", small}};
  spec.stderr_path = folder_.write("err", "");
  Child child(spec);
  const std::optional<int> code = child.wait(60'000);
  const std::string said = read_text(spec.stderr_path);
  if (code == 99) GTEST_SKIP() << "no file system can be mounted here: " << said;
  EXPECT_EQ(code, 0) << said;
  EXPECT_THAT(said, HasSubstr("No space left on device"));
  const std::string out = read_text(folder_.file("out.csv"));
  const Outcome much = run_program({.arguments = arguments({list}, "1G", {})});
  expect_equal_rows(out, much.out);
}

}  // namespace
}  // namespace mxbulk::test
