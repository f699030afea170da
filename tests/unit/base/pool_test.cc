#include "base/pool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk {
namespace {

TEST(Pool, AHandleFindsItsObjectUntilItIsReleased) {
  Pool<int> pool;
  const Handle<int> handle = pool.create();
  pool[handle] = 7;
  ASSERT_NE(pool.find(handle), nullptr);
  EXPECT_EQ(*pool.find(handle), 7);
  EXPECT_EQ(pool.size(), 1U);
  pool.release(handle);
  EXPECT_EQ(pool.find(handle), nullptr);
  EXPECT_TRUE(pool.empty());
}

TEST(Pool, AnOldHandleDoesNotFindTheNextObjectInItsPlace) {
  Pool<int> pool;
  const Handle<int> old = pool.create();
  pool.release(old);
  const Handle<int> next = pool.create();
  EXPECT_EQ(next.index, old.index);
  EXPECT_EQ(pool.find(old), nullptr);
  EXPECT_NE(pool.find(next), nullptr);
}

TEST(Pool, ARenewedHandleReplacesTheOldOne) {
  Pool<int> pool;
  const Handle<int> old = pool.create();
  pool[old] = 3;
  const Handle<int> renewed = pool.renew(old);
  EXPECT_EQ(pool.find(old), nullptr);
  EXPECT_EQ(pool[renewed], 3);
}

TEST(Pool, AHandleThatWasNeverSetFindsNothing) {
  Pool<int> pool;
  (void)pool.create();
  EXPECT_EQ(pool.find(Handle<int>()), nullptr);
  EXPECT_FALSE(Handle<int>().is_set());
}

TEST(Pool, AHandleAsANumberAndBack) {
  const Handle<int> handle{5, 0xFFFFFFFE};
  EXPECT_EQ(Handle<int>::unpacked(handle.packed()), handle);
}

TEST(Pool, ObjectsDoNotMove) {
  Pool<std::string> pool;
  const Handle<std::string> first = pool.create();
  const std::string* const address = pool.find(first);
  for (int i = 0; i < 10'000; ++i) (void)pool.create();
  EXPECT_EQ(pool.find(first), address);
}

TEST(Pool, VisitsWhatIsLiveAndMayReleaseIt) {
  Pool<int> pool;
  std::vector<Handle<int>> handles;
  for (int i = 0; i < 5; ++i) {
    handles.push_back(pool.create());
    pool[handles.back()] = i;
  }
  pool.release(handles[1]);
  std::vector<int> seen;
  pool.for_each([&](Handle<int> handle, int value) {
    seen.push_back(value);
    pool.release(handle);
  });
  EXPECT_EQ(seen, (std::vector<int>{0, 2, 3, 4}));
  EXPECT_TRUE(pool.empty());
}

}  // namespace
}  // namespace mxbulk
