#include "table/address_set.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/hash.h"

namespace mxbulk::table {
namespace {

TEST(AddressSet, KnowsWhatItHasSeen) {
  AddressSet set;
  for (const uint64_t hash : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}, uint64_t{1} << 63}) {
    EXPECT_TRUE(set.insert(hash));
    EXPECT_FALSE(set.insert(hash));
  }
}

TEST(AddressSet, FindsWhichOfManyItHasSeen) {
  AddressSet set;
  std::vector<uint64_t> hashes;
  for (uint64_t i = 0; i < 100; ++i) hashes.push_back(i * 0x9E37'79B9'7F4A'7C15);
  std::vector<size_t> known;
  const auto note = [&](size_t index) { known.push_back(index); };
  set.insert_all(hashes, note);
  EXPECT_TRUE(known.empty());
  set.insert_all({hashes.data() + 99, 1}, note);
  EXPECT_EQ(known, std::vector<size_t>{0});
  known.clear();
  const std::vector<uint64_t> more = {1, hashes[3], 1, 2};
  set.insert_all(more, note);
  EXPECT_EQ(known, (std::vector<size_t>{1, 2}));
}

// 16 octets an address at most, at whatever number the run ends; one table of all would take 21
// after each doubling.
TEST(AddressSet, TakesAtMost16OctetsAnAddress) {
  AddressSet set;
  for (uint64_t i = 1; i <= 3'000'000; ++i) {
    ASSERT_TRUE(set.insert(hash_bytes({reinterpret_cast<const char*>(&i), sizeof i})));
    if (i < 50'000 || i % 1'009 != 0) continue;
    ASSERT_LE(set.memory_bytes(), 16 * i) << i;
  }
}

}  // namespace
}  // namespace mxbulk::table
