// `mxbulk state`, and the flags of nights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/flags.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::cli {
namespace {

using test::Outcome;
using testing::HasSubstr;
using testing::Not;
using Strings = std::vector<std::string>;

class StateCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("list.csv", "email\nann@gmail.com\nbob@acme.example\ncy@gone.example\n");
    const Outcome made =
        test::run_program({.arguments = {"validate", folder_.file("list.csv"), "-r", "lab",
                                         "--state", path(), "-o", folder_.file("out.csv"), "-q"}});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  Outcome state(Strings arguments) {
    arguments.insert(arguments.begin(), "state");
    return test::run_program({.arguments = std::move(arguments)});
  }
  [[nodiscard]] std::string path() const { return folder_.file("s.db"); }

  test::TempDir folder_;
};

TEST_F(StateCommand, StatsCounts) {
  EXPECT_THAT(state({"stats", path()}).out, HasSubstr("3 domains"));
  EXPECT_THAT(state({"stats", path(), "--json"}).out,
              HasSubstr(R"("verdicts":{"mx_ok":2,"reachable":0,"no_mx":1,)"));
}

TEST_F(StateCommand, ExportHasALineForEachDomain) {
  const Outcome lines = state({"export", path()});
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 3);
  EXPECT_THAT(lines.out, HasSubstr(R"({"domain":"acme.example","verdict":"mx_ok","reason":"mx",)"
                                   R"("action":"send","lints":null,"mx_count":1,)"));
  ASSERT_EQ(state({"export", path(), "-o", folder_.file("e.csv")}).exit_code, 0);
  EXPECT_THAT(test::read_text(folder_.file("e.csv")),
              testing::StartsWith("domain,verdict,reason,action,"));
}

TEST_F(StateCommand, ForgetLeavesNoByteOfTheDomain) {
  EXPECT_THAT(test::read_text(path()), HasSubstr("acme.example"));
  EXPECT_EQ(state({"forget", path(), "ACME.example"}).out, "ACME.example: forgotten\n");
  EXPECT_THAT(test::read_text(path()), Not(HasSubstr("acme.example")));
  EXPECT_THAT(test::read_text(path()), Not(HasSubstr("aspmx.l.google.com")));
  EXPECT_EQ(state({"forget", path(), "acme.example"}).out, "acme.example: not in the state\n");
  EXPECT_THAT(state({"stats", path()}).out, HasSubstr("2 domains"));
}

TEST_F(StateCommand, PruneKeepsWhatTheLastRunHad) {
  EXPECT_EQ(state({"prune", path()}).out, "0 domains removed\n");
}

TEST_F(StateCommand, SaysWhatIsWrong) {
  EXPECT_EQ(state({}).exit_code, 2);
  EXPECT_EQ(state({"drop", path()}).exit_code, 2);
  EXPECT_EQ(state({"stats", folder_.file("none.db")}).exit_code, 2);
  EXPECT_EQ(state({"forget", path()}).exit_code, 2);
  EXPECT_EQ(state({"stats", path(), "more"}).exit_code, 2);
  EXPECT_EQ(state({"stats", folder_.file("list.csv")}).exit_code, 1);
}

// --- flags ---------------------------------------------------------------------------------------

Result<Invocation> parse(Strings arguments) {
  arguments.insert(arguments.begin(), {"validate", "list.csv"});
  return parse_command_line(arguments, [](const std::string&) { return std::string(); });
}

TEST(NightFlags, AreStored) {
  const auto parsed = parse({"--state", "s.db", "--max-age", "36h", "--dead-after", "3/2d",
                             "--max-shift", "2.5%", "--deadline", "3h", "--run-date", "2024-02-29",
                             "--run-id", "x", "--changes", "c.csv"});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Options& options = parsed.value().options;
  EXPECT_EQ(options.state.path, "s.db");
  EXPECT_EQ(options.state.max_age_s, 36 * 3'600);
  EXPECT_EQ(options.state.dead_after_runs, 3U);
  EXPECT_EQ(options.state.dead_after_s, 48 * 3'600);
  EXPECT_DOUBLE_EQ(options.state.shift_max, 0.025);
  EXPECT_EQ(options.deadline_ms, 3 * 3'600'000);
  EXPECT_EQ(options.run_date, "2024-02-29");
}

TEST(NightFlags, AGateIsAVerdictAnActionOrAReason) {
  const auto parsed = parse(
      {"--fail-if", "no_mx>5%", "--fail-if", "domains:suppress > 10%", "--fail-if", "rfc7505>0"});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const std::vector<FailGate>& gates = parsed.value().options.fail_if;
  ASSERT_EQ(gates.size(), 3U);
  EXPECT_EQ(gates[0].verdict, Verdict::kNoMx);
  EXPECT_DOUBLE_EQ(gates[0].share_max, 0.05);
  EXPECT_TRUE(gates[1].of_domains);
  EXPECT_EQ(gates[1].action, Action::kSuppress);
  EXPECT_EQ(gates[2].reason, "rfc7505");
}

TEST(NightFlags, WrongValuesAreUsage) {
  for (const Strings& wrong : std::vector<Strings>{{"--fail-if", "no_mx"},
                                                   {"--fail-if", "none_such>5%"},
                                                   {"--fail-if", "no_mx>x"},
                                                   {"--run-date", "27.11.26"},
                                                   {"--run-date", "2026-02-30"},
                                                   {"--dead-after", "5"},
                                                   {"--dead-after", "0/1h"},
                                                   {"--max-age", "20"},
                                                   {"--changes", "c.csv"},
                                                   {"--state", ""},
                                                   {"--state", "-"},
                                                   {"--deadline", "400d"}}) {
    const auto parsed = parse(wrong);
    EXPECT_FALSE(parsed.ok()) << wrong[0] << " " << wrong[1];
    EXPECT_EQ(parsed.status().code(), StatusCode::kUsage);
  }
}

}  // namespace
}  // namespace mxbulk::cli
