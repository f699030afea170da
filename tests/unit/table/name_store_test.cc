#include "table/name_store.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk::table {
namespace {

// Names of every possible length, so that many do not fit the rest of a chunk.
TEST(NameStore, KeepsNamesOfAnyLengthWhereTheyAre) {
  NameStore store;
  std::vector<std::string> names;
  std::vector<NameView> kept;
  for (uint32_t i = 0; i < 10'000; ++i) {
    names.emplace_back(1 + i * 31 % limits::kNameWireOctetsMax, static_cast<char>('a' + i % 26));
    ASSERT_EQ(store.add(names.back()), i);
    kept.push_back(store.name(i));
  }
  ASSERT_EQ(store.size(), names.size());
  for (uint32_t i = 0; i < names.size(); ++i) {
    ASSERT_EQ(store.name(i), names[i]);
    ASSERT_EQ(store.name(i).data(), kept[i].data());
  }
}

}  // namespace
}  // namespace mxbulk::table
