// Runs with a state, one after the other, as a user has them night after night.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "state/database.h"
#include "support/night_world.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = NightWorld::Kind;

constexpr int64_t kHourS = 3'600;
constexpr int64_t kDayS = 24 * kHourS;

std::vector<std::string> names(size_t count, const std::string& stem) {
  std::vector<std::string> list;
  for (size_t i = 0; i < count; ++i) list.push_back(stem + std::to_string(i) + ".test");
  return list;
}

// Each domain `rows` times.
std::vector<std::string> times(const std::vector<std::string>& domains, size_t rows) {
  std::vector<std::string> list;
  for (size_t i = 0; i < rows; ++i) list.insert(list.end(), domains.begin(), domains.end());
  return list;
}

class Nights : public testing::Test {
 protected:
  void set_all(const std::vector<std::string>& domains, Kind kind, uint32_t ttl_s = 300) {
    for (const std::string& domain : domains) world_.set(domain, kind, ttl_s);
  }
  // Domains of the state for which `condition` is true.
  [[nodiscard]] int64_t stored(const std::string& condition) const {
    auto database = state::Database::open(world_.state_path(), state::Database::Access::kRead);
    if (!database.ok()) return -1;
    const Result<int64_t> count =
        database.value()->number("SELECT count(*) FROM domain WHERE " + condition);
    return count.ok() ? count.value() : -1;
  }
  static void is_optional(Options& options) { options.state.is_optional = true; }
  static void writes_domains(Options& options) { options.output.mode = Mode::kDomains; }

  NightWorld world_;
};

// --- asked again or not --------------------------------------------------------------------------

TEST_F(Nights, YoungAnswersAreNotAskedForAgain) {
  world_.set("good.test", Kind::kMx);
  world_.set("null.test", Kind::kNullMx);
  const std::vector<std::string> list = {"good.test", "null.test", "gone.test"};
  const NightResult first = world_.run({.list = list});
  ASSERT_EQ(first.exit_code(), 0) << first.message;
  EXPECT_THAT(column_of(first.out, "mx_verdict"), ElementsAre("mx_ok", "null_mx", "no_mx"));
  world_.later(15 * kHourS);
  const NightResult second = world_.run({.list = list});
  EXPECT_EQ(second.questions, 0U);
  EXPECT_EQ(second.out, first.out);
  EXPECT_EQ(second.summary.night.from_state, 3U);
}

TEST_F(Nights, OldAnswersAreAskedForAgain) {
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"good.test"}}).exit_code(), 0);
  world_.later(25 * kHourS);
  world_.set("good.test", Kind::kNullMx);
  const NightResult second = world_.run({.list = {"good.test"}});
  EXPECT_THAT(column_of(second.out, "mx_verdict"), ElementsAre("null_mx"));
}

TEST_F(Nights, ALongTtlExtendsWhatWasSend) {
  world_.set("long.test", Kind::kMx, 5 * kDayS);
  world_.set("null.test", Kind::kNullMx, 5 * kDayS);
  ASSERT_EQ(world_.run({.list = {"long.test", "null.test"}}).exit_code(), 0);
  world_.later(2 * kDayS);
  const NightResult second = world_.run({.list = {"long.test", "null.test"}});
  EXPECT_EQ(second.summary.night.from_state, 1U);
}

TEST_F(Nights, UnknownIsAskedForEachTime) {
  world_.set("sick.test", Kind::kServfail);
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"sick.test", "good.test"}}).exit_code(), 0);
  world_.set("sick.test", Kind::kMx);
  world_.later(60);
  const NightResult second = world_.run({.list = {"sick.test", "good.test"}});
  EXPECT_THAT(column_of(second.out, "mx_verdict"), ElementsAre("mx_ok", "mx_ok"));
  EXPECT_EQ(second.summary.night.from_state, 1U);
}

TEST_F(Nights, AMaxAgeOfZeroAsksForAll) {
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"good.test"}}).exit_code(), 0);
  const NightResult second =
      world_.run({.list = {"good.test"}, .change = [](Options& to) { to.state.max_age_s = 0; }});
  EXPECT_EQ(second.summary.night.from_state, 0U);
  EXPECT_GT(second.questions, 0U);
}

