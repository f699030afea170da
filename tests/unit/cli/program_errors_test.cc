// Errors of the whole program: the exit code, and one line on standard error with the fault, its
// place, and what to do next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ProgramErrors : public testing::Test {
 protected:
  // Runs `validate FILE` with an output and more flags; it must fail before it sends a query, and
  // leave nothing but the input.
  Outcome validate(const std::string& name, const std::string& text,
                   const std::vector<std::string>& flags = {}) {
    std::vector<std::string> arguments = {"validate", folder_.write(name, text), "--output",
                                          folder_.file("out.csv")};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    // In the environment, so that a flag can replace it: no test asks the resolver of the machine.
    Outcome run =
        run_program({.arguments = arguments, .environment = {{"MXBULK_RESOLVER", "lab"}}});
    EXPECT_EQ(folder_.listing(), name);
    return run;
  }
  static void expect_one_line(const Outcome& run, int exit_code) {
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_THAT(run.err, AllOf(StartsWith("mxbulk: "), EndsWith("\n")));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }

  TempDir folder_;
};

TEST_F(ProgramErrors, InputThatDoesNotExist) {
  const std::string path = folder_.file("none.csv");
  const Outcome run = run_program({.arguments = {"validate", path, "--resolver", "lab"}});
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, HasSubstr(path + ": No such file or directory; check the path"));
}

// No column is added, so that none can conflict.
TEST_F(ProgramErrors, ExtractTakesWhatValidateWrote) {
  const std::string list = folder_.write("list.csv", "mx_verdict,email\nmx_ok,a@good.example\n");
  const Outcome run = run_program({.arguments = {"extract", "-q", list}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("good.example"));
}

TEST_F(ProgramErrors, InputThatIsAFolder) {
  const Outcome run = run_program({.arguments = {"validate", folder_.path(), "-r", "lab"}});
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, HasSubstr("name a file"));
}

TEST_F(ProgramErrors, EmptyInput) {
  const Outcome run = validate("list.csv", "");
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, HasSubstr("list.csv: empty"));
}

TEST_F(ProgramErrors, EmptyStandardInput) {
  const Outcome run = run_program({.arguments = {"validate", "--resolver", "lab"}});
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, HasSubstr("empty"));
}

TEST_F(ProgramErrors, NoColumnOfAddresses) {
  const Outcome run = validate("list.csv", "name,city\nAda,London\n");
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, AllOf(HasSubstr("list.csv:1: no column holds"), HasSubstr("-s"),
                             HasSubstr("\"name\", \"city\""), Not(HasSubstr("Ada"))));
}

TEST_F(ProgramErrors, TwoColumnsOfAddresses) {
  const Outcome run = validate("list.csv", "home,work\nada@home.test,ada@work.test\n");
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, AllOf(HasSubstr("list.csv:1: more than one column holds addresses"),
                             HasSubstr("\"home\" (ada@home.test)"),
                             HasSubstr("\"work\" (ada@work.test)"), HasSubstr("-s ")));
}

TEST_F(ProgramErrors, ColumnThatDoesNotExist) {
  for (const char* column : {"nope", "3"}) {
    const Outcome run =
        validate("list.csv", "home,work\na@home.test,b@work.test\n", {"-s", column});
    expect_one_line(run, 2);
    EXPECT_THAT(run.err,
                AllOf(HasSubstr("no column"), HasSubstr(column), HasSubstr("\"home\", \"work\"")));
  }
}

TEST_F(ProgramErrors, WrongResolver) {
  for (const char* resolver : {"nonsense", "127.0.0.1:99999", "127.0.0.1:0", "[::1", "1.2.3",
                               "@/nonexistent/resolv.conf"}) {
    const Outcome run = validate("list.csv", "email\na@b.test\n", {"--resolver", resolver});
    expect_one_line(run, 2);
    EXPECT_THAT(run.err,
                AllOf(HasSubstr("--resolver"), HasSubstr(std::string(resolver).substr(1))));
  }
}

TEST_F(ProgramErrors, LabBesideAnotherResolver) {
  const Outcome run = validate("list.csv", "email\na@b.test\n", {"-r", "lab,127.0.0.1"});
  expect_one_line(run, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("--resolver: lab"), HasSubstr("name it alone")));
}

