// Resolvers that give false answers, over real sockets: the built-in server, in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/fault_profile.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct FalseAnswerCase {
  const char* name;
  FaultProfile faults;
  const char* words;  // of the message
};
void PrintTo(const FalseAnswerCase& one, std::ostream* out) {
  *out << one.name;
}

class FalseAnswers : public testing::Test {
 protected:
  // One server for each profile, all with the same zone.
  void serve(size_t domains, const std::vector<FaultProfile>& profiles) {
    world_ = make_bulk_world(domains);
    for (const FaultProfile& faults : profiles) {
      auto server = lab::DnsServer::start(zone_from(world_.zone_text), play(faults));
      ASSERT_TRUE(server.ok()) << server.status().message();
      servers_.push_back(std::move(server.value()));
    }
  }
  [[nodiscard]] std::string endpoint(size_t index) const {
    return "127.0.0.1:" + std::to_string(servers_[index]->port());
  }
  [[nodiscard]] std::string resolvers() const {
    std::string all;
    for (size_t i = 0; i < servers_.size(); ++i) all += (i == 0 ? "" : ",") + endpoint(i);
    return all;
  }
  ProgramCall call(const std::vector<std::string>& more = {}) {
    ProgramCall call;
    call.arguments = validate_arguments(folder_.write("list.csv", world_.list), resolvers(),
                                        folder_.file("out.csv"));
    call.arguments.insert(call.arguments.end(), more.begin(), more.end());
    return call;
  }
  Outcome validate(const std::vector<std::string>& more = {}) { return run_program(call(more)); }
  void expect_all_right(const Outcome& run) {
    ASSERT_EQ(run.exit_code, 0) << run.err;
    test::expect_all_right(world_, read_text(folder_.file("out.csv")));
  }

  BulkWorld world_;
  std::vector<std::unique_ptr<lab::DnsServer>> servers_;
  TempDir folder_;
};

// Four questions, each three times at most if the machine is busy; none of the list's.
constexpr uint64_t kCheckQueriesMax = 4 * 3;

class EachFalseAnswer : public FalseAnswers, public testing::WithParamInterface<FalseAnswerCase> {};

INSTANTIATE_TEST_SUITE_P(
    All, EachFalseAnswer,
    testing::Values(
        FalseAnswerCase{"AddressForAll", {.answers_all = true}, "a name that does not exist"},
        FalseAnswerCase{"DeniesAll", {.denies_all = true}, "denies that the root"}),
    [](const testing::TestParamInfo<FalseAnswerCase>& one) { return one.param.name; });

TEST_P(EachFalseAnswer, OfTheOnlyResolverMeansNoOutput) {
  serve(500, {GetParam().faults});
  const Outcome run = validate();
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("gives false answers"), HasSubstr(GetParam().words),
                             HasSubstr(endpoint(0)), HasSubstr("--resolver")));
  EXPECT_EQ(folder_.listing(), "list.csv");
  EXPECT_LE(servers_[0]->counters().udp_questions, kCheckQueriesMax) << "nothing was asked for";
}

TEST_P(EachFalseAnswer, OfOneOfThreeExcludesThatOne) {
  serve(2'000, {{}, GetParam().faults, {}});
  const Outcome run = validate();
  expect_all_right(run);
  EXPECT_THAT(run.err, AllOf(HasSubstr("excluded, because"), HasSubstr(endpoint(1)),
                             HasSubstr(GetParam().words)));
  EXPECT_LE(servers_[1]->counters().udp_questions, kCheckQueriesMax);
}

TEST_P(EachFalseAnswer, OfOneOfThreePrintsNothingForCron) {
  serve(100, {{}, {}, GetParam().faults});
  const Outcome run = validate({"-q"});
  expect_all_right(run);
  EXPECT_EQ(run.err, "");
}

TEST_P(EachFalseAnswer, OfOneOfThreeIsInTheSummary) {
  serve(100, {GetParam().faults, {}, {}});
  const std::string summary = folder_.file("summary.json");
  const Outcome run = validate({"--summary-json", summary});
  expect_all_right(run);
  EXPECT_THAT(read_text(summary), HasSubstr("\"excluded\":[\"" + endpoint(0)));
}

TEST_P(EachFalseAnswer, OfAllMeansNoOutputAndNamesEach) {
  serve(100, {GetParam().faults, GetParam().faults});
  const Outcome run = validate();
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr(endpoint(0)), HasSubstr(endpoint(1))));
  EXPECT_EQ(folder_.listing(), "list.csv");
}

