// How runs with a state end: distrusted, interrupted, without their state; and what the next run
// makes of it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "model/domain_name.h"
#include "unit/app/nights_fixture.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// --- distrust ------------------------------------------------------------------------------------

TEST_F(Nights, AShiftOfTheWholeListIsNotBelieved) {
  const std::vector<std::string> list = names(100, "d");
  set_all(list, Kind::kMx);
  const auto strict = [](Options& to) { to.state.shift_max = 0.05; };
  ASSERT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 0);
  world_.later(26 * kHourS);
  set_all(names(6, "d"), Kind::kNullMx);
  const NightResult second = world_.run({.list = list, .change = strict});
  EXPECT_EQ(second.exit_code(), 5);
  EXPECT_EQ(second.out, "");
  EXPECT_EQ(second.changes, "");
  EXPECT_THAT(second.message, HasSubstr("--max-shift 5%"));
  // Nothing of it was kept: another resolver is asked for all again.
  set_all(list, Kind::kMx);
  const NightResult third = world_.run({.list = list, .change = strict});
  EXPECT_EQ(third.exit_code(), 0) << third.message;
  EXPECT_EQ(third.summary.night.changed, 0U);
  set_all(names(6, "d"), Kind::kNullMx);
  world_.later(26 * kHourS);
  const NightResult accepted = world_.run({.list = list, .change = [](Options& to) {
                                             to.state.shift_max = 0.05;
                                             to.state.accepts_shift = true;
                                           }});
  EXPECT_EQ(accepted.exit_code(), 0);
  EXPECT_EQ(accepted.summary.night.went_dead, 6U);
}

// Else the next run would use its answers, and end in the same way.
TEST_F(Nights, AShiftAlsoDoubtsWhatAnInterruptedRunOfTheNightLearned) {
  const std::vector<std::string> list = names(100, "d");
  set_all(list, Kind::kMx);
  const auto strict = [](Options& to) { to.state.shift_max = 0.05; };
  ASSERT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 0);
  world_.later(26 * kHourS);
  set_all(list, Kind::kNullMx);
  const NightResult late = world_.run({.list = list, .change = [](Options& to) {
                                         to.dns.qps = 100;
                                         to.deadline_ms = 500;
                                         to.state.accepts_shift = true;
                                       }});
  ASSERT_EQ(late.exit_code(), 8) << late.message;
  ASSERT_GT(stored("reason = 'rfc7505'"), 10);
  world_.later(60);
  EXPECT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 5);
  set_all(list, Kind::kMx);
  const NightResult good = world_.run({.list = list, .change = strict});
  EXPECT_EQ(good.exit_code(), 0) << good.message;
  EXPECT_EQ(good.summary.night.changed, 0U);
}

TEST_F(Nights, RunsWithOtherProbesAreNotCompared) {
  const std::vector<std::string> list = names(100, "d");
  set_all(list, Kind::kMx);
  const auto strict = [](Options& to) { to.state.shift_max = 0.05; };
  ASSERT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 0);
  const auto allowing = [&](Options& to) {
    strict(to);
    to.probe.allow_nets = {"10.0.0.0/8"};
  };
  set_all(list, Kind::kNullMx);
  EXPECT_EQ(world_.run({.list = list, .change = allowing}).exit_code(), 0);
  world_.later(26 * kHourS);
  set_all(list, Kind::kMx);
  EXPECT_EQ(world_.run({.list = list, .change = allowing}).exit_code(), 5);  // these two are
}

TEST_F(Nights, ADomainAloneIsNoShift) {
  world_.set("d.test", Kind::kMx);
  const auto strict = [](Options& to) { to.state.shift_max = 0.05; };
  ASSERT_EQ(world_.run({.list = {"d.test"}, .change = strict}).exit_code(), 0);
  world_.later(26 * kHourS);
  world_.set("d.test", Kind::kNullMx);
  EXPECT_EQ(world_.run({.list = {"d.test"}, .change = strict}).exit_code(), 0);
}

