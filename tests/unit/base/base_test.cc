#include <gtest/gtest.h>

#include <set>
#include <string>
#include <type_traits>

#include "base/clock.h"
#include "base/hash.h"
#include "base/strong_id.h"

namespace mxbulk {
namespace {

TEST(Hash, IsXxh3OnEveryMachine) {
  // From the reference implementation: an index on disk may one day depend on it.
  EXPECT_EQ(hash_bytes(""), 0x2D06800538D394C2U);
  EXPECT_EQ(hash_bytes("example.org"), hash_bytes(std::string("example.org")));
}

TEST(Hash, DependsOnEveryOctetAndOnTheSeed) {
  const std::string text = "a rather long name that takes more than one round of the hash.example";
  std::set<uint64_t> hashes = {hash_bytes(text), hash_bytes(text, 1)};
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    hashes.insert(hash_bytes(other));
    hashes.insert(hash_bytes(std::string_view(text).substr(0, i)));
  }
  EXPECT_EQ(hashes.size(), 2 + 2 * text.size());
}

TEST(Hash, SpreadsNamesOverAllItsBits) {
  uint64_t ever_set = 0;
  uint64_t ever_clear = 0;
  for (int i = 0; i < 100; ++i) {
    const uint64_t hash = hash_bytes("d" + std::to_string(i) + ".example");
    ever_set |= hash;
    ever_clear |= ~hash;
  }
  EXPECT_EQ(ever_set, ~uint64_t{0});
  EXPECT_EQ(ever_clear, ~uint64_t{0});
}

TEST(StrongId, IsInvalidUntilItHasAValue) {
  EXPECT_FALSE(DomainId().valid());
  EXPECT_TRUE(DomainId(0).valid());
  EXPECT_EQ(DomainId(7).value(), 7U);
  EXPECT_LT(DomainId(1), DomainId(2));
  EXPECT_EQ(sizeof(DomainId), 4U);
}

TEST(StrongId, ADomainNeverMeetsAHost) {
  static_assert(!std::is_convertible_v<DomainId, HostId>);
  static_assert(!std::is_constructible_v<HostId, DomainId>);
  static_assert(!std::is_convertible_v<uint32_t, DomainId>);
}

TEST(SteadyClock, NeverGoesBack) {
  const SteadyClock clock;
  int64_t before_us = clock.now_us();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now_us = clock.now_us();
    ASSERT_GE(now_us, before_us);
    before_us = now_us;
  }
}

}  // namespace
}  // namespace mxbulk
