#include "table/name_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk::table {
namespace {

struct Names {
  std::vector<std::string> list;
  [[nodiscard]] NameView name(uint32_t id) const { return list[id]; }
};

TEST(NameIndex, FindsNothingInAnEmptyIndex) {
  const Names names;
  const NameIndex<Names> index(names);
  EXPECT_EQ(index.find("a", 1), index.kNone);
}

// The whole hash is the same: only the names differ.
TEST(NameIndex, NamesOfOneHashStayApart) {
  constexpr uint64_t kHash = 0x1234'5678'9ABC'DEF0;
  Names names;
  NameIndex<Names> index(names);
  for (uint32_t id = 0; id < 100; ++id) {
    names.list.push_back("name " + std::to_string(id));
    ASSERT_EQ(index.find(names.list[id], kHash), index.kNone);
    index.insert(id, kHash);
  }
  for (uint32_t id = 0; id < 100; ++id) EXPECT_EQ(index.find(names.list[id], kHash), id);
  EXPECT_EQ(index.find("name 100", kHash), index.kNone);
}

TEST(NameIndex, ACandidateIsAnyNameOfThatHash) {
  constexpr uint64_t kHash = 0x1234'5678'9ABC'DEF0;
  const Names names{{"a", "b"}};
  NameIndex<Names> index(names);
  EXPECT_EQ(index.candidate(kHash), index.kNone);
  index.insert(0, kHash);
  EXPECT_EQ(index.candidate(kHash), 0U);
  index.insert(1, kHash);
  EXPECT_LT(index.candidate(kHash), 2U);
  EXPECT_EQ(index.find("b", kHash), 1U);
}

TEST(NameIndex, TheSameNameUnderAnotherHashIsNotFound) {
  Names names{{"a"}};
  NameIndex<Names> index(names);
  index.insert(0, uint64_t{1} << 32);
  EXPECT_EQ(index.find("a", uint64_t{1} << 32), 0U);
  EXPECT_EQ(index.find("a", uint64_t{2} << 32), index.kNone);
}

}  // namespace
}  // namespace mxbulk::table