TEST_F(Nights, AClockThatWentBackUsesNothing) {
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"good.test"}}).exit_code(), 0);
  world_.later(-kDayS);
  EXPECT_EQ(world_.run({.list = {"good.test"}}).summary.night.from_state, 0U);
}

TEST_F(Nights, AnswersForOtherSettingsAreNotUsed) {
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"good.test"}}).exit_code(), 0);
  const NightResult second = world_.run(
      {.list = {"good.test"}, .change = [](Options& to) { to.probe.allow_nets = {"10.0.0.0/8"}; }});
  EXPECT_EQ(second.summary.night.from_state, 0U);
}

TEST_F(Nights, RecordsSayWhatIsFromTheStateAndWhatWasBefore) {
  world_.set("a.test", Kind::kMx);
  world_.set("b.test", Kind::kMx);
  const NightResult first = world_.run({.list = {"a.test"}, .change = writes_domains});
  EXPECT_THAT(column_of(first.out, "from_state"), ElementsAre("false"));
  EXPECT_THAT(column_of(first.out, "previous_verdict"), ElementsAre(""));
  world_.later(kHourS);
  const NightResult second = world_.run({.list = {"a.test", "b.test"}, .change = writes_domains});
  EXPECT_THAT(column_of(second.out, "from_state"), ElementsAre("true", "false"));
  EXPECT_THAT(column_of(second.out, "previous_verdict"), ElementsAre("mx_ok", ""));
  EXPECT_THAT(column_of(second.out, "mx_hosts"),
              ElementsAre("mail.good.test;backup.good.test", "mail.good.test;backup.good.test"));
  EXPECT_THAT(column_of(second.out, "mx_ip"), ElementsAre("80.80.80.10", "80.80.80.10"));
}

