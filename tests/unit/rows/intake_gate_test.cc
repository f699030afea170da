#include "rows/gates.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace mxbulk::rows {
namespace {

TEST(IntakeGate, LetsSomeThroughUnbegun) {
  IntakeGate gate(100);
  EXPECT_TRUE(gate.wait(0));
  EXPECT_TRUE(gate.wait(100));
  gate.poll(50);
  EXPECT_TRUE(gate.wait(150));
}

TEST(IntakeGate, WaitsUntilHalfOfThemAreBegun) {
  IntakeGate gate(100);
  std::promise<void> started;
  std::atomic<bool> is_through = false;
  std::thread reader([&] {
    started.set_value();
    EXPECT_TRUE(gate.wait(200));
    is_through = true;
  });
  started.get_future().wait();
  gate.poll(149);
  EXPECT_FALSE(is_through);
  gate.poll(150);
  reader.join();
}

TEST(IntakeGate, AbortEndsAWait) {
  IntakeGate gate(1);
  std::promise<void> started;
  std::thread reader([&] {
    started.set_value();
    EXPECT_FALSE(gate.wait(1'000));
  });
  started.get_future().wait();
  gate.abort();
  reader.join();
  EXPECT_FALSE(gate.wait(1'000));
}

// After a lost wake-up the reader would sleep forever.
TEST(IntakeGate, EveryWaitEnds) {
  constexpr uint32_t kDomains = 20'000;
  IntakeGate gate(2);
  std::atomic<uint32_t> interned = 0;
  std::thread loop([&] {
    for (uint32_t begun = 0; begun < kDomains;) {
      if (begun < interned) gate.poll(++begun);
    }
  });
  for (uint32_t i = 1; i <= kDomains; ++i) {
    interned = i;
    ASSERT_TRUE(gate.wait(i));
  }
  loop.join();
}

}  // namespace
}  // namespace mxbulk::rows
