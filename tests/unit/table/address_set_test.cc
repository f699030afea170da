#include "table/address_set.h"

#include <gtest/gtest.h>

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
