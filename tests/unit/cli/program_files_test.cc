// The files of a run: those that it writes, and that it overwrites no others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Strings = std::vector<std::string>;

constexpr const char* kList = "email\na@gmail.com\nb@null.example\nnobody\n";

class ProgramFiles : public testing::Test {
 protected:
  // Runs a command on files of the folder: in `arguments`, `%/` stands for it.
  Outcome run(Strings arguments, ProgramCall call = {}) {
    for (std::string& argument : arguments) argument = in_folder(argument);
    call.arguments = std::move(arguments);
    return run_program(call);
  }
  Outcome validate(const Strings& flags, ProgramCall call = {}) {
    Strings arguments = {"validate", "%/list.csv", "-r", "lab"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run(std::move(arguments), std::move(call));
  }
  [[nodiscard]] std::string in_folder(std::string text) const {
    const size_t at = text.find("%/");
    if (at != std::string::npos) text.replace(at, 2, folder_.path() + "/");
    return text;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    return read_text(folder_.file(name));
  }

  TempDir folder_;
  std::string list_ = folder_.write("list.csv", kList);
};

// --- no other file is overwritten --------------------------------------------------------------

TEST_F(ProgramFiles, NoOutputIsAnInput) {
  std::filesystem::create_hard_link(list_, folder_.file("hard.csv"));
  folder_.write("exclude", "192.0.2.0/24\n");
  folder_.write("config.toml", "quiet = true\n");
  folder_.write("resolvers", "nameserver 127.0.0.1\n");
  folder_.write("free.txt", "x.example\n");  // of --lists
  const std::string before = folder_.listing();
  const std::vector<Strings> calls = {
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/list.csv"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/./list.csv", "--only", "mx_ok"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/hard.csv"},
      {"validate", "%/list.csv", "-r", "lab", "--summary-json", "%/list.csv"},
      {"validate", "%/list.csv", "--dry-run", "--summary-json", "%/list.csv"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/exclude", "--probe-exclude", "%/exclude"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/config.toml", "--config", "%/config.toml"},
      {"validate", "%/list.csv", "-r", "@" + folder_.file("resolvers"), "-o", "%/resolvers"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/free.txt", "--lists", "%/"},
      {"resolve", "%/list.csv", "-r", "lab", "--summary-json", "%/free.txt", "--lists", "%/"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/new.csv", "--summary-json", "%/./new.csv"},
      {"validate", "%/list.csv", "-r", "lab", "-o", "%/{action}.csv", "--summary-json",
       "%/send.csv"},
      {"extract", "%/list.csv", "-o", "%/list.csv"},
      {"extract", "%/list.csv", "--summary-json", "%/list.csv"},
      {"resolve", "%/list.csv", "-r", "lab", "-o", "%/list.csv"}};
  for (const Strings& call : calls) {
    const Outcome outcome = run(call);
    EXPECT_EQ(outcome.exit_code, 2) << testing::PrintToString(call) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("is the same file as"));
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(text("list.csv"), kList);
    EXPECT_EQ(text("resolvers"), "nameserver 127.0.0.1\n");
    EXPECT_EQ(folder_.listing(), before);
  }
}

// The settings may come from the environment too.
TEST_F(ProgramFiles, NoOutputIsTheConfigFileOfTheEnvironment) {
  const std::string config = folder_.write("config.toml", "quiet = true\n");
  ProgramCall call;
  call.environment = {{"MXBULK_CONFIG", config}};
  EXPECT_EQ(validate({"-o", "%/config.toml"}, call).exit_code, 2);
  EXPECT_EQ(text("config.toml"), "quiet = true\n");
}

// `mxbulk validate - -o list.csv < list.csv`
TEST_F(ProgramFiles, NoOutputIsTheFileOfStandardInput) {
  for (const std::string input : {"-", "/dev/stdin"}) {
    ChildSpec shell;
    shell.command = {"/bin/sh", "-c",  "\"$0\" validate \"$2\" -r lab -q -o \"$1\" < \"$1\"",
                     program(), list_, input};
    Child child(shell);
    EXPECT_EQ(child.wait(30'000), 2);
    EXPECT_EQ(text("list.csv"), kList);
  }
}

// `mxbulk validate list.csv >> list.csv`
TEST_F(ProgramFiles, StandardOutputIsNotTheInput) {
  ChildSpec shell;
  shell.command = {"/bin/sh", "-c", "\"$0\" validate \"$1\" -r lab -q >> \"$1\"", program(), list_};
  Child child(shell);
  EXPECT_EQ(child.wait(30'000), 2);
  EXPECT_EQ(text("list.csv"), kList);
}

TEST_F(ProgramFiles, DevicesDoNotConflict) {
  EXPECT_EQ(validate({"-o", "/dev/null", "--summary-json", "/dev/null"}).exit_code, 0);
  const Outcome outcome = validate({"-o", "/dev/stdout", "--summary-json", "/dev/stderr", "-q"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("a@gmail.com,mx_ok"));
  EXPECT_THAT(outcome.err, HasSubstr("\"rows\":3"));
  const Outcome dry = validate({"--dry-run", "--summary-json", "-", "-q"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("\"dry_run\":true"));
}

// --- one file for each value -------------------------------------------------------------------

TEST_F(ProgramFiles, SplitOutputsReplaceThoseOfAnEarlierRun) {
  folder_.write("of.retry.csv", "of yesterday\n");
  const Outcome outcome =
      validate({"-o", "%/of.{action}.csv", "--columns", "verdict", "--summary-json", "%/s.json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(text("of.send.csv"), "email,mx_verdict\na@gmail.com,mx_ok\n");
  EXPECT_EQ(text("of.suppress.csv"), "email,mx_verdict\nb@null.example,null_mx\nnobody,invalid\n");
  EXPECT_EQ(text("of.retry.csv"), "email,mx_verdict\n");
  EXPECT_EQ(folder_.listing(),
            "list.csv of.none.csv of.retry.csv of.review.csv of.send.csv of.suppress.csv s.json");
  EXPECT_THAT(outcome.err, HasSubstr("of.suppress.csv (2 rows)\n"));
  EXPECT_THAT(text("s.json"), HasSubstr("of.suppress.csv\",\"rows\":2}"));
}

TEST_F(ProgramFiles, SplitByBothOfDomainsAndCompressed) {
  EXPECT_EQ(validate({"-o", "%/{verdict}.{action}.csv"}).exit_code, 0);
  const std::filesystem::directory_iterator all(folder_.path());
  EXPECT_EQ(std::distance(begin(all), end(all)), 1 + 7 * 5);
  EXPECT_EQ(validate({"-o", "%/{verdict}.jsonl", "--mode", "domains"}).exit_code, 0);
  EXPECT_THAT(text("null_mx.jsonl"), HasSubstr("{\"domain\":\"null.example\""));
  EXPECT_EQ(text("unknown.jsonl"), "");
  EXPECT_EQ(validate({"-o", "%/{verdict}.csv.gz", "--only", "mx_ok"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_.file("mx_ok.csv.gz")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("invalid.csv.gz")));
}

TEST_F(ProgramFiles, SplitOutputsAppearTogetherOrNotAtAll) {
  folder_.write("send.csv", "of yesterday\n");
  std::filesystem::create_directory(folder_.file("review.csv"));
  const Outcome outcome = validate({"-o", "%/{action}.csv"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("review.csv"));
  EXPECT_EQ(text("send.csv"), "of yesterday\n");
  EXPECT_EQ(folder_.listing(), "list.csv review.csv send.csv");
}

TEST_F(ProgramFiles, AnUnknownPlaceholderIsAnErrorThatListsThem) {
  const Outcome outcome = validate({"-o", "%/{reason}.csv"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("{reason}"));
  EXPECT_THAT(outcome.err, HasSubstr("{action} or {verdict}"));
  EXPECT_EQ(run({"extract", "%/list.csv", "-o", "%/{verdict}.jsonl"}).exit_code, 2);
  EXPECT_EQ(run({"resolve", "%/list.csv", "-r", "lab", "-o", "%/{action}.jsonl"}).exit_code, 2);
  EXPECT_EQ(folder_.listing(), "list.csv");
}

// --- the columns -------------------------------------------------------------------------------

TEST_F(ProgramFiles, MxEmailIsTheCleanedCell) {
  folder_.write("list.csv",
                "id;email\n1; <Ada.L@GMAIL.com> \n2;\"\"\"b;c\"\"@gmail.com\"\n3;n\n4\n"
                "5;d@b\xC3\xBC"
                "cher.example\n");
  EXPECT_EQ(validate({"--columns", "email,reason", "-q"}).out,
            "id;email;mx_email;mx_reason\n"
            "1; <Ada.L@GMAIL.com> ;Ada.L@gmail.com;mx\n"
            "2;\"\"\"b;c\"\"@gmail.com\";\"\"\"b;c\"\"@gmail.com\";mx\n"
            "3;n;;no_at\n"
            "4;;;bad_row\n"
            "5;d@b\xC3\xBC"
            "cher.example;d@xn--bcher-kva.example;mx\n");
  const Outcome json = validate({"--columns", "email", "--output-format", "jsonl", "-q"});
  EXPECT_THAT(json.out, HasSubstr("\"mx_email\":\"\\\"b;c\\\"@gmail.com\"}\n"));
  EXPECT_THAT(json.out, HasSubstr("\"email\":\"n\",\"mx_email\":null}\n"));
}

TEST_F(ProgramFiles, MinimalHasOnlyTheAddedColumns) {
  EXPECT_EQ(validate({"--mode", "minimal", "--columns", "verdict", "-q"}).out,
            "mx_email,mx_verdict\na@gmail.com,mx_ok\nb@null.example,null_mx\n,invalid\n");
  EXPECT_EQ(validate({"--mode", "minimal", "--columns", "verdict", "-q", "--output-format", "tsv",
                      "-n", "--prefix", "v_"})
                .out,
            "\tinvalid\na@gmail.com\tmx_ok\nb@null.example\tnull_mx\n\tinvalid\n");
  EXPECT_EQ(validate({"--mode", "minimal", "--columns", "verdict", "-q", "--output-format", "jsonl",
                      "--only", "mx_ok"})
                .out,
            "{\"mx_email\":\"a@gmail.com\",\"mx_verdict\":\"mx_ok\"}\n");
}

// It was a blank line, which CSV readers skip.
TEST_F(ProgramFiles, ARowOfOneEmptyCellIsNotABlankLine) {
  const Strings flags = {"--mode", "minimal", "--columns", "email", "-q", "--output-format"};
  for (const char* format : {"csv", "tsv"}) {
    Strings all = flags;
    all.emplace_back(format);
    EXPECT_EQ(validate(all).out, "mx_email\na@gmail.com\nb@null.example\n\"\"\n");
  }
}

TEST_F(ProgramFiles, CsvSafeNeedsADelimiterOtherThanItsMark) {
  folder_.write("list.csv", "id'email\n1'=a@gmail.com\n");
  const Outcome outcome = validate({"-d", "'", "-s", "email", "--csv-safe"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--csv-safe"));
}

// Of two columns with one name loaders refuse the file, or take either.
TEST_F(ProgramFiles, NoAddedColumnHasTheNameOfAnother) {
  for (const Strings& flags :
       std::vector<Strings>{{}, {"--output-format", "jsonl"}, {"--new-columns", "front"}}) {
    Strings all = {"-q", "--prefix", ""};
    all.insert(all.end(), flags.begin(), flags.end());
    const Outcome outcome = validate(all);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("--prefix"));
    EXPECT_EQ(outcome.out, "");
  }
  EXPECT_THAT(validate({"-q", "--prefix", "", "--columns", "verdict"}).out,
              HasSubstr("email,verdict\n"));
  EXPECT_THAT(validate({"-q", "--prefix", "", "--mode", "minimal"}).out,
              HasSubstr("email,verdict,reason"));
}

// resolve and extract ended with code 6, for a flag that only validate has.
TEST_F(ProgramFiles, OnlyValidateHasACodeForAMostlyInvalidList) {
  folder_.write("list.csv", "a\nb\nc@x.example\n");
  const Outcome extract = run({"extract", "%/list.csv", "--format", "lines", "-q"});
  EXPECT_EQ(extract.exit_code, 0) << extract.err;
  EXPECT_EQ(extract.err, "");
  const Outcome resolve =
      run({"resolve", "%/list.csv", "-r", "lab", "-q", "--summary-json", "%/s.json"});
  EXPECT_EQ(resolve.exit_code, 0) << resolve.err;
  EXPECT_EQ(resolve.err, "");
  EXPECT_THAT(text("s.json"), HasSubstr("\"format\":\"lines\"")) << "what was read";
  EXPECT_EQ(validate({"-q"}).exit_code, 6);
}

TEST_F(ProgramFiles, ColumnsInFrontKeepLongRowsAligned) {
  folder_.write("list.csv",
                "\xEF\xBB\xBF"
                "email,x\na@gmail.com,1,2,3\nb@null.example\n");
  const Outcome back = validate({"--columns", "verdict"});
  EXPECT_THAT(back.err, HasSubstr("1 row is longer than the header"));
  EXPECT_THAT(back.err, HasSubstr("--new-columns front"));
  const Outcome front = validate({"--columns", "verdict, relay", "--new-columns", "front"});
  EXPECT_EQ(front.out,
            "\xEF\xBB\xBF"
            "mx_verdict,mx_relay,email,x\nmx_ok,false,a@gmail.com,1,2,3\n"
            "null_mx,false,b@null.example,\n");
  EXPECT_THAT(front.err, Not(HasSubstr("--new-columns")));
}

TEST_F(ProgramFiles, LaterRowsWithOneAddressAreMarked) {
  folder_.write("list.csv", "email\na@gmail.com\n<A@GMAIL.COM>\nnobody\nnobody\nb@gmail.com\n");
  const Outcome outcome =
      validate({"--mark-duplicates", "--columns", "action, lints", "--summary-json", "%/s.json"});
  EXPECT_EQ(outcome.out,
            "email,mx_action,mx_lints\na@gmail.com,send,\n<A@GMAIL.COM>,send,trimmed;duplicate\n"
            "nobody,suppress,\nnobody,suppress,\nb@gmail.com,send,\n");
  EXPECT_THAT(outcome.err, HasSubstr("1 row repeats the address of an earlier one"));
  EXPECT_THAT(text("s.json"), HasSubstr("\"rows_duplicate\":1,"));
  const Outcome dry = validate({"--mark-duplicates", "--dry-run"});
  EXPECT_THAT(dry.err, HasSubstr("1 row repeats the address of an earlier one"));
  EXPECT_THAT(validate({"--dry-run"}).err, Not(HasSubstr("repeats")));
}

// --- the summary as an audit -------------------------------------------------------------------

TEST_F(ProgramFiles, TheSummaryHasTheSettingsOfTheRun) {
  EXPECT_EQ(validate({"-o", "%/out.csv", "--summary-json", "%/s.json", "--columns", "email",
                      "--columns", "reason", "--mode", "append", "--csv-safe"})
                .exit_code,
            0);
  const std::string summary = text("s.json");
  EXPECT_THAT(summary, HasSubstr("\"exit_code\":0,\"error\":null,\"started\":\"20"));
  EXPECT_THAT(summary, HasSubstr("\"columns\":\"email,reason\""));
  EXPECT_THAT(summary, HasSubstr("\"csv-safe\":\"true\""));
  EXPECT_THAT(summary, Not(HasSubstr("\"mode\""))) << "the default";
  EXPECT_THAT(summary, HasSubstr("\"resolvers\":[\"127.0.0.1:"));
  EXPECT_THAT(summary, HasSubstr("out.csv\",\"rows\":3}]"));
  EXPECT_THAT(summary, HasSubstr("\"several\":0,"));
}

TEST_F(ProgramFiles, TooManyUnknownIsInTheSummary) {
  folder_.write("list.csv", "email\na@gmail.com\na@refused.example\n");
  const Outcome outcome = validate({"-o", "%/out.csv", "--summary-json", "%/s.json"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(text("s.json"), HasSubstr("\"exit_code\":3,\"error\":null,"));
}

// The summary of an earlier run would be mistaken for that of this one.
TEST_F(ProgramFiles, ARunThatFailsWritesASummaryWithItsError) {
  const std::vector<std::pair<int, Strings>> calls = {
      {4, {"validate", "%/none.csv", "-r", "lab", "-o", "%/out.csv"}},
      {2, {"validate", "%/list.csv", "-r", "lab", "-o", "%/out.csv", "--columns", "colour"}},
      {2, {"validate", "%/list.csv", "-r", "lab", "-o", "%/list.csv"}},
      {2, {"validate", "%/list.csv", "-r", "lab", "-o", "%/{x}.csv"}},
      {2, {"validate", "%/list.csv", "-r", "lab", "-o", "%/none/out.csv"}},
      {1, {"validate", "%/list.csv", "-r", "lab", "-o", "/dev/full"}},
      {5,
       {"validate", "%/list.csv", "-r", "127.0.0.1:1", "-o", "%/out.csv", "--timeout", "50ms",
        "--dns-deadline", "200ms"}},
      {4, {"extract", "%/none.csv"}},
      {4, {"resolve", "%/none.csv", "-r", "lab"}},
      {4, {"validate", "%/none.csv", "--dry-run"}}};
  for (const auto& [code, call] : calls) {
    folder_.write("s.json", "of yesterday\n");
    Strings arguments = call;
    arguments.insert(arguments.end(), {"--summary-json", "%/s.json"});
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    EXPECT_THAT(text("s.json"),
                HasSubstr("\"exit_code\":" + std::to_string(code) + ",\"error\":\""))
        << testing::PrintToString(call);
    EXPECT_EQ(folder_.listing(), "list.csv s.json");
    EXPECT_EQ(text("list.csv"), kList);
  }
}

// The command line is wrong, and so may be what it says about files.
TEST_F(ProgramFiles, AWrongCommandLineReplacesAnEarlierSummaryAndNothingElse) {
  const std::string earlier = "{\"version\":\"0.1.0\",\"exit_code\":0}\n";
  const std::vector<Strings> calls = {
      {"validate", "%/list.csv", "--only", "foo", "--summary-json", "%/s.json"},
      {"validate", "%/list.csv", "--colums", "verdict", "--summary-json", "%/s.json"},
      {"extract", "%/list.csv", "more", "--summary-json", "%/s.json"},
      {"resolve", "%/list.csv", "--summary-json", "%/s.json", "--tries", "0"}};
  for (const Strings& call : calls) {
    folder_.write("s.json", earlier);
    EXPECT_EQ(run(call).exit_code, 2);
    EXPECT_THAT(text("s.json"), HasSubstr("\"exit_code\":2,\"error\":\""));
  }
  folder_.write("s.json", earlier);
  ProgramCall call;
  call.environment = {{"MXBULK_SUMMARY_JSON", folder_.file("s.json")}};
  EXPECT_EQ(validate({"--only", "foo"}, call).exit_code, 2);
  EXPECT_THAT(text("s.json"), HasSubstr("\"exit_code\":2,"));

  folder_.write("s.json", "some other file\n");
  EXPECT_EQ(validate({"--only", "foo", "--summary-json", "%/s.json"}).exit_code, 2);
  EXPECT_EQ(text("s.json"), "some other file\n");
  folder_.write("list.csv", earlier);
  EXPECT_EQ(validate({"--only", "foo", "--summary-json", "%/list.csv"}).exit_code, 2);
  EXPECT_EQ(text("list.csv"), earlier);
  EXPECT_EQ(validate({"--only", "foo", "--summary-json", "-q"}).exit_code, 2);
  EXPECT_EQ(folder_.listing(), "list.csv s.json");
}

// --- what the system refuses -------------------------------------------------------------------

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they start threads too

constexpr const char* kStrace = "/usr/bin/strace";

// The program with the calls named failing from the N-th on, or at the N-th alone.
ProgramCall with_failing(const std::string& calls, const std::string& error, size_t n, bool on) {
  ProgramCall call;
  call.under = {
      kStrace,
      "-f",
      "-qq",
      "-o",
      "/dev/null",
      "-e",
      "inject=" + calls + ":error=" + error + ":when=" + std::to_string(n) + (on ? "+" : "")};
  return call;
}

// It was an abort, 134, with the temporary file left on the disk. More than 32 MiB are written, so
// that the last of the threads is needed too; the page cache does without it.
TEST_F(ProgramFiles, ARefusedThreadIsAnErrorAndLeavesNothing) {
  if (::access(kStrace, X_OK) != 0) GTEST_SKIP() << "strace is not installed";
  std::string list = "email,note\n";
  const std::string note(400, 'x');
  for (int i = 0; i < 100'000; ++i) list += "a" + std::to_string(i) + "@gmail.com," + note + "\n";
  folder_.write("list.csv", list);
  int refused = 0;
  for (size_t n = 1; n <= 6; ++n) {
    std::filesystem::remove(folder_.file("out.csv"));
    const Outcome outcome = validate({"-o", "%/out.csv", "--progress", "none"},
                                     with_failing("clone,clone3", "EAGAIN", n, true));
    if (outcome.exit_code == 0) {
      EXPECT_EQ(folder_.listing(), "list.csv out.csv");
      const std::string out = text("out.csv");
      EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 100'001);
      EXPECT_GT(out.size(), 32U << 20);
      continue;
    }
    ++refused;
    EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("the system refused a thread"));
    EXPECT_EQ(folder_.listing(), "list.csv");
  }
  EXPECT_EQ(refused, 3) << "the built-in resolver, the network, the reader";
}

// A new summary was left beside exit code 1.
TEST_F(ProgramFiles, IfOneRenameFailsNoOutputAppears) {
  if (::access(kStrace, X_OK) != 0) GTEST_SKIP() << "strace is not installed";
  for (size_t n = 1; n <= 6; ++n) {
    for (const bool on : {false, true}) {
      folder_.write("send.csv", "of yesterday\n");
      folder_.write("s.json", "of yesterday\n");
      std::filesystem::remove(folder_.file("none.csv"));
      const Outcome outcome =
          validate({"-o", "%/{action}.csv", "--columns", "verdict", "--summary-json", "%/s.json"},
                   with_failing("renameat,renameat2,rename", "EIO", n, on));
      SCOPED_TRACE(std::to_string(n) + (on ? "+" : ""));
      EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
      EXPECT_EQ(text("send.csv"), "of yesterday\n");
      EXPECT_EQ(folder_.listing(), "list.csv s.json send.csv");
      if (on) {
        EXPECT_EQ(text("s.json"), "of yesterday\n") << "nothing can be renamed";
      } else {
        EXPECT_THAT(text("s.json"), HasSubstr("\"exit_code\":1,"));
      }
    }
  }
}

#endif

}  // namespace
}  // namespace mxbulk::test
