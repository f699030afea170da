#include "table/domain_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk::table {
namespace {

using Request = DomainTable::Request;

std::string wire(const std::string& text) {
  return std::string(DomainName::from_text(text)->view());
}

struct Interned {
  std::vector<uint32_t> ids;
  DomainTable::NewIds added;
};

Interned intern_batch(DomainTable& table, const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) names.push_back(wire(text));
  std::vector<Request> requests;
  for (const std::string& name : names) requests.push_back({name, {}});
  std::vector<DomainId> ids(requests.size());
  const auto added = table.intern(requests, ids);
  EXPECT_TRUE(added.has_value());
  Interned interned = {{}, *added};
  for (DomainId id : ids) interned.ids.push_back(id.value());
  return interned;
}

std::vector<uint32_t> intern(DomainTable& table, const std::vector<std::string>& texts) {
  return intern_batch(table, texts).ids;
}

TEST(DomainTable, IdsAreDenseAndInOrderOfAppearance) {
  DomainTable table;
  EXPECT_EQ(intern(table, {"b.test", "a.test", "c.test"}), (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(intern(table, {"d.test", "a.test"}), (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(table.size(), 4U);
  EXPECT_EQ(to_text(table.name(DomainId(1))), "a.test");
}

TEST(DomainTable, DuplicatesInOneBatchShareAnId) {
  DomainTable table;
  EXPECT_EQ(intern(table, {"a.test", "a.test", "b.test", "a.test"}),
            (std::vector<uint32_t>{0, 0, 1, 0}));
  EXPECT_EQ(table.size(), 2U);
}

TEST(DomainTable, ReportsWhichIdsOfABatchAreNew) {
  DomainTable table;
  const Interned all = intern_batch(table, {"a.test", "b.test", "a.test"});
  EXPECT_EQ(all.added.first, DomainId(0));
  EXPECT_EQ(all.added.count, 2U);
  const Interned some = intern_batch(table, {"b.test", "c.test", "a.test", "d.test", "c.test"});
  EXPECT_EQ(some.ids, (std::vector<uint32_t>{1, 2, 0, 3, 2}));
  EXPECT_EQ(some.added.first, DomainId(2));
  EXPECT_EQ(some.added.count, 2U);
  EXPECT_EQ(intern_batch(table, {"d.test", "a.test"}).added.count, 0U);
  EXPECT_EQ(intern_batch(table, {}).added.count, 0U);
}

TEST(DomainTable, AnEmptyBatchIsNothing) {
  DomainTable table;
  EXPECT_TRUE(intern(table, {}).empty());
  EXPECT_EQ(table.size(), 0U);
}

// Longer than what is fetched ahead, and than a chunk of the slab.
TEST(DomainTable, ManyNamesKeepTheirIdsThroughGrowth) {
  constexpr uint32_t kCount = 20'000;
  DomainTable table;
  std::vector<std::string> names;
  for (uint32_t i = 0; i < kCount; ++i) names.push_back("d" + std::to_string(i) + ".test");
  const std::vector<uint32_t> first = intern(table, names);
  const std::vector<uint32_t> again = intern(table, names);
  for (uint32_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(first[i], i);
    ASSERT_EQ(again[i], i);
    ASSERT_EQ(to_text(table.name(DomainId(i))), names[i]);
  }
}

TEST(DomainTable, CopiesNamesOfAnyLength) {
  const std::string label(63, 'x');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'y');
  DomainTable table;
  EXPECT_EQ(intern(table, {longest, "a.b"}), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(to_text(table.name(DomainId(0))), longest);
  EXPECT_EQ(intern(table, {longest}), std::vector<uint32_t>{0});
}

TEST(DomainTable, ARecordIsReadyOncePublishedWithItsOwnListOfExchanges) {
  DomainTable table;
  intern(table, {"a.test", "b.test"});
  EXPECT_FALSE(table.is_ready(DomainId(0)));
  std::vector<HostId> exchanges = {HostId(4), HostId(2)};
  DomainRecord record;
  record.reason = Reason::kMx;
  record.exchanges = exchanges.data();
  record.exchange_count = 2;
  table.publish(DomainId(0), record);
  exchanges.assign(2, HostId(9));
  ASSERT_TRUE(table.is_ready(DomainId(0)));
  EXPECT_FALSE(table.is_ready(DomainId(1)));
  const DomainRecord& kept = table.record(DomainId(0));
  EXPECT_EQ(kept.reason, Reason::kMx);
  ASSERT_EQ(kept.exchange_count, 2U);
  EXPECT_EQ(kept.exchanges[0], HostId(4));
  EXPECT_EQ(kept.exchanges[1], HostId(2));
}

TEST(DomainTable, ARecordGetsTheLintsThatItsNameHadAtFirstAppearance) {
  DomainTable table;
  const std::string name = wire("xn--a.test");
  const std::vector<Request> requests = {{name, {Lint::kBadAlabel}}, {name, {}}};
  std::vector<DomainId> ids(2);
  ASSERT_TRUE(table.intern(requests, ids));
  EXPECT_EQ(ids[0], ids[1]);
  DomainRecord record;
  record.lints.add(Lint::kTtlOdd);
  table.publish(ids[0], record);
  EXPECT_EQ(table.record(ids[0]).lints, (LintSet{Lint::kBadAlabel, Lint::kTtlOdd}));
}

}  // namespace
}  // namespace mxbulk::table
