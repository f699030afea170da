#include "rows/gates.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace mxbulk::rows {
namespace {

void intern(table::DomainTable& domains, uint32_t count) {
  std::vector<DomainName> names;
  for (uint32_t i = 0; i < count; ++i) {
    names.push_back(*DomainName::from_text("d" + std::to_string(i) + ".test"));
  }
  std::vector<table::DomainTable::Request> requests;
  for (const DomainName& name : names) requests.push_back({name.view(), {}});
  std::vector<DomainId> ids(count);
  ASSERT_TRUE(domains.intern(requests, ids));
}

TEST(ReadyGate, DoesNotWaitForWhatIsThere) {
  table::DomainTable domains;
  intern(domains, 1);
  ReadyGate gate(domains);
  EXPECT_FALSE(gate.is_ready(DomainId(0)));
  domains.publish(DomainId(0), {});
  EXPECT_TRUE(gate.is_ready(DomainId(0)));
  EXPECT_TRUE(gate.wait(DomainId(0)));
}

TEST(ReadyGate, AbortEndsAWait) {
  table::DomainTable domains;
  intern(domains, 1);
  ReadyGate gate(domains);
  std::promise<void> started;
  std::thread writer([&] {
    started.set_value();
    EXPECT_FALSE(gate.wait(DomainId(0)));
  });
  started.get_future().wait();
  gate.poll();  // nothing is ready: no wake-up
  gate.abort();
  writer.join();
}

TEST(ReadyGate, AfterAbortNothingIsWaitedFor) {
  table::DomainTable domains;
  intern(domains, 2);
  ReadyGate gate(domains);
  gate.abort();
  EXPECT_FALSE(gate.wait(DomainId(0)));
  domains.publish(DomainId(1), {});
  EXPECT_TRUE(gate.wait(DomainId(1)));
}

TEST(ReadyGate, SaysWhenItsWriterSleeps) {
  table::DomainTable domains;
  intern(domains, 2);
  domains.publish(DomainId(0), {});
  std::promise<void> sleeps;
  std::vector<bool> said;
  ReadyGate gate(domains, [&](bool waits) {
    said.push_back(waits);
    if (waits) sleeps.set_value();
  });
  EXPECT_TRUE(gate.wait(DomainId(0)));
  EXPECT_EQ(said, std::vector<bool>());
  std::thread writer([&] { EXPECT_TRUE(gate.wait(DomainId(1))); });
  sleeps.get_future().wait();
  domains.publish(DomainId(1), {});
  gate.poll();
  writer.join();
  EXPECT_EQ(said, (std::vector<bool>{true, false}));
}

// After a lost wake-up the writer would sleep forever.
TEST(ReadyGate, EveryRecordWakesItsWriter) {
  constexpr uint32_t kCount = 20'000;
  table::DomainTable domains;
  intern(domains, kCount);
  ReadyGate gate(domains);
  std::thread writer([&] {
    for (uint32_t i = 0; i < kCount; ++i) ASSERT_TRUE(gate.wait(DomainId(i)));
  });
  for (uint32_t i = 0; i < kCount; ++i) {
    DomainRecord record;
    record.ttl_s = i;
    domains.publish(DomainId(i), record);
    gate.poll();
  }
  writer.join();
  EXPECT_EQ(domains.record(DomainId(kCount - 1)).ttl_s, kCount - 1);
}

// Records become ready in another order than the writer needs them, many in one iteration.
TEST(ReadyGate, OnePollATurnIsEnough) {
  constexpr uint32_t kCount = 10'000;
  constexpr uint32_t kTurn = 100;
  table::DomainTable domains;
  intern(domains, kCount);
  ReadyGate gate(domains);
  std::thread writer([&] {
    for (uint32_t i = 0; i < kCount; ++i) ASSERT_TRUE(gate.wait(DomainId(i)));
  });
  for (uint32_t turn = 0; turn < kCount; turn += kTurn) {
    for (uint32_t i = kTurn; i > 0; --i) domains.publish(DomainId(turn + i - 1), {});
    gate.poll();
  }
  writer.join();
}

}  // namespace
}  // namespace mxbulk::rows
