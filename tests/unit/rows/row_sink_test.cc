#include "rows/row_sink.h"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "enrich/enrich.h"
#include "output/text_row_encoder.h"
#include "support/simulated_output.h"

namespace mxbulk::rows {
namespace {

const enrich::Enricher& enricher() {
  static const enrich::Enricher kEnricher;
  return kEnricher;
}

RowShape csv_shape() {
  RowShape shape;
  shape.format = Format::kCsv;
  shape.has_header = true;
  shape.header_row = "email";
  return shape;
}

class RowSinkTest : public testing::Test {
 protected:
  RowSinkTest() : gate_(domains_), reporter_(domains_, hosts_, enricher()) {
    options_.columns = {"verdict", "reason", "domain", "flags", "lints"};
    set_up();
  }

  void set_up() {
    encoder_ = std::make_unique<output::TextRowEncoder>(
        output::TextRowEncoder::create(options_, csv_shape()).value());
    sink_ = std::make_unique<RowSink>(options_, Format::kCsv, *encoder_, destinations(), gate_,
                                      reporter_);
  }

  virtual std::vector<RowDestination> destinations() { return {{.file = &file_}}; }

  DomainId intern(const std::string& text) {
    const DomainName name = *DomainName::from_text(text);
    const table::DomainTable::Request request{name.view(), {}};
    DomainId id;
    EXPECT_TRUE(domains_.intern({&request, 1}, {&id, 1}));
    return id;
  }
  DomainId decided(const std::string& text, Reason reason) {
    const DomainId id = intern(text);
    publish(id, reason);
    return id;
  }
  void publish(DomainId id, Reason reason) {
    DomainRecord record;
    record.reason = reason;
    domains_.publish(id, record);
  }
  static RowKey key(DomainId id, LintSet lints = {}, bool is_role = false) {
    return RowKey::waiting_for(id, lints, is_role);
  }
  static void add_row(Block& block, const std::string& bytes, RowKey row_key) {
    block.bytes += bytes;
    block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
    block.keys.push_back(row_key);
  }
  [[nodiscard]] Summary summary() const {
    Summary summary;
    sink_->fill(summary);
    return summary;
  }

