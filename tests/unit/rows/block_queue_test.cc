#include "rows/block_queue.h"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <thread>

#include "support/memory_spill.h"

namespace mxbulk::rows {
namespace {

using test::MemoryDisk;

constexpr size_t kBlockBytes = 10'000;
constexpr uint64_t kRoomBytes = 4 * kBlockBytes;  // three blocks, and what they need besides

Block block_of(size_t bytes, uint64_t first_row = 0) {
  Block block;
  block.bytes.assign(bytes, static_cast<char>('a' + first_row % 26));
  block.row_ends = {static_cast<uint32_t>(bytes)};
  block.keys = {RowKey::waiting_for(DomainId(static_cast<uint32_t>(first_row)), {}, false)};
  block.first_row = first_row;
  return block;
}

class BlockQueueTest : public testing::Test {
 protected:
  bool push(uint64_t number, size_t bytes = kBlockBytes) {
    return queue_.push(block_of(bytes, number), [] { ADD_FAILURE() << "it had to wait"; });
  }
  // The number of the next block; -1 at the end.
  int64_t pop() {
    const Result<bool> more = queue_.pop(block_);
    EXPECT_TRUE(more.ok()) << more.status().message();
    if (!more.ok() || !more.value()) return -1;
    EXPECT_EQ(block_.keys.at(0).domain().value(), block_.first_row);
    EXPECT_EQ(block_.bytes, block_of(block_.bytes.size(), block_.first_row).bytes);
    return static_cast<int64_t>(block_.first_row);
  }
  void expect_rest(int64_t next, int64_t end) {
    queue_.close();
    for (; next < end; ++next) ASSERT_EQ(pop(), next);
    EXPECT_EQ(pop(), -1);
  }

