#include "asking/integrity.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::asking {
namespace {

std::set<uint32_t> kept(CanaryRing& ring) {
  std::set<uint32_t> all;
  for (size_t i = 0; i < ring.size(); ++i) all.insert(ring.next().value());
  return all;
}

TEST(CanaryRing, KeepsTheFirstAtOnce) {
  CanaryRing ring;
  EXPECT_EQ(ring.size(), 0U);
  ring.on_mx(DomainId(7));
  EXPECT_EQ(kept(ring), std::set<uint32_t>{7});
}

TEST(CanaryRing, SpreadsAFewOverAllThatItSaw) {
  CanaryRing ring;
  for (uint32_t i = 0; i < 1'000'000; ++i) ring.on_mx(DomainId(i));
  const std::set<uint32_t> all = kept(ring);
  EXPECT_EQ(all.size(), limits::kCanariesKept);
  EXPECT_GT(*all.begin(), 10'000U);
  EXPECT_LT(*all.begin(), 200'000U);
  EXPECT_GT(*all.rbegin(), 500'000U);
}

TEST(CanaryRing, GivesEachInTurn) {
  CanaryRing ring;
  ring.on_mx(DomainId(1));
  ring.on_mx(DomainId(2));
  EXPECT_EQ(ring.next(), DomainId(1));
  EXPECT_EQ(ring.next(), DomainId(2));
  EXPECT_EQ(ring.next(), DomainId(1));
}

}  // namespace
}  // namespace mxbulk::asking