TEST_F(Nights, AFivePercentShiftIsBelieved) {
  const std::vector<std::string> list = names(100, "d");
  set_all(list, Kind::kMx);
  const auto strict = [](Options& to) { to.state.shift_max = 0.05; };
  ASSERT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 0);
  world_.later(26 * kHourS);
  set_all(names(5, "d"), Kind::kNullMx);
  EXPECT_EQ(world_.run({.list = list, .change = strict}).exit_code(), 0);
}

TEST_F(Nights, AGateIsCodeSixAndTheRunIsComplete) {
  const std::vector<std::string> list = {"good.test", "gone.test", "gone.test"};
  world_.set("good.test", Kind::kMx);
  const auto gate = [](bool of_domains, double share) {
    return [=](Options& to) {
      to.fail_if = {{.text = "no_mx",
                     .of_domains = of_domains,
                     .verdict = Verdict::kNoMx,
                     .action = {},
                     .reason = "",
                     .share_max = share}};
    };
  };
  EXPECT_EQ(world_.run({.list = list, .change = gate(false, 0.67)}).exit_code(), 0);
  EXPECT_EQ(world_.run({.list = list, .change = gate(true, 0.51)}).exit_code(), 0);
  const NightResult tripped = world_.run({.list = list, .change = gate(true, 0.49)});
  EXPECT_EQ(tripped.exit_code(), 6);
  EXPECT_THAT(tripped.out, Not(IsEmpty()));
  ASSERT_EQ(tripped.summary.tripped_gates.size(), 1U);
  EXPECT_DOUBLE_EQ(tripped.summary.tripped_gates[0].share, 0.5);
}

// A resolver that denies everything from the third question on.
TEST_F(Nights, FalseAnswersAreTakenOutOfTheState) {
  const std::vector<std::string> list = names(300, "d");
  set_all(list, Kind::kMx);
  const auto all = [](Options& to) { to.state.max_age_s = 0; };
  ASSERT_EQ(world_.run({.list = list, .change = all}).exit_code(), 0);
  int questions = 0;
  const NightResult second =
      world_.run({.list = list, .change = all, .hook = [&](lab::Exchange& exchange) {
                    if (++questions < 200) return;
                    for (std::string& message : exchange.messages) make_denial(message);
                  }});
  ASSERT_EQ(second.exit_code(), 5)
      << second.message << questions << " questions, " << second.summary.rows_with(Verdict::kNoMx)
      << " no_mx, " << second.summary.rows_with(Verdict::kUnknown) << " unknown";
  EXPECT_EQ(stored("reason <> 'mx'"), 0);
  world_.later(60);
  const NightResult third = world_.run({.list = list});
  ASSERT_EQ(third.exit_code(), 0) << third.message;
  EXPECT_EQ(third.summary.rows_with(Verdict::kMxOk), 300U);
  EXPECT_EQ(third.summary.night.changed, 0U);
}

// It answers no test query, so that no check covers its answers; then it stops.
TEST_F(Nights, NothingIsKeptOfAResolverThatIsUsedUncheckedAndEndsTheRun) {
  const std::vector<std::string> list = names(300, "d");
  set_all(list, Kind::kMx);
  int questions = 0;
  const NightResult down =
      world_.run({.list = list,
                  .change = [](Options& to) { to.dns.qps = 100; },
                  .hook =
                      [&](lab::Exchange& exchange) {
                        const bool is_test = lower_name_of(exchange.query).ends_with("\7invalid");
                        if (is_test || ++questions > 100) exchange.messages.clear();
                      }});
  ASSERT_EQ(down.exit_code(), 5) << down.message;
  EXPECT_EQ(stored("true"), 0);
}