  MemoryDisk disk_;
  BlockQueue queue_{kRoomBytes, disk_.opener()};
  Block block_;
};

TEST_F(BlockQueueTest, KeepsTheOrder) {
  EXPECT_TRUE(queue_.is_empty());
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(push(i));
  EXPECT_FALSE(queue_.is_empty());
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(pop(), i);
  EXPECT_EQ(queue_.rows_deferred(), 0U);
}

TEST_F(BlockQueueTest, TakesABlockOfAnySizeWhenEmpty) {
  EXPECT_TRUE(push(0, 10 * kRoomBytes));
  EXPECT_EQ(pop(), 0);
}

TEST_F(BlockQueueTest, WhatIsLeftIsDeliveredAfterClose) {
  ASSERT_TRUE(push(0));
  queue_.close();
  EXPECT_EQ(pop(), 0);
  EXPECT_EQ(pop(), -1);
  EXPECT_EQ(pop(), -1);
}

TEST_F(BlockQueueTest, AbortDropsWhatIsLeft) {
  ASSERT_TRUE(push(0));
  queue_.abort();
  EXPECT_EQ(pop(), -1);
  EXPECT_FALSE(push(1));
}

// The first row's domain is undecided until the end of the list.
TEST_F(BlockQueueTest, WhileTheWriterWaitsForAVerdictTheReaderNeverWaits) {
  ASSERT_TRUE(push(0));
  ASSERT_EQ(pop(), 0);
  queue_.set_writer_waits(true);
  for (uint64_t i = 1; i < 1'000; ++i) ASSERT_TRUE(push(i));
  EXPECT_EQ(queue_.rows_deferred(), 1'000U - 3);  // one is being written, two are in memory
  queue_.set_writer_waits(false);
  expect_rest(1, 1'000);
}

TEST_F(BlockQueueTest, BlocksAfterDeferredOnesMayStayInMemory) {
  queue_.set_writer_waits(true);
  for (uint64_t i = 0; i < 6; ++i) ASSERT_TRUE(push(i));
  EXPECT_EQ(queue_.rows_deferred(), 3U);
  queue_.set_writer_waits(false);
  for (int64_t i = 0; i < 3; ++i) ASSERT_EQ(pop(), i);
  for (uint64_t i = 6; i < 8; ++i) ASSERT_TRUE(push(i));
  EXPECT_EQ(queue_.rows_deferred(), 3U);
  expect_rest(3, 8);
}

TEST_F(BlockQueueTest, BlocksInMemoryAreDeferredInOrderIfSpaceIsNeeded) {
  queue_.set_writer_waits(true);
  for (uint64_t i = 0; i < 6; ++i) ASSERT_TRUE(push(i));
  for (int64_t i = 0; i < 3; ++i) ASSERT_EQ(pop(), i);
  for (uint64_t i = 6; i < 20; ++i) ASSERT_TRUE(push(i));
  EXPECT_EQ(queue_.rows_deferred(), 20U - 3 - 2);
  queue_.set_writer_waits(false);
  expect_rest(3, 20);
}

// They overtook those in memory after the block that was deferred last.
TEST_F(BlockQueueTest, BlocksPushedWhenTheLastDeferredOneIsOutKeepTheOrder) {
  queue_.set_writer_waits(true);
  for (uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(push(i));
  queue_.set_writer_waits(false);
  for (int64_t i = 0; i < 3; ++i) ASSERT_EQ(pop(), i);
  ASSERT_TRUE(push(4));  // after the deferred one
  ASSERT_EQ(pop(), 3);
  ASSERT_TRUE(push(5));
  expect_rest(4, 6);
}

TEST_F(BlockQueueTest, AnyMixOfPushesAndPopsKeepsTheOrder) {
  std::mt19937 random(5);
  queue_.set_writer_waits(true);
  uint64_t pushed = 0;
  int64_t popped = 0;
  for (int step = 0; step < 20'000; ++step) {
    const bool pushes = random() % 1'000 < (step / 500 % 2 == 0 ? 600 : 400);
    if (pushes || static_cast<uint64_t>(popped) == pushed) {
      ASSERT_TRUE(push(pushed++, random() % kBlockBytes));
    } else {
      ASSERT_EQ(pop(), popped++);
    }
  }
  EXPECT_GT(queue_.rows_deferred(), 100U);
  expect_rest(popped, static_cast<int64_t>(pushed));
}

// A short text that is moved onto a long one leaves the long one's memory in place: more was freed
// than had been counted, and in the end the reader waited for space in an empty queue.
TEST_F(BlockQueueTest, ASmallBlockAfterALargeOneFreesItsOwnSpace) {
  for (uint64_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(push(2 * i, kBlockBytes));
    ASSERT_TRUE(push(2 * i + 1, 1));
    ASSERT_EQ(pop(), static_cast<int64_t>(2 * i));
    ASSERT_EQ(pop(), static_cast<int64_t>(2 * i + 1));
  }
  EXPECT_LT(block_.bytes.capacity(), 100U);
  for (uint64_t i = 200; i < 203; ++i) ASSERT_TRUE(push(i));
}

TEST_F(BlockQueueTest, AnErrorOfADeferredBlockComesWithThePop) {
  queue_.set_writer_waits(true);
  for (uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(push(i));
  for (int64_t i = 0; i < 3; ++i) ASSERT_EQ(pop(), i);
  disk_.fails_at = disk_.calls + 1;
  EXPECT_EQ(queue_.pop(block_).status().code(), StatusCode::kInternal);
}

// Pushes from a thread of its own; what it does there is known as soon as it waits.
class WaitingBlockQueue : public BlockQueueTest {
 protected:
  void SetUp() override {
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(push(i));
  }
  void TearDown() override { pusher_.join(); }
  void push_from_thread(uint64_t first, uint64_t end, bool expected = true) {
    pusher_ = std::thread([=, this] {
      for (uint64_t i = first; i < end; ++i) {
        const bool pushed = queue_.push(block_of(kBlockBytes, i), [this] { stuck_.set_value(); });
        EXPECT_EQ(pushed, expected);
      }
      queue_.close();
    });
  }

  std::promise<void> stuck_;
  std::thread pusher_;
};

// No bytes go to the disk only because the output is read slowly.
TEST_F(WaitingBlockQueue, WhileTheWriterIsAtWorkTheReaderWaits) {
  push_from_thread(3, 200);
  for (int64_t i = 0; i < 200; ++i) ASSERT_EQ(pop(), i);
  EXPECT_EQ(pop(), -1);
  EXPECT_EQ(queue_.rows_deferred(), 0U);
}

TEST_F(WaitingBlockQueue, AWriterThatBeginsToWaitFreesTheReader) {
  ASSERT_EQ(pop(), 0);
  push_from_thread(3, 10);
  queue_.set_writer_waits(true);
  pusher_.join();  // though nothing was popped
  EXPECT_EQ(queue_.rows_deferred(), 7U);
  queue_.set_writer_waits(false);
  for (int64_t i = 1; i < 10; ++i) ASSERT_EQ(pop(), i);
  pusher_ = std::thread([] {});
}

// The popped block is still being written: its bytes are not free yet.
TEST_F(WaitingBlockQueue, ABlockThatIsBeingWrittenStillTakesRoom) {
  ASSERT_EQ(pop(), 0);
  queue_.set_writer_waits(true);
  push_from_thread(3, 4);
  pusher_.join();
  EXPECT_EQ(queue_.rows_deferred(), 1U);
  pusher_ = std::thread([] {});
}

TEST_F(WaitingBlockQueue, WithoutADiskItSaysSoOnceAndWaitsForRoom) {
  disk_.fails_at = 1;
  queue_.set_writer_waits(true);
  push_from_thread(3, 4);
  stuck_.get_future().wait();
  EXPECT_EQ(queue_.deferring_failure().code(), StatusCode::kInternal);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(pop(), i);
  EXPECT_EQ(queue_.rows_deferred(), 0U);
}

TEST_F(WaitingBlockQueue, AbortWakesTheReader) {
  push_from_thread(3, 4, false);
  queue_.abort();
}

TEST(BlockQueue, CloseAndAbortWakeAWaitingWriter) {
  for (const bool aborts : {false, true}) {
    MemoryDisk disk;
    BlockQueue queue(kRoomBytes, disk.opener());
    std::promise<void> started;
    std::thread writer([&] {
      started.set_value();
      Block block;
      EXPECT_FALSE(queue.pop(block).value());
    });
    started.get_future().wait();
    if (aborts)
      queue.abort();
    else
      queue.close();
    writer.join();
  }
}

// Opening, writing or reading fails at the n-th call, for every n: what cannot be deferred waits in
// memory, and what cannot be read again is an error, never a row less.
TEST(BlockQueue, WhateverTheDiskDoesNoBlockIsLostOrDoubled) {
  constexpr int64_t kBlocks = 12;
  MemoryDisk disk;
  bool has_failed = true;
  for (uint64_t fails_at = 1; has_failed; ++fails_at) {
    disk = MemoryDisk{.fails_at = fails_at};
    BlockQueue queue(kRoomBytes, disk.opener());
    queue.set_writer_waits(true);
    std::promise<void> stuck_or_done;
    std::thread pusher([&] {
      bool is_told = false;
      const auto tell = [&] {
        if (!is_told) stuck_or_done.set_value();
        is_told = true;
      };
      for (uint64_t i = 0; i < kBlocks; ++i)
        EXPECT_TRUE(queue.push(block_of(kBlockBytes, i), tell));
      tell();
      queue.close();
    });
    stuck_or_done.get_future().wait();
    Block block;
    int64_t next = 0;
    Result<bool> more = queue.pop(block);
    for (; more.ok() && more.value(); more = queue.pop(block)) {
      ASSERT_EQ(block.first_row, static_cast<uint64_t>(next));
      ASSERT_EQ(block.bytes, block_of(kBlockBytes, block.first_row).bytes);
      ++next;
    }
    pusher.join();
    has_failed = disk.failed != MemoryDisk::Call::kNone;
    const bool is_read = disk.failed == MemoryDisk::Call::kRead;
    EXPECT_EQ(more.ok(), !is_read) << fails_at;
    EXPECT_EQ(next == kBlocks, !is_read) << fails_at;
    EXPECT_EQ(queue.deferring_failure().ok(), !has_failed || is_read) << fails_at;
  }
  EXPECT_GT(disk.calls, 30U) << "hardly anything was deferred: this test checks little";
}

// The writer waits now and then, as it does if the resolver is the slowest part.
TEST(BlockQueue, ManyBlocksThroughALittleRoomArriveAllInOrder) {
  constexpr uint64_t kBlocks = 20'000;
  MemoryDisk disk;
  BlockQueue queue(kRoomBytes, disk.opener());
  std::thread pusher([&] {
    for (uint64_t i = 0; i < kBlocks; ++i) {
      ASSERT_TRUE(queue.push(block_of(i * 37 % 7'000, i), [] { FAIL() << "it had to wait"; }));
    }
    queue.close();
  });
  Block block;
  uint64_t next = 0;
  while (queue.pop(block).value()) {
    ASSERT_EQ(block.first_row, next++);
    queue.set_writer_waits(next % 7 < 3);
  }
  pusher.join();
  EXPECT_EQ(next, kBlocks);
}

}  // namespace
}  // namespace mxbulk::rows
