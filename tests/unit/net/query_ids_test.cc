#include "net/query_ids.h"

#include <gtest/gtest.h>

#include <vector>

namespace mxbulk::net {
namespace {

TEST(QueryIds, AreUniqueAmongThoseTaken) {
  RandomPool random;
  QueryIds ids;
  std::vector<bool> taken(65'536);
  for (int i = 0; i < 65'535; ++i) {
    const uint16_t id = ids.take(random);
    ASSERT_FALSE(taken[id]);
    taken[id] = true;
  }
}

TEST(QueryIds, AreGivenAgainOnceGivenBack) {
  RandomPool random;
  QueryIds ids;
  for (int i = 0; i < 65'535; ++i) (void)ids.take(random);
  const uint16_t last = ids.take(random);  // the only one left
  ids.give_back(last);
  EXPECT_EQ(ids.take(random), last);
  ids.give_back(1'234);
  EXPECT_EQ(ids.take(random), 1'234);
}

// RFC 5452 §9.2: all 65,536 values. c-ares' own generator never gave 12,000 of them.
TEST(QueryIds, UseTheWholeRange) {
  RandomPool random;
  QueryIds ids;
  std::vector<bool> seen(65'536);
  size_t distinct = 0;
  for (int i = 0; i < 2'000'000; ++i) {
    const uint16_t id = ids.take(random);
    ids.give_back(id);
    if (!seen[id]) ++distinct;
    seen[id] = true;
  }
  EXPECT_EQ(distinct, 65'536U);  // the chance that one is missing is 1 in 10^8
}

TEST(QueryIds, DifferFromRunToRun) {
  RandomPool random_of_first;
  RandomPool random_of_second;
  QueryIds first;
  QueryIds second;
  int equal = 0;
  for (int i = 0; i < 100; ++i)
    equal += first.take(random_of_first) == second.take(random_of_second) ? 1 : 0;
  EXPECT_LT(equal, 5);
}

}  // namespace
}  // namespace mxbulk::net