  table::DomainTable domains_;
  table::HostTable hosts_;
  ReadyGate gate_;
  Reporter reporter_;
  OutputOptions options_;
  test::SimulatedOutput file_;
  std::unique_ptr<output::TextRowEncoder> encoder_;
  std::unique_ptr<RowSink> sink_;
};

TEST_F(RowSinkTest, WritesHeaderAndRowsWithTheirVerdicts) {
  Block block;
  add_row(block, "a@x.test\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "nobody\r\n", RowKey::invalid(Reason::kNoAt, {}));
  add_row(block, "b@x.test", key(DomainId(0)));
  sink_->write_header();
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(),
            "email,mx_verdict,mx_reason,mx_domain,mx_flags,mx_lints\n"
            "a@x.test,mx_ok,mx,x.test,,\n"
            "nobody,invalid,no_at,,,\r\n"
            "b@x.test,mx_ok,mx,x.test,,");
}

TEST_F(RowSinkTest, RowsOfOneDomainKeepTheirOwnFlagsAndLints) {
  const DomainId id = decided("x.test", Reason::kMx);
  Block block;
  for (int i = 0; i < 2; ++i) {
    add_row(block, "a\n", key(id));
    add_row(block, "b\n", key(id, {Lint::kTrimmed}));
    add_row(block, "c\n", key(id, {}, true));
    add_row(block, "d\n", key(id, {Lint::kTrimmed, Lint::kRagged}, true));
  }
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  const std::string once =
      "a,mx_ok,mx,x.test,,\n"
      "b,mx_ok,mx,x.test,,trimmed\n"
      "c,mx_ok,mx,x.test,role,\n"
      "d,mx_ok,mx,x.test,role,trimmed;ragged\n";
  EXPECT_EQ(file_.text(), once + once);
}

// Two domains whose suffixes share a place in the cache, in turn.
TEST_F(RowSinkTest, DomainsThatShareAPlaceInTheCacheDoNotShareASuffix) {
  constexpr uint32_t kCacheSize = 1U << 14;
  for (uint32_t i = 0; i <= kCacheSize; ++i) {
    const bool is_last = i == kCacheSize;
    decided("d" + std::to_string(i) + ".test", is_last ? Reason::kNxdomain : Reason::kMx);
  }
  Block block;
  for (int i = 0; i < 2; ++i) {
    add_row(block, "a\n", key(DomainId(0)));
    add_row(block, "b\n", key(DomainId(kCacheSize)));
  }
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  const std::string once =
      "a,mx_ok,mx,d0.test,,\nb,no_mx,nxdomain,d" + std::to_string(kCacheSize) + ".test,,\n";
  EXPECT_EQ(file_.text(), once + once);
}

TEST_F(RowSinkTest, FlaggedRowsDoNotDisplaceAnotherDomainPermanently) {
  for (uint32_t i = 0; i < 8'000; ++i) decided("d" + std::to_string(i) + ".test", Reason::kMx);
  Block block;
  std::string expected;
  for (uint32_t i = 0; i < 8'000; ++i) {
    const std::string suffix = ",mx_ok,mx,d" + std::to_string(i) + ".test,";
    add_row(block, "a\n", key(DomainId(i)));
    add_row(block, "b\n", key(DomainId(i), {Lint::kTrimmed}));
    expected += "a" + suffix + ",\nb" + suffix + ",trimmed\n";
  }
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), expected);
}

// Their suffixes are kept like those of domains, each for its reason and its lints.
TEST_F(RowSinkTest, InvalidRowsKeepTheirOwnReasonsAndLints) {
  Block block;
  for (int i = 0; i < 2; ++i) {
    add_row(block, "a\n", RowKey::invalid(Reason::kNoAt, {}));
    add_row(block, "b\n", RowKey::invalid(Reason::kNoAt, {Lint::kTrimmed}));
    add_row(block, "c\n", RowKey::invalid(Reason::kEmpty, {}));
  }
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  const std::string once = "a,invalid,no_at,,,\nb,invalid,no_at,,,trimmed\nc,invalid,empty,,,\n";
  EXPECT_EQ(file_.text(), once + once);
}

TEST_F(RowSinkTest, RowsThatFillMoreThanOneBufferStayWholeAndInOrder) {
  const DomainId id = decided("x.test", Reason::kMx);
  Block block;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string row(static_cast<size_t>(1 + i * 997 % 20'000),
                          static_cast<char>('a' + i % 26));
    add_row(block, row + "\n", key(id));
    expected += row + ",mx_ok,mx,x.test,,\n";
  }
  ASSERT_GT(expected.size(), 2 * limits::kOutputBufferBytes);
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), expected);
}

TEST_F(RowSinkTest, OnlyLeavesOtherVerdictsOutButCountsAll) {
  options_.only = {Verdict::kNoMx};
  set_up();
  Block block;
  add_row(block, "a\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "b\n", key(decided("y.test", Reason::kNxdomain)));
  add_row(block, "c\n", RowKey::invalid(Reason::kNoAt, {}));
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), "b,no_mx,nxdomain,y.test,,\n");
  EXPECT_EQ(summary().rows, 3U);
  EXPECT_EQ(summary().rows_written, 1U);
  EXPECT_EQ(summary().rows_with(Verdict::kMxOk), 1U);
}

TEST_F(RowSinkTest, RowsThatArePassedThroughStayAsTheyAreAndAreNotCounted) {
  Block block;
  add_row(block, "Our customers,,\r\n", RowKey::passed());
  add_row(block, "a@x.test\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "\n", RowKey::passed());
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), "Our customers,,\r\na@x.test,mx_ok,mx,x.test,,\n\n");
  EXPECT_EQ(summary().rows, 1U);
  EXPECT_EQ(summary().rows_written, 1U);
  EXPECT_EQ(summary().rows_passed, 2U);
}

TEST_F(RowSinkTest, RowsThatArePassedThroughAreMadeSafeToo) {
  options_.csv_safe = true;
  set_up();
  Block block;
  add_row(block, "=1+1,total\n", RowKey::passed());
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), "'=1+1,total\n");
}