TEST_F(ProgramErrors, UnknownFlag) {
  const Outcome run = validate("list.csv", "email\na@b.test\n", {"--resolvers", "lab"});
  expect_one_line(run, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("--resolvers"), HasSubstr("did you mean --resolver?")));
}

TEST_F(ProgramErrors, UnknownCommand) {
  const Outcome run = run_program({.arguments = {"validat"}});
  expect_one_line(run, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean validate?"));
}

TEST_F(ProgramErrors, WrongValue) {
  for (const auto& [flag, value] :
       {std::pair{"--timeout", "5x"}, std::pair{"--qps", "many"}, std::pair{"--max-unknown", "7"},
        std::pair{"--only", "fine"}, std::pair{"--format", "xml"}, std::pair{"--memory", "1Q"}}) {
    const Outcome run = validate("list.csv", "email\na@b.test\n", {flag, value});
    expect_one_line(run, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr(flag), HasSubstr(value)));
  }
}

TEST_F(ProgramErrors, ForbiddenProbes) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"--probe", "banner", "-r", "lab,127.0.0.1:1"}, "name it alone"},
      {{"--probe", "ehlo", "-r", "127.0.0.1:1"}, "--helo"},
      {{"--probe", "banner", "-r", "127.0.0.1:1", "--source-ip", "192.0.2.1"}, "--source-ip"},
      {{"--probe", "banner", "-r", "127.0.0.1:1", "--probe-exclude", "/nonexistent/out"},
       "cannot read /nonexistent/out"},
      {{"--allow-net", "10.0.0.0/40"}, "--allow-net"}};
  for (const auto& [flags, expected] : cases) {
    const Outcome run = validate("list.csv", "email\na@b.test\n", flags);
    expect_one_line(run, 2);
    EXPECT_THAT(run.err, HasSubstr(expected));
  }
}

TEST_F(ProgramErrors, OutputFolderThatDoesNotExist) {
  const std::string output = folder_.file("none/out.csv");
  const Outcome run = validate("list.csv", "email\na@b.test\n", {"--output", output});
  expect_one_line(run, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr(output), HasSubstr("there is no folder " +
                                                          folder_.file("none") + "; create it")));
}

// A list of addresses was invalid from the first line to the last, with exit code 0 and no hint.
TEST_F(ProgramErrors, ResolveOnAddressesSuggestsValidate) {
  const std::string list = folder_.write("plain.csv", "a@gmail.com\n\nb@gone.example\n");
  const Outcome run = run_program({.arguments = {"resolve", list, "-r", "lab"}});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err,
              HasSubstr("mxbulk: warning: these are addresses, not domains; did you mean: mxbulk "
                        "validate " +
                        list + "\n"));
  const std::string domains = folder_.write("domains.txt", "gmail.com\n\n# c\ngone.example\na@x\n");
  const Outcome plain = run_program({.arguments = {"resolve", domains, "-r", "lab"}});
  EXPECT_THAT(plain.err, Not(HasSubstr("warning")));
  EXPECT_EQ(std::count(plain.out.begin(), plain.out.end(), '\n'), 4) << "none for the blank line";
}

// Another member was validated; with -q nothing said so.
TEST_F(ProgramErrors, AMemberThatIsNotThere) {
  const Outcome run =
      validate("rows.jsonl", "{\"email\":\"a@gmail.com\"}\n", {"-s", "nosuch", "-q"});
  expect_one_line(run, 2);
  EXPECT_THAT(run.err, HasSubstr("no record has a text at \"nosuch\""));
}

TEST_F(ProgramErrors, ErrorAsJson) {
  const Outcome run = validate("list.csv", "", {"--progress", "json"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.err, AllOf(StartsWith("{"), EndsWith("}\n"), HasSubstr("\"exit_code\":4")));
}

TEST_F(ProgramErrors, NamesAreEscapedBeforeATerminalSeesThem) {
  const Outcome run =
      run_program({.arguments = {"validate", "/none/\x1b[31mred\n.csv", "--resolver", "lab"}});
  expect_one_line(run, 4);
  EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace mxbulk::test