TEST_F(Nights, TheStateHasNoAddressOfAPerson) {
  world_.set("good.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"good.test"}}).exit_code(), 0);
  const std::string bytes = read_text(world_.state_path());
  EXPECT_THAT(bytes, HasSubstr("good.test"));
  EXPECT_THAT(bytes, Not(HasSubstr("user0")));
  struct stat found{};
  ASSERT_EQ(::stat(world_.state_path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600U);
}

TEST_F(Nights, ADryRunMakesNoState) {
  ASSERT_EQ(world_.run({.list = {"good.test"}, .change = [](Options& to) { to.dry_run = true; }})
                .exit_code(),
            0);
  EXPECT_FALSE(std::filesystem::exists(world_.state_path()));
}

// --- evidence ------------------------------------------------------------------------------------

TEST_F(Nights, ALargeDomainIsTriedAgainOnItsFirstBadNight) {
  std::vector<std::string> list = times({"big.test"}, 10);
  const std::vector<std::string> small = names(3'000, "d");
  list.insert(list.end(), small.begin(), small.end());
  set_all(small, Kind::kMx);
  world_.set("big.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = list}).exit_code(), 0);
  world_.later(30 * kHourS);
  world_.set("big.test", Kind::kGone);
  world_.set("d7.test", Kind::kGone);
  const NightResult second = world_.run({.list = list});
  const std::vector<std::string> actions = column_of(second.out, "mx_action");
  EXPECT_EQ(actions[0], "retry");
  EXPECT_EQ(actions[17], "suppress");
  EXPECT_EQ(column_of(second.out, "mx_verdict")[0], "no_mx");
  world_.later(60);  // its answer is used again, but it is the second bad night
  const NightResult third = world_.run({.list = list});
  EXPECT_EQ(third.summary.night.from_state, 3'001U);
  EXPECT_EQ(column_of(third.out, "mx_action")[0], "suppress");
}

TEST_F(Nights, UnknownBecomesReviewAfterAMonth) {
  world_.set("sick.test", Kind::kServfail);
  world_.set("good.test", Kind::kMx);
  const std::vector<std::string> list = {"sick.test", "good.test"};
  for (const int night : {0, 1, 29, 30}) {
    const NightResult result = world_.run({.list = list});
    ASSERT_EQ(result.exit_code(), 0) << result.message;
    EXPECT_EQ(column_of(result.out, "mx_action")[0], night < 30 ? "retry" : "review") << night;
    world_.later(night == 1 ? 28 * kDayS : kDayS);
  }
}

// --- changes -------------------------------------------------------------------------------------

TEST_F(Nights, ChangesAreExact) {
  const std::vector<std::string> dying = names(30, "dying");
  const std::vector<std::string> back = names(20, "back");
  const std::vector<std::string> stable = names(500, "stable");
  set_all(dying, Kind::kMx);
  set_all(back, Kind::kNullMx);
  set_all(stable, Kind::kMx);
  std::vector<std::string> list = dying;
  list.insert(list.end(), back.begin(), back.end());
  list.insert(list.end(), stable.begin(), stable.end());
  const std::vector<std::string> first_list = times(list, 2);
  EXPECT_EQ(world_.run({.list = first_list}).changes, "");
  world_.later(26 * kHourS);
  set_all(dying, Kind::kGone);
  set_all(back, Kind::kMx);
  world_.set("new.test", Kind::kMx);
  list.push_back("new.test");
  std::erase(list, "stable3.test");
  const NightResult second = world_.run({.list = times(list, 2)});
  ASSERT_EQ(second.exit_code(), 0) << second.message;
  EXPECT_EQ(std::count(second.changes.begin(), second.changes.end(), '\n'), 50);
  EXPECT_THAT(second.changes,
              HasSubstr(R"({"domain":"back3.test","change":"changed","old_verdict":"null_mx",)"
                        R"("old_reason":"rfc7505","old_action":"suppress","verdict":"mx_ok",)"
                        R"("reason":"mx","action":"send","since":"2026-11-28T20:00:00Z","rows":2})"
                        "\n"));
  const NightTotals& night = second.summary.night;
  EXPECT_EQ(night.last_run_date, "2026-11-27");
  EXPECT_EQ(night.went_dead, 30U);
  EXPECT_EQ(night.recovered, 20U);
  EXPECT_EQ(night.appeared, 1U);
  EXPECT_EQ(night.vanished, 1U);
  world_.later(60);
  // The large share of the list that each has makes the third night another action.
  EXPECT_EQ(world_.run({.list = times(list, 2)}).summary.night.went_dead, 0U);
}

TEST_F(Nights, NewAndVanishedDomainsAreChangesIfAsked) {
  world_.set("a.test", Kind::kMx);
  world_.set("b.test", Kind::kMx);
  ASSERT_EQ(world_.run({.list = {"a.test", "a.test"}}).exit_code(), 0);
  const NightResult second = world_.run({.list = {"b.test"}, .change = [this](Options& to) {
                                           to.state.changes_all = true;
                                           to.state.changes_path =
                                               world_.folder().file("changes.csv");
                                         }});
  EXPECT_THAT(second.changes,
              testing::StartsWith(
                  "domain,change,old_verdict,old_reason,old_action,verdict,reason,action,since,"
                  "rows\nb.test,new,,,,mx_ok,mx,send,"));
  EXPECT_THAT(second.changes, HasSubstr("a.test,vanished,mx_ok,mx,send,,,,,2\n"));
}

TEST_F(Nights, AChangeOfFewRowsNamesNoDomain) {
  world_.set("few.test", Kind::kMx);
  world_.set("many.test", Kind::kMx);
  std::vector<std::string> list = times({"many.test"}, 5);
  list.push_back("few.test");
  const auto change = [](Options& to) { to.state.names_all_domains = false; };
  ASSERT_EQ(world_.run({.list = list, .change = change}).exit_code(), 0);
  world_.later(26 * kHourS);
  world_.set("few.test", Kind::kGone);
  world_.set("many.test", Kind::kGone);
  const NightResult second = world_.run({.list = list, .change = change});
  EXPECT_THAT(second.changes, HasSubstr("many.test"));
  EXPECT_THAT(second.changes, Not(HasSubstr("few.test")));
  EXPECT_EQ(second.summary.night.changes_unnamed, 1U);
}

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
  const NightResult rest = world_.run({.list = list, .change = writes_domains});
  ASSERT_EQ(rest.exit_code(), 0) << rest.message;
  EXPECT_LE(rest.questions, 400 - found + 10);
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
