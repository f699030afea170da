#include "state/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "state/baseline.h"
#include "state/domain_reader.h"
#include "state/domain_writer.h"
#include "state/evidence.h"
#include "support/temp_dir.h"

namespace mxbulk::state {
namespace {

using testing::HasSubstr;

constexpr uint32_t kNowS = 1'764'000'000;

mode_t mode_of(const std::string& path) {
  struct stat found{};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

TEST(StateFile, IsMadeForItsOwnerAlone) {
  const test::TempDir folder;
  const Opened opened = open_state(folder.file("s.db"));
  ASSERT_TRUE(opened.status.ok()) << opened.status.message();
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
  }
}

TEST(StateFile, OneThatOthersMayReadBecomesPrivate) {
  const test::TempDir folder;
  const std::string path = folder.write("s.db", "");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  EXPECT_TRUE(open_state(path).status.ok());
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST(StateFile, ASymbolicLinkOrAFolderIsRefused) {
  const test::TempDir folder;
  std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("s.db"));
  EXPECT_EQ(open_state(folder.file("s.db")).status.code(), StatusCode::kUsage);
  EXPECT_EQ(open_state(folder.path()).status.code(), StatusCode::kUsage);
  EXPECT_FALSE(std::filesystem::exists(folder.file("elsewhere")));
}

TEST(StateFile, ADamagedOneIsBad) {
  const test::TempDir folder;
  const Opened opened = open_state(folder.write("s.db", std::string(8'192, 'x')));
  EXPECT_EQ(opened.status.code(), StatusCode::kInternal);
  EXPECT_TRUE(opened.is_bad);
  EXPECT_THAT(opened.status.message(), HasSubstr("damaged"));
}

TEST(StateFile, OneOfANewerVersionIsBadAndStaysAsItIs) {
  const test::TempDir folder;
  const std::string path = folder.file("s.db");
  ASSERT_TRUE(open_state(path).database->run("PRAGMA user_version = 99").ok());
  const Opened opened = open_state(path);
  EXPECT_TRUE(opened.is_bad);
  EXPECT_THAT(opened.status.message(), HasSubstr("newer"));
  EXPECT_EQ(
      Database::open(path, Database::Access::kRead).value()->number("PRAGMA user_version").value(),
      99);
}

TEST(StateFile, TheDatabaseOfAnotherProgramIsAWrongPath) {
  const test::TempDir folder;
  const std::string path = folder.file("s.db");
  ASSERT_TRUE(
      Database::open(path, Database::Access::kWrite).value()->run("CREATE TABLE t (a)").ok());
  const Opened opened = open_state(path);
  EXPECT_EQ(opened.status.code(), StatusCode::kUsage);
  EXPECT_FALSE(opened.is_bad);
  EXPECT_THAT(opened.status.message(), HasSubstr("another program"));
}

TEST(StateFile, IsMovedAside) {
  const test::TempDir folder;
  const std::string path = folder.write("s.db", "x");
  const Result<std::string> moved = move_aside(path, kNowS);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved.value(), path + ".bad-20251124T160000Z");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(test::read_text(moved.value()), "x");
}

TEST(StateFile, ViewsAreForPeople) {
  const test::TempDir folder;
  const Opened opened = open_state(folder.file("s.db"));
  ASSERT_TRUE(opened.status.ok());
  EXPECT_TRUE(opened.database->number("SELECT count(*) FROM domains").ok());
  EXPECT_TRUE(opened.database->number("SELECT count(*) FROM hosts").ok());
}

// --- rows ----------------------------------------------------------------------------------------

class DomainRows : public testing::Test {
 protected:
  void SetUp() override {
    Opened opened = open_state(folder_.file("s.db"));
    ASSERT_TRUE(opened.status.ok()) << opened.status.message();
    database_ = std::move(opened.database);
    writer_ = std::make_unique<DomainWriter>(*database_, [this](HostId id, bool with_address) {
      HostRow host{.name = hosts_[id.value()].view(), .address = {}, .provider = ""};
      if (with_address) host.address = IpAddress::from_text("192.0.2.1");
      return host;
    });
  }

  DomainRow row(const std::string& name, Reason reason, const DomainHistory& before = {},
                uint32_t run = 1, uint32_t now_s = kNowS) {
    names_.push_back(std::make_unique<DomainName>(*DomainName::from_text(name)));
    DomainRow row;
    row.name = names_.back()->view();
    row.key = key_of(row.name);
    row.record.reason = reason;
    row.record.checked_at_s = now_s;
    row.before = before;
    row.history = after_lookup(before, reason, now_s, run);
    return row;
  }
  void write(DomainRow row) {
    std::vector<DomainRow> rows = {row};
    const Status status = writer_->write(rows);
    ASSERT_TRUE(status.ok()) << status.message();
  }
  // Nothing: the state does not have it.
  std::optional<Found> find(const std::string& name, uint32_t baseline = 0) {
    DomainReader reader(*database_, baseline);
    EXPECT_TRUE(reader.load_before().ok());
    const DomainName wire = *DomainName::from_text(name);
    std::optional<Found> result;
    const WantedKey wanted{key_of(wire.view()), 7};
    const Status status = reader.find(
        {&wanted, 1}, [&](uint32_t) { return wire.view(); },
        [&](const WantedKey& one, Found& found) {
          EXPECT_EQ(one, wanted);
          const Result<bool> has_hosts = reader.load_hosts(found);
          EXPECT_TRUE(has_hosts.ok() && has_hosts.value());
          take_names(found);
          result = found;
          return Status();
        });
    EXPECT_TRUE(status.ok()) << status.message();
    return result;
  }
  // The hosts of `found` live as long as its reader.
  void take_names(Found& found) {
    exchanges_.clear();
    for (const StoredHost* host : found.answer.exchanges) {
      exchanges_.push_back(to_text(host->name.view()));
    }
    best_address_ = found.answer.best != nullptr && found.answer.best->address
                        ? found.answer.best->address->text()
                        : "";
    found.answer.exchanges.clear();
    found.answer.best = nullptr;
  }

  test::TempDir folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<DomainWriter> writer_;
  std::vector<DomainName> hosts_;
  std::vector<std::unique_ptr<DomainName>> names_;
  std::vector<std::string> exchanges_;
  std::string best_address_;
};

TEST_F(DomainRows, ComeBackAsTheyWereWritten) {
  hosts_ = {*DomainName::from_text("a.test"), *DomainName::from_text("b.test")};
  const std::vector<HostId> exchanges = {HostId(1), HostId(0)};
  DomainRow written = row("d.test", Reason::kMx);
  written.record.exchanges = exchanges.data();
  written.record.exchange_count = 2;
  written.record.mx_count = 3;
  written.record.best = HostId(0);
  written.record.ttl_s = 777;
  written.record.lints = {Lint::kMxCname, Lint::kMxPartial};
  written.record.probe = ProbeOutcome::kSmtp4xx;
  written.record.probe_ms = 12;
  written.how = 0xFFFFFFFF;
  write(written);
  const std::optional<Found> found = find("d.test");
  ASSERT_TRUE(found);
  const StoredAnswer& answer = found->answer;
  EXPECT_EQ(answer.reason, Reason::kMx);
  EXPECT_EQ(answer.mx_count, 3);
  EXPECT_EQ(answer.ttl_s, 777U);
  EXPECT_EQ(answer.lints, written.record.lints);
  EXPECT_EQ(answer.probe, ProbeOutcome::kSmtp4xx);
  EXPECT_EQ(answer.probe_ms, 12U);
  EXPECT_EQ(answer.how, 0xFFFFFFFF);
  EXPECT_EQ(answer.asked_at_s, kNowS);
  EXPECT_EQ(exchanges_, (std::vector<std::string>{"b.test", "a.test"}));
  EXPECT_EQ(best_address_, "192.0.2.1");
  EXPECT_EQ(found->history.action, Action::kSend);
  EXPECT_EQ(found->history.last_good_s, kNowS);
  EXPECT_EQ(found->history.since_s, kNowS);
  EXPECT_EQ(found->history.first_run, 1U);
  EXPECT_FALSE(find("other.test"));
}

TEST_F(DomainRows, OfAnotherDomainWithTheSameKeyAreNotFound) {
  DomainRow written = row("d.test", Reason::kMx);
  written.key = key_of(DomainName::from_text("other.test")->view());
  write(written);
  EXPECT_FALSE(find("other.test"));
}

TEST_F(DomainRows, ManyAreFoundAtOnceInTheOrderOfTheirKeys) {
  std::vector<WantedKey> wanted;
  std::vector<DomainName> names;
  for (uint32_t i = 0; i < 100; ++i) {
    const std::string name = "d" + std::to_string(i) + ".test";
    if (i % 3 == 0) write(row(name, Reason::kMx));
    names.push_back(*DomainName::from_text(name));
    wanted.push_back({key_of(names.back().view()), i});
  }
  std::sort(wanted.begin(), wanted.end());
  DomainReader reader(*database_, 0);
  std::vector<WantedKey> found;
  const auto find = [&](const Status& result) {
    return reader.find(
        wanted, [&](uint32_t id) { return names[id].view(); },
        [&](const WantedKey& one, const Found&) {
          found.push_back(one);
          return result;
        });
  };
  ASSERT_TRUE(find({}).ok());
  EXPECT_EQ(found.size(), 34U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  for (const WantedKey& one : found) EXPECT_EQ(one.id % 3, 0U);
  found.clear();
  EXPECT_EQ(find(Status::internal("no more")).message(), "no more");
  EXPECT_EQ(found.size(), 1U);
  ASSERT_TRUE(find({}).ok());  // from the beginning again
  EXPECT_EQ(found.size(), 35U);
}

TEST_F(DomainRows, WhatTheLastCompleteRunSaidOutlivesOneThatIsNotComplete) {
  write(row("d.test", Reason::kMx));
  const std::optional<Found> first = find("d.test", 1);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->history.has_base);
  EXPECT_EQ(first->history.base_reason, Reason::kMx);
  write(row("d.test", Reason::kNxdomain, first->history, 2, kNowS + 100));
  for (int again = 0; again < 2; ++again) {
    const std::optional<Found> found = find("d.test", 1);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->history.reason, Reason::kNxdomain);
    EXPECT_EQ(found->history.base_reason, Reason::kMx);
    EXPECT_EQ(found->history.base_action, Action::kSend);
    EXPECT_EQ(found->history.base_since_s, kNowS);
    EXPECT_EQ(found->history.since_s, kNowS + 100);
    // Asked again by a run that is not complete either.
    write(row("d.test", Reason::kNxdomain, found->history, 2, kNowS + 100));
  }
}

TEST_F(DomainRows, ANewOneOfARunThatIsNotCompleteHasNoBase) {
  write(row("d.test", Reason::kMx, {}, 2));
  EXPECT_FALSE(find("d.test", 1)->history.has_base);
  EXPECT_TRUE(find("d.test", 2)->history.has_base);
}

TEST_F(DomainRows, WhatIsTakenBackIsAsBeforeButNotUsable) {
  write(row("old.test", Reason::kMx));
  const DomainHistory before = find("old.test", 1)->history;
  std::vector<DomainRow> rows = {row("old.test", Reason::kNxdomain, before, 2, kNowS + 100),
                                 row("new.test", Reason::kNxdomain, {}, 2, kNowS + 100)};
  write(rows[0]);
  write(rows[1]);
  ASSERT_TRUE(writer_->take_back(rows).ok());
  EXPECT_FALSE(find("new.test", 1));
  const std::optional<Found> found = find("old.test", 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->history.reason, Reason::kMx);
  EXPECT_EQ(found->history.base_reason, Reason::kMx);
  EXPECT_EQ(found->history.last_good_s, kNowS);
  EXPECT_EQ(found->answer.how, 0xFFFFFFFF);  // of no settings
}

TEST_F(DomainRows, ABaselineTakesItsPlaceInTwoSteps) {
  write(row("d.test", Reason::kNxdomain, {}, 1));
  const int64_t key = key_of(DomainName::from_text("d.test")->view());
  NewBaseline next;
  next.run = {.id = 1,
              .run_id = "x",
              .run_date = "2026-11-27",
              .began_s = 5,
              .ended_s = 6,
              .exit_code = 3,
              .rows = 10,
              .domains = 1,
              .how = 7};
  next.listed = {{1, 5}, {0xFFFFFFFFFFFFFFFF, 65'535}};
  next.new_actions = {{key, Action::kRetry}};
  {
    BaselineChange change(*database_);
    ASSERT_TRUE(change.prepare(next).ok());
  }
  EXPECT_EQ(last_run(*database_).value().id, 0U);
  BaselineChange change(*database_);
  ASSERT_TRUE(change.prepare(next).ok());
  ASSERT_TRUE(change.commit().ok());
  const RunRow run = last_run(*database_).value();
  EXPECT_EQ(run.id, 1U);
  EXPECT_EQ(run.run_date, "2026-11-27");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.how, 7U);
  EXPECT_EQ(listed_domains(*database_, 1).value(), next.listed);
  EXPECT_EQ(find("d.test", 1)->history.base_action, Action::kRetry);
  EXPECT_EQ(domain_with(*database_, key).value()->name, "d.test");
  EXPECT_FALSE(domain_with(*database_, key + 1).value().has_value());
}

}  // namespace
}  // namespace mxbulk::state
