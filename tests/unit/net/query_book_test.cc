#include "net/query_book.h"

#include <gtest/gtest.h>

#include <set>

namespace mxbulk::net {
namespace {

TEST(QueryBook, FindsWhatWaitsByItsIdAlone) {
  QueryBook book(2);  // so few buckets that IDs share them
  OpenQuery& first = book.open(10);
  OpenQuery& second = book.open(20);
  EXPECT_EQ(book.find(7), nullptr);
  book.file(first, 7);
  book.file(second, 7 + 256);
  EXPECT_EQ(book.find(7), &first);
  EXPECT_EQ(book.find(7 + 256), &second);
  EXPECT_EQ(book.find(7 + 512), nullptr);
  book.stop_waiting(first);
  EXPECT_EQ(book.find(7), nullptr);
  EXPECT_EQ(book.find(7 + 256), &second);
}

TEST(QueryBook, FindsTheOldestOverdueQuery) {
  QueryBook book(8);
  OpenQuery& first = book.open(10);
  OpenQuery& second = book.open(20);
  OpenQuery& third = book.open(20);
  EXPECT_EQ(book.overdue(9), nullptr);
  EXPECT_EQ(book.overdue(10), &first);
  book.stop_waiting(second);  // from the middle
  book.stop_waiting(first);
  EXPECT_EQ(book.overdue(19), nullptr);
  EXPECT_EQ(book.overdue(20), &third);
  book.stop_waiting(third);
  EXPECT_EQ(book.overdue(1'000), nullptr);
}

// c-ares may keep a query that nothing waits for: its memory is not reused before.
TEST(QueryBook, ReleasesOnlyTheGivenQuery) {
  QueryBook book(8);
  OpenQuery& held = book.open(10);
  book.stop_waiting(held);
  EXPECT_EQ(book.size(), 1U);
  EXPECT_NE(&book.open(20), &held);
  book.release(held);
  EXPECT_EQ(book.size(), 1U);
  EXPECT_EQ(&book.open(30), &held);
}

TEST(QueryBook, UsesItsMemoryAgain) {
  QueryBook book(8);
  std::set<OpenQuery*> seen;
  for (int64_t round = 0; round < 1'000; ++round) {
    OpenQuery& query = book.open(round);
    seen.insert(&query);
    book.file(query, static_cast<uint16_t>(round));
    book.stop_waiting(query);
    book.release(query);
  }
  EXPECT_EQ(seen.size(), 1U);
  EXPECT_EQ(book.size(), 0U);
}

}  // namespace
}  // namespace mxbulk::net
