#include "base/slab.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace mxbulk {
namespace {

using SmallSlab = Slab<int, 2, 4>;  // chunks of four, sixteen in all

TEST(Slab, GrowsToItsCapacity) {
  SmallSlab slab;
  EXPECT_EQ(SmallSlab::capacity(), 16U);
  for (uint32_t i = 0; i < SmallSlab::capacity(); ++i) {
    EXPECT_EQ(slab.size(), i);
    slab.prepare() = static_cast<int>(i * i);
    EXPECT_EQ(slab.publish(), i);
  }
  for (uint32_t i = 0; i < slab.size(); ++i) EXPECT_EQ(slab[i], static_cast<int>(i * i));
}

TEST(Slab, APreparedElementIsPrivateUntilPublished) {
  SmallSlab slab;
  slab.prepare() = 7;
  EXPECT_EQ(slab.size(), 0U);
  EXPECT_EQ(slab.prepare(), 7);  // the same one
  slab.publish();
  EXPECT_EQ(slab.size(), 1U);
}

TEST(Slab, ElementsBeginInitialisedAndNeverMove) {
  Slab<std::string, 2, 64> slab;
  std::vector<const std::string*> places;
  for (uint32_t i = 0; i < 200; ++i) {
    std::string& element = slab.prepare();
    EXPECT_TRUE(element.empty());
    element = std::string(40, static_cast<char>('a' + i % 26));
    places.push_back(&element);
    slab.publish();
  }
  for (uint32_t i = 0; i < 200; ++i) EXPECT_EQ(&slab[i], places[i]);
}

TEST(Slab, GrowsToAnIndexWithElementsOfTheirInitialValue) {
  Slab<int> slab;
  slab.grow_to(9'999) = 7;
  EXPECT_EQ(slab.size(), 10'000U);
  EXPECT_EQ(slab[0], 0);
  EXPECT_EQ(slab[9'998], 0);
  EXPECT_EQ(slab.grow_to(9'999), 7);
  EXPECT_EQ(slab.size(), 10'000U);
}

TEST(Slab, AReaderSeesWholeElementsBelowTheSizeItSaw) {
  struct Pair {
    uint64_t value = 0;
    uint64_t complement = 0;
  };
  constexpr uint32_t kAll = 50'000;
  Slab<Pair> slab;
  std::thread writer([&] {
    for (uint64_t i = 0; i < kAll; ++i) {
      Pair& pair = slab.prepare();
      pair = {i, ~i};
      slab.publish();
    }
  });
  uint32_t checked = 0;
  while (checked < kAll) {
    const uint32_t size = slab.size();
    for (; checked < size; ++checked) {
      const Pair& pair = slab[checked];
      ASSERT_EQ(pair.value, checked);
      ASSERT_EQ(pair.complement, ~pair.value);
    }
  }
  writer.join();
}

}  // namespace
}  // namespace mxbulk
