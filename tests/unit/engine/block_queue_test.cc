#include "engine/block_queue.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace mxbulk::engine {
namespace {

constexpr uint64_t kRoomBytes = 1'000;

Block block_of(size_t bytes, uint64_t first_row = 0) {
  Block block;
  block.bytes.assign(bytes, 'x');
  block.first_row = first_row;
  return block;
}

bool push(BlockQueue& queue, Block block) {
  return queue.push(std::move(block), [] { FAIL() << "it had to wait"; });
}

TEST(BlockQueue, KeepsTheOrder) {
  BlockQueue queue(kRoomBytes);
  EXPECT_TRUE(queue.is_empty());
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(push(queue, block_of(10, i)));
  EXPECT_FALSE(queue.is_empty());
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(queue.pop()->first_row, i);
}

TEST(BlockQueue, TakesABlockOfAnySizeWhenEmpty) {
  BlockQueue queue(10);
  EXPECT_TRUE(push(queue, block_of(100'000)));
  EXPECT_EQ(queue.pop()->bytes.size(), 100'000U);
}

TEST(BlockQueue, WhatIsLeftIsDeliveredAfterClose) {
  BlockQueue queue(kRoomBytes);
  ASSERT_TRUE(push(queue, block_of(10)));
  queue.close();
  EXPECT_TRUE(queue.pop());
  EXPECT_FALSE(queue.pop());
  EXPECT_FALSE(queue.pop());
}

TEST(BlockQueue, AbortDropsWhatIsLeft) {
  BlockQueue queue(kRoomBytes);
  ASSERT_TRUE(push(queue, block_of(10)));
  queue.abort();
  EXPECT_FALSE(queue.pop());
  EXPECT_FALSE(push(queue, block_of(10)));
}

TEST(BlockQueue, AFullQueueSaysSoOnceAndWaitsForRoom) {
  BlockQueue queue(kRoomBytes);
  ASSERT_TRUE(push(queue, block_of(600, 1)));
  std::promise<void> waits;
  int calls = 0;
  std::thread pusher([&] {
    EXPECT_TRUE(queue.push(block_of(600, 2), [&] {
      ++calls;
      waits.set_value();
    }));
  });
  waits.get_future().wait();
  EXPECT_EQ(queue.pop()->first_row, 1U);
  EXPECT_EQ(queue.pop()->first_row, 2U);  // its room became free with this pop
  pusher.join();
  EXPECT_EQ(calls, 1);
}

// The popped block is still being written: its bytes are not free yet.
TEST(BlockQueue, ABlockThatIsBeingWrittenStillTakesRoom) {
  BlockQueue queue(kRoomBytes);
  ASSERT_TRUE(push(queue, block_of(600)));
  ASSERT_TRUE(queue.pop());
  std::promise<void> waits;
  std::thread pusher([&] { EXPECT_TRUE(queue.push(block_of(600), [&] { waits.set_value(); })); });
  waits.get_future().wait();
  EXPECT_TRUE(queue.pop());
  pusher.join();
}

TEST(BlockQueue, AbortWakesAWaitingPusher) {
  BlockQueue queue(kRoomBytes);
  ASSERT_TRUE(push(queue, block_of(900)));
  std::promise<void> waits;
  std::thread pusher([&] { EXPECT_FALSE(queue.push(block_of(900), [&] { waits.set_value(); })); });
  waits.get_future().wait();
  queue.abort();
  pusher.join();
}

TEST(BlockQueue, CloseAndAbortWakeAWaitingPopper) {
  for (const bool aborts : {false, true}) {
    BlockQueue queue(kRoomBytes);
    std::promise<void> started;
    std::thread popper([&] {
      started.set_value();
      EXPECT_FALSE(queue.pop());
    });
    started.get_future().wait();
    if (aborts)
      queue.abort();
    else
      queue.close();
    popper.join();
  }
}

TEST(BlockQueue, ManyBlocksThroughALittleRoomArriveAllInOrder) {
  constexpr uint64_t kBlocks = 5'000;
  BlockQueue queue(kRoomBytes);
  std::thread pusher([&] {
    for (uint64_t i = 0; i < kBlocks; ++i) {
      ASSERT_TRUE(queue.push(block_of(i * 37 % 700, i), [] {}));
    }
    queue.close();
  });
  uint64_t next = 0;
  while (const auto block = queue.pop()) ASSERT_EQ(block->first_row, next++);
  pusher.join();
  EXPECT_EQ(next, kBlocks);
}

}  // namespace
}  // namespace mxbulk::engine