TEST_F(RowSinkTest, OutputOfAddressesAloneLeavesOutWhatIsPassedThrough) {
  for (const bool has_filter : {false, true}) {
    options_.mode = has_filter ? Mode::kAppend : Mode::kMinimal;
    if (has_filter) options_.only = {Verdict::kMxOk};
    set_up();
    Block block;
    add_row(block, "a title\n", RowKey::passed());
    ASSERT_TRUE(sink_->write(block).ok());
    ASSERT_TRUE(sink_->finish().ok());
    EXPECT_EQ(file_.text(), "");
    EXPECT_EQ(summary().rows_passed, 1U);
  }
}

// Its blocks hold keys alone.
TEST_F(RowSinkTest, DomainsModePassesNothingThrough) {
  options_.mode = Mode::kDomains;
  set_up();
  Block block;
  block.keys = {RowKey::passed(), key(decided("x.test", Reason::kMx))};
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_TRUE(file_.text().starts_with("x.test,mx_ok,"));
  EXPECT_EQ(summary().rows_passed, 1U);
}

TEST_F(RowSinkTest, CountsRaggedInvalidAndTheWorstDeadDomain) {
  const DomainId mild = decided("mild.test", Reason::kMxNonpublic);
  const DomainId worst = decided("worst.test", Reason::kMxUnresolvable);
  Block block;
  block.first_row = 10;
  add_row(block, "a\n", key(mild, {Lint::kRagged}));
  add_row(block, "b\n", RowKey::invalid(Reason::kEmpty, {}));
  add_row(block, "c\n", RowKey::invalid(Reason::kEmpty, {}));
  add_row(block, "d\n", key(worst));
  add_row(block, "e\n", key(worst));
  ASSERT_TRUE(sink_->write(block).ok());
  EXPECT_EQ(summary().ragged_rows, 1U);
  EXPECT_EQ(summary().first_invalid_row, 12U);
  EXPECT_EQ(summary().worst_dead_domain, "worst.test");
  EXPECT_EQ(summary().worst_dead_rows, 2U);
}

// Equal counts: the domain that came first, however the rows are counted.
TEST_F(RowSinkTest, OfEquallyBadDomainsTheFirstIsNamed) {
  Block block;
  for (int i = 0; i < 50; ++i) {
    add_row(block, "a\n", key(decided("d" + std::to_string(i) + ".test", Reason::kMxIpLiteral)));
  }
  ASSERT_TRUE(sink_->write(block).ok());
  EXPECT_EQ(summary().worst_dead_domain, "d0.test");
}

