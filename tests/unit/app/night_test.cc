// Runs with a state, one after the other, as a user has them night after night.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "unit/app/nights_fixture.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Each domain `rows` times.
std::vector<std::string> times(const std::vector<std::string>& domains, size_t rows) {
  std::vector<std::string> list;
  for (size_t i = 0; i < rows; ++i) list.insert(list.end(), domains.begin(), domains.end());
  return list;
}

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

}  // namespace
}  // namespace mxbulk::test
