#include "base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace mxbulk {
namespace {

TEST(Arena, KeepsCopiesWhereTheyAre) {
  Arena arena;
  std::vector<std::pair<std::string, std::string_view>> kept;
  for (size_t i = 0; i < 5'000; ++i) {
    std::string bytes(i % 97, static_cast<char>('a' + i % 26));  // empty ones too
    kept.emplace_back(bytes, arena.store(bytes));
  }
  for (const auto& [original, copy] : kept) {
    EXPECT_EQ(copy, original);
    EXPECT_NE(copy.data(), original.data());
  }
}

TEST(Arena, TakesAWholeChunkAndGoesOn) {
  Arena arena;
  const std::string whole(Arena::kChunkBytes, 'x');
  const std::string_view first = arena.store("a");
  const std::string_view second = arena.store(whole);
  const std::string_view third = arena.store("b");
  EXPECT_EQ(first, "a");
  EXPECT_EQ(second, whole);
  EXPECT_EQ(third, "b");
}

TEST(Arena, ArraysAreAlignedWhateverPrecedesThem) {
  Arena arena;
  for (size_t i = 0; i < 9'000; ++i) {
    (void)arena.store(std::string_view("abcdefg").substr(0, 1 + i % 7));
    uint64_t* const array = arena.store_array<uint64_t>(2);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(array) % alignof(uint64_t), 0U);
    array[0] = array[1] = i;  // a sanitizer reports writes outside
  }
}

TEST(Arena, AnArrayAtTheEndOfAChunkIsWhole) {
  Arena arena;
  (void)arena.store(std::string(Arena::kChunkBytes - 3, 'x'));
  uint32_t* const array = arena.store_array<uint32_t>(4);
  ASSERT_EQ(reinterpret_cast<uintptr_t>(array) % alignof(uint32_t), 0U);
  array[3] = 1;
  uint32_t* const largest = arena.store_array<uint32_t>(Arena::kChunkBytes / sizeof(uint32_t));
  largest[Arena::kChunkBytes / sizeof(uint32_t) - 1] = 1;
}

}  // namespace
}  // namespace mxbulk