TEST_F(RowSinkTest, DomainsModeWritesEachDomainOnceInOrderOfAppearance) {
  options_.mode = Mode::kDomains;
  set_up();
  decided("b.test", Reason::kMx);
  decided("a.test", Reason::kNxdomain);
  Block block;
  add_row(block, "x\n", key(DomainId(1)));  // brings both: ids are dense
  add_row(block, "x\n", key(DomainId(0)));
  add_row(block, "x\n", RowKey::invalid(Reason::kNoAt, {}));
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  const std::string& text = file_.text();
  EXPECT_LT(text.find("b.test"), text.find("a.test"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(summary().rows_written, 2U);
}

TEST_F(RowSinkTest, WhatIsWrittenGoesOutBeforeAWait) {
  const DomainId late = intern("late.test");
  Block block;
  add_row(block, "a\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "b\n", key(late));
  std::promise<void> flushed;
  file_.on_flush = [&] { flushed.set_value(); };
  std::thread loop([&] {
    flushed.get_future().wait();
    EXPECT_EQ(file_.text(), "a,mx_ok,mx,x.test,,\n");
    publish(late, Reason::kMx);
    gate_.poll();
  });
  ASSERT_TRUE(sink_->write(block).ok());
  loop.join();
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(), "a,mx_ok,mx,x.test,,\nb,mx_ok,mx,late.test,,\n");
}

TEST_F(RowSinkTest, NothingGoesOutBeforeTheFirstVerdict) {
  Block unknown;
  add_row(unknown, "a\n", RowKey::invalid(Reason::kNoAt, {}));
  add_row(unknown, "b\n", key(decided("silent.test", Reason::kDnsTimeout)));
  sink_->write_header();
  ASSERT_TRUE(sink_->write(unknown).ok());
  ASSERT_TRUE(sink_->flush().ok());
  EXPECT_EQ(file_.text(), "");
  Block known;
  add_row(known, "c\n", key(decided("x.test", Reason::kMx)));
  ASSERT_TRUE(sink_->write(known).ok());
  ASSERT_TRUE(sink_->flush().ok());
  EXPECT_EQ(file_.text(),
            "email,mx_verdict,mx_reason,mx_domain,mx_flags,mx_lints\n"
            "a,invalid,no_at,,,\n"
            "b,unknown,dns_timeout,silent.test,,\n"
            "c,mx_ok,mx,x.test,,\n");
}

TEST_F(RowSinkTest, AnAbortedWaitEndsTheBlockThere) {
  Block block;
  add_row(block, "a\n", RowKey::invalid(Reason::kNoAt, {}));
  add_row(block, "b\n", key(intern("never.test")));
  add_row(block, "c\n", RowKey::invalid(Reason::kNoAt, {}));
  gate_.abort();
  EXPECT_TRUE(sink_->write(block).ok());
  EXPECT_TRUE(sink_->is_aborted());
  EXPECT_EQ(summary().rows, 1U);
}

TEST_F(RowSinkTest, AFailedWriteIsReported) {
  file_.failure = Status::internal("disk full");
  Block block;
  add_row(block, "a\n", RowKey::invalid(Reason::kNoAt, {}));
  ASSERT_TRUE(sink_->write(block).ok());
  EXPECT_EQ(sink_->finish().message(), "disk full");
}

// --- local parts, columns in front, several files ----------------------------------------------

TEST_F(RowSinkTest, EachRowGetsItsOwnLocalPart) {
  options_.columns = {"email", "reason"};
  set_up();
  const DomainId id = decided("x.test", Reason::kMx);
  Block block;
  add_row(block, "1,ada@X.test\n", key(id));
  add_row(block, "2,\"\"\"b c\"\"@x.test\"\n", key(id));
  add_row(block, "3,nobody\n", RowKey::invalid(Reason::kNoAt, {}));
  add_row(block, "a title\n", RowKey::passed());
  add_row(block, "4,Dora@x.test\n", key(id));
  add_row(block, "5,e@x.test,padded\n", key(id));
  block.local_parts = {LocalPart::in_row(2, 3), LocalPart::in_text(5), {}, {},
                       LocalPart::in_row(2, 4), LocalPart::in_text(1)};
  block.local_text = "\"b c\"e";
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(file_.text(),
            "1,ada@X.test,ada@x.test,mx\n"
            "2,\"\"\"b c\"\"@x.test\",\"\"\"b c\"\"@x.test\",mx\n"
            "3,nobody,,no_at\n"
            "a title\n"
            "4,Dora@x.test,Dora@x.test,mx\n"
            "5,e@x.test,padded,e@x.test,mx\n");
}

// It gets its columns at the front before its end is read, and only once.
TEST_F(RowSinkTest, ARowTooLongToBeHeldGetsItsColumnsOnce) {
  for (const bool is_front : {false, true}) {
    test::SimulatedOutput file;
    options_.columns = {"reason"};
    options_.new_columns_first = is_front;
    set_up();
    std::vector<RowDestination> there = {{.file = &file}};
    sink_ = std::make_unique<RowSink>(options_, Format::kCsv, *encoder_, there, gate_, reporter_);
    Block first;
    add_row(first, "a\n", RowKey::invalid(Reason::kNoAt, {}));
    first.bytes += "long,";
    Block second;
    second.bytes = "longer,";
    Block third;
    add_row(third, "end\n", RowKey::invalid(Reason::kBadRow, {}));
    add_row(third, "b\n", RowKey::invalid(Reason::kNoAt, {}));
    for (const Block* block : {&first, &second, &third}) ASSERT_TRUE(sink_->write(*block).ok());
    ASSERT_TRUE(sink_->finish().ok());
    EXPECT_EQ(file.text(), is_front ? "no_at,a\nbad_row,long,longer,end\nno_at,b\n"
                                    : "a,no_at\nlong,longer,end,bad_row\nb,no_at\n");
  }
}

class SplitRowSinkTest : public RowSinkTest {
 protected:
  SplitRowSinkTest() { set_up(); }
  std::vector<RowDestination> destinations() override {
    std::vector<RowDestination> all;
    for (size_t i = 0; i < kActionCount; ++i) {
      const auto action = static_cast<Action>(i);
      all.push_back({.file = &files_[i], .path = std::string(name_of(action)), .action = action});
    }
    return all;
  }
  [[nodiscard]] const std::string& text(Action action) const {
    return files_[static_cast<size_t>(action)].text();
  }

  std::array<test::SimulatedOutput, kActionCount> files_;
};

TEST_F(SplitRowSinkTest, EachRowGoesToTheFileOfItsAction) {
  options_.columns = {"reason"};
  set_up();
  Block block;
  add_row(block, "a\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "b\n", key(decided("y.test", Reason::kNxdomain)));
  add_row(block, "c\n", key(decided("z.test", Reason::kDnsTimeout)));
  add_row(block, "d\n", RowKey::invalid(Reason::kEmpty, {}));
  add_row(block, "a title\n", RowKey::passed());
  add_row(block, "e\n", key(DomainId(0)));
  sink_->write_header();
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_EQ(text(Action::kSend), "email,mx_reason\na,mx\ne,mx\n");
  EXPECT_EQ(text(Action::kSuppress), "email,mx_reason\nb,nxdomain\n");
  EXPECT_EQ(text(Action::kRetry), "email,mx_reason\nc,dns_timeout\n");
  EXPECT_EQ(text(Action::kNone), "email,mx_reason\nd,empty\n");
  EXPECT_EQ(text(Action::kReview), "email,mx_reason\n");
  const Summary found = summary();
  ASSERT_EQ(found.outputs.size(), kActionCount);
  EXPECT_EQ(found.outputs[0].path, "send");
  EXPECT_EQ(found.outputs[0].rows, 2U);
  EXPECT_EQ(found.outputs[2].rows, 0U);
  EXPECT_EQ(found.rows_written, 5U);
}

TEST_F(SplitRowSinkTest, DomainsGoToTheFileOfTheirAction) {
  options_.mode = Mode::kDomains;
  set_up();
  Block block;
  block.keys = {key(decided("x.test", Reason::kMx)), key(decided("y.test", Reason::kNxdomain))};
  ASSERT_TRUE(sink_->write(block).ok());
  ASSERT_TRUE(sink_->finish().ok());
  EXPECT_TRUE(text(Action::kSend).starts_with("x.test,"));
  EXPECT_TRUE(text(Action::kSuppress).starts_with("y.test,"));
}

TEST_F(SplitRowSinkTest, WhatOneFileCannotTakeIsReported) {
  files_[static_cast<size_t>(Action::kSuppress)].failure = Status::internal("disk full");
  Block block;
  add_row(block, "a\n", key(decided("x.test", Reason::kMx)));
  add_row(block, "b\n", RowKey::invalid(Reason::kNoAt, {}));
  ASSERT_TRUE(sink_->write(block).ok());
  EXPECT_EQ(sink_->finish().message(), "disk full");
}

TEST_F(RowSinkTest, CountsCleanedAndRepeatedAddresses) {
  Block block;
  const DomainId id = decided("x.test", Reason::kMx);
  add_row(block, "a\n", key(id, {Lint::kTrimmed}));
  add_row(block, "b\n", key(id, {Lint::kTrimmed, Lint::kDuplicate}));
  add_row(block, "c\n", key(id));
  ASSERT_TRUE(sink_->write(block).ok());
  EXPECT_EQ(summary().rows_trimmed, 2U);
  EXPECT_EQ(summary().rows_duplicate, 1U);
}

}  // namespace
}  // namespace mxbulk::rows