// With a resolver that is down, each line gets a record; with one that gives false answers, none.
TEST_P(EachFalseAnswer, EndsResolveToo) {
  serve(8, {GetParam().faults});
  const Outcome run = run_program({.arguments = {"resolve", "-r", resolvers()},
                                   .stdin_text = "d3.bulk.example\nd5.bulk.example\n"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr(GetParam().words));
  EXPECT_EQ(run.out, "");
}

TEST_P(EachFalseAnswer, IsWhatCheckSays) {
  serve(8, {GetParam().faults});
  const Outcome run = run_program({.arguments = {"check", "d3.bulk.example", "-r", resolvers()}});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr(GetParam().words));
}

TEST_P(EachFalseAnswer, OfOneOfTwoIsAStepOfCheck) {
  serve(8, {{}, GetParam().faults});
  const Outcome run = run_program({.arguments = {"check", "d1.bulk.example", "-r", resolvers()}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("excluded: " + endpoint(1)), HasSubstr("mx_ok/mx")));
}

TEST_P(EachFalseAnswer, FromMidRunOnFailsTheRun) {
  serve(20'000, {FaultProfile()});
  RunningProgram run(call({"--qps", "5000"}));
  ASSERT_TRUE(wait_until([&] { return servers_[0]->counters().udp_questions > 3'000; }));
  servers_[0]->set_answer_hook(play(GetParam().faults));
  const Outcome outcome = run.finish();
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("during the run"), HasSubstr(endpoint(0))));
  EXPECT_EQ(folder_.listing(), "list.csv");
}

TEST_F(FalseAnswers, CheckShowsNoQuestionAboutACorrectOne) {
  serve(8, {FaultProfile()});
  const Outcome run = run_program({.arguments = {"check", "d1.bulk.example", "-r", resolvers()}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("mx_ok/mx"), Not(HasSubstr("invalid")), Not(HasSubstr("SOA"))));
}

// --- canaries ------------------------------------------------------------------------------------

TEST_F(FalseAnswers, ACanaryThatIsWellChangesNothing) {
  serve(500, {FaultProfile(), FaultProfile()});
  expect_all_right(validate({"--canary", "d0.bulk.example,d1.bulk.example"}));
}

TEST_F(FalseAnswers, ACanaryWithoutMxIsNamed) {
  serve(500, {FaultProfile()});
  const Outcome run = validate({"--canary", "d0.bulk.example", "--canary", "d3.bulk.example"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("canary d3.bulk.example"), HasSubstr("--canary")));
  EXPECT_EQ(folder_.listing(), "list.csv");
}

TEST_F(FalseAnswers, AListOfOnlyDeadDomainsRunsToItsEnd) {
  serve(8, {FaultProfile()});
  world_.list = "email\n";
  world_.expected.clear();
  for (int i = 0; i < 10'000; ++i) {
    world_.list += "someone@d" + std::to_string(i + 8) + ".bulk.example\n";
  }
  const Outcome run = validate();
  EXPECT_EQ(run.exit_code, 0) << run.err;
}

// --- letters -------------------------------------------------------------------------------------

TEST_F(FalseAnswers, AResolverThatFoldsLettersIsFoundAtTheStart) {
  serve(2'000, {{.folds_case = true}});
  const Outcome run = validate({"--verbose"});
  expect_all_right(run);
  EXPECT_THAT(run.err, HasSubstr(" 0 forged answers dropped"));
}

TEST_F(FalseAnswers, OneOfThreeThatFoldsTheCaseChangesNothing) {
  serve(2'000, {{}, {.folds_case = true}, {}});
  const Outcome run = validate({"--verbose"});
  expect_all_right(run);
  EXPECT_THAT(run.err, HasSubstr(" 0 forged answers dropped"));
}

TEST_F(FalseAnswers, AResolverThatFoldsLettersFromMidRunChangesNoVerdict) {
  serve(1'000, {FaultProfile()});
  RunningProgram run(call({"--qps", "1000", "--verbose"}));
  ASSERT_TRUE(wait_until([&] { return servers_[0]->counters().udp_questions > 300; }));
  servers_[0]->set_answer_hook(play({.folds_case = true}));
  const Outcome outcome = run.finish();
  expect_all_right(outcome);
  EXPECT_THAT(outcome.err, Not(HasSubstr(" 0 forged answers dropped")))
      << "was the case not mixed?";
}

}  // namespace
}  // namespace mxbulk::test