// Row 3 of the faults in docs: what a check covered stays.
TEST_F(Nights, AResolverThatDiesLeavesWhatWasCheckedBefore) {
  const std::vector<std::string> list = names(2'000, "d");
  set_all(list, Kind::kMx);
  int questions = 0;
  const NightResult down = world_.run({.list = list,
                                       .change = [](Options& to) { to.dns.qps = 300; },
                                       .hook =
                                           [&](lab::Exchange& exchange) {
                                             if (++questions > 900) exchange.messages.clear();
                                           }});
  ASSERT_EQ(down.exit_code(), 5) << down.message;
  EXPECT_EQ(down.out, "");
  const int64_t kept = stored("true");
  EXPECT_GT(kept, 100);  // it had three seconds
  EXPECT_LT(kept, 900);
  EXPECT_EQ(stored("reason <> 'mx'"), 0);
  world_.later(60);
  std::set<std::string> asked;  // the server's thread; read after its end
  const NightResult next = world_.run({.list = list, .hook = [&](lab::Exchange& exchange) {
                                         asked.insert(lower_name_of(exchange.query));
                                       }});
  ASSERT_EQ(next.exit_code(), 0) << next.message;
  EXPECT_EQ(next.summary.rows_with(Verdict::kMxOk), 2'000U);
  EXPECT_LE(asked.size(), 2'000U - static_cast<uint64_t>(kept) + 50);
}

// --- deadline, resume ----------------------------------------------------------------------------

TEST_F(Nights, ADeadlineKeepsWhatWasLearnedAndTheNextRunGoesOn) {
  const std::vector<std::string> list = names(400, "d");
  set_all(list, Kind::kMx);
  const NightResult whole = world_.run({.list = list, .change = writes_domains});
  ASSERT_EQ(whole.exit_code(), 0);
  std::filesystem::remove(world_.state_path());
  // 100 questions a second, of which a domain needs one.
  const NightResult part = world_.run({.list = list, .change = [](Options& to) {
                                         to.dns.qps = 100;
                                         to.deadline_ms = 1'000;
                                       }});
  ASSERT_EQ(part.exit_code(), 8) << part.message;
  const uint64_t not_attempted =
      part.summary.rows_by_reason[static_cast<size_t>(Reason::kNotAttempted)];
  const uint64_t found = part.summary.rows_with(Verdict::kMxOk);
  EXPECT_GT(found, 10U);
  EXPECT_EQ(found + not_attempted, 400U);
  std::set<std::string> wire_list;
  for (const std::string& name : list) {
    const std::string wire(DomainName::from_text(name)->view());
    wire_list.insert(wire.substr(0, wire.find('\0')));
  }
  std::set<std::string> asked;  // of the list; the server's thread, read after its end
  const NightResult rest =
      world_.run({.list = list, .change = writes_domains, .hook = [&](lab::Exchange& exchange) {
                    const std::string name = lower_name_of(exchange.query);
                    if (wire_list.contains(name)) asked.insert(name);
                  }});
  ASSERT_EQ(rest.exit_code(), 0) << rest.message;
  EXPECT_EQ(asked.size(), not_attempted);
  EXPECT_THAT(column_of(rest.out, "from_state"), testing::Each("false"));
  EXPECT_THAT(column_of(rest.out, "previous_verdict"), testing::Each(""));
  for (const char* column :
       {"domain", "verdict", "reason", "action", "mx_hosts", "mx_ip", "lints"}) {
    EXPECT_EQ(column_of(rest.out, column), column_of(whole.out, column)) << column;
  }
}

TEST_F(Nights, ARunThatIsNotCompleteIsNoBaseline) {
  world_.set("d.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"d.test"}}).exit_code(), 0);
  world_.later(26 * kHourS);
  world_.set("d.test", Kind::kNullMx);
  const NightResult late = world_.run({.list = {"d.test", "e.test"}, .change = [](Options& to) {
                                         to.dns.qps = 1;
                                         to.deadline_ms = 500;
                                       }});
  ASSERT_EQ(late.exit_code(), 8) << late.message;
  world_.later(60);
  const NightResult next = world_.run({.list = {"d.test"}});
  EXPECT_EQ(next.summary.night.went_dead, 1U);
  EXPECT_THAT(next.changes, HasSubstr(R"("old_verdict":"mx_ok")"));
}

TEST_F(Nights, MetricsKeepTheTimeOfTheLastSuccess) {
  world_.set("d.test", Kind::kMx);
  const std::string path = world_.folder().file("m.prom");
  const auto with_metrics = [&](Options& to) { to.output.metrics_path = path; };
  ASSERT_EQ(world_.run({.list = {"d.test"}, .change = with_metrics}).exit_code(), 0);
  const std::string success =
      "mxbulk_last_success_timestamp_seconds " + std::to_string(world_.now_s()) + "\n";
  EXPECT_THAT(read_text(path), HasSubstr(success));
  world_.later(kDayS);
  const NightResult failed = world_.run({.list = {"d.test"}, .change = [&](Options& to) {
                                           to.output.metrics_path = path;
                                           to.input.files = {world_.folder().file("none.csv")};
                                         }});
  ASSERT_EQ(failed.exit_code(), 4);
  EXPECT_THAT(read_text(path), HasSubstr("mxbulk_exit_code 4\n"));
  EXPECT_THAT(read_text(path), HasSubstr(success));
}

// --- bad states ----------------------------------------------------------------------------------

TEST_F(Nights, ADamagedStateEndsTheRunUnlessItIsOptional) {
  world_.set("d.test", Kind::kMx);
  world_.folder().write("state.db", std::string(9'000, 'x'));
  const NightResult refused = world_.run({.list = {"d.test"}});
  EXPECT_EQ(refused.exit_code(), 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.message, HasSubstr("damaged"));
  const NightResult without = world_.run({.list = {"d.test"}, .change = is_optional});
  EXPECT_EQ(without.exit_code(), 0) << without.message;
  EXPECT_THAT(column_of(without.out, "mx_verdict"), ElementsAre("mx_ok"));
  EXPECT_THAT(without.summary.night.bad_state, HasSubstr(".bad-20261127T180000Z"));
  EXPECT_FALSE(std::filesystem::exists(world_.state_path()));
  EXPECT_EQ(read_text(world_.state_path() + ".bad-20261127T180000Z"), std::string(9'000, 'x'));
}

TEST_F(Nights, AStateOfANewerVersionEndsTheRunUnlessItIsOptional) {
  world_.set("d.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"d.test"}}).exit_code(), 0);
  {
    auto database = state::Database::open(world_.state_path(), state::Database::Access::kWrite);
    ASSERT_TRUE(database.value()->run("PRAGMA user_version = 99").ok());
  }
  const NightResult refused = world_.run({.list = {"d.test"}});
  EXPECT_EQ(refused.exit_code(), 1);
  EXPECT_THAT(refused.message, HasSubstr("newer"));
  const NightResult without = world_.run({.list = {"d.test"}, .change = is_optional});
  EXPECT_EQ(without.exit_code(), 0) << without.message;
  EXPECT_THAT(without.summary.night.bad_state, HasSubstr("newer"));
  EXPECT_TRUE(std::filesystem::exists(world_.state_path() + ".bad-20261127T180000Z"));
}

// A wrong path must not cost that program its data.
TEST_F(Nights, TheDatabaseOfAnotherProgramIsNeverMovedAway) {
  world_.set("d.test", Kind::kMx);
  {
    auto database = state::Database::open(world_.state_path(), state::Database::Access::kWrite);
    ASSERT_TRUE(database.value()->run("CREATE TABLE t (a)").ok());
  }
  const NightResult refused = world_.run({.list = {"d.test"}, .change = is_optional});
  EXPECT_EQ(refused.exit_code(), 2) << refused.message;
  EXPECT_TRUE(std::filesystem::exists(world_.state_path()));
}

TEST_F(Nights, AFolderThatCannotBeWrittenIsGoneWithoutIfTheStateIsOptional) {
  world_.set("d.test", Kind::kMx);
  const auto elsewhere = [this](Options& to) {
    to.state.path = world_.folder().file("none/state.db");
  };
  EXPECT_EQ(world_.run({.list = {"d.test"}, .change = elsewhere}).exit_code(), 1);
  const NightResult without = world_.run({.list = {"d.test"}, .change = [&](Options& to) {
                                            elsewhere(to);
                                            is_optional(to);
                                          }});
  EXPECT_EQ(without.exit_code(), 0) << without.message;
  EXPECT_THAT(without.summary.night.bad_state, HasSubstr("cannot open"));
}

TEST_F(Nights, TheChangeFeedIsForItsOwnerAloneUnlessItWasNot) {
  world_.set("d.test", Kind::kMx);
  const std::string path = world_.folder().file("feed.jsonl");
  const auto to_feed = [&](Options& to) { to.state.changes_path = path; };
  ASSERT_EQ(world_.run({.list = {"d.test"}, .change = to_feed}).exit_code(), 0);
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600U);
}

}  // namespace
}  // namespace mxbulk::test
