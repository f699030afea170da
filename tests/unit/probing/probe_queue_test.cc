#include "probing/probe_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace mxbulk::probing {
namespace {

ProbeQueue::Entry entry(uint32_t target, uint64_t network, uint64_t organisation) {
  return {IpId(target), network, organisation};
}
IpAddress ip(const char* text) {
  return *IpAddress::from_text(text);
}

TEST(ProbeQueue, GivesInTheOrderOfArrival) {
  ProbeQueue queue(8, 8);
  for (uint32_t i = 0; i < 3; ++i) queue.push(entry(i, i, i));
  queue.push_front(entry(9, 9, 9));
  for (uint32_t wanted : {9U, 0U, 1U, 2U}) EXPECT_EQ(queue.pop()->target.value(), wanted);
  EXPECT_FALSE(queue.pop());
  EXPECT_TRUE(queue.empty());
}

TEST(ProbeQueue, AnEntryThatWaitsForItsNetworkDoesNotDelayOthers) {
  ProbeQueue queue(1, 8);
  queue.push(entry(0, 1, 1));
  queue.push(entry(1, 1, 2));
  queue.push(entry(2, 2, 3));
  const auto first = queue.pop();
  EXPECT_EQ(queue.pop()->target.value(), 2U);
  EXPECT_FALSE(queue.pop());
  EXPECT_FALSE(queue.empty());
  queue.release(*first);
  EXPECT_EQ(queue.pop()->target.value(), 1U);
  EXPECT_TRUE(queue.empty());
}

// Many entries on few networks and organisations, begun and ended in any order: no cap is exceeded,
// and no entry is lost.
TEST(ProbeQueue, KeepsAllCapsAndLosesNoEntry) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    ProbeQueue queue(2, 3);
    constexpr uint32_t kEntries = 300;
    for (uint32_t i = 0; i < kEntries; ++i) queue.push(entry(i, random() % 20, random() % 10));
    std::map<uint64_t, uint32_t> networks;
    std::map<uint64_t, uint32_t> organisations;
    std::vector<ProbeQueue::Entry> begun;
    uint32_t ended = 0;
    while (ended < kEntries) {
      while (const auto next = queue.pop()) {
        ASSERT_LE(++networks[next->network], 2U);
        ASSERT_LE(++organisations[next->organisation], 3U);
        begun.push_back(*next);
      }
      ASSERT_FALSE(begun.empty()) << "an entry waits for a place that is free";
      const size_t at = random() % begun.size();
      --networks[begun[at].network];
      --organisations[begun[at].organisation];
      queue.release(begun[at]);
      begun.erase(begun.begin() + static_cast<std::ptrdiff_t>(at));
      ++ended;
    }
    EXPECT_TRUE(queue.empty());
  }
}

TEST(ProbeQueue, ANetworkIsA24OrA48) {
  EXPECT_EQ(network_key(ip("192.0.2.1")), network_key(ip("192.0.2.254")));
  EXPECT_NE(network_key(ip("192.0.2.1")), network_key(ip("192.0.3.1")));
  EXPECT_EQ(network_key(ip("2001:db8:1:2::1")), network_key(ip("2001:db8:1:3::1")));
  EXPECT_NE(network_key(ip("2001:db8:1::1")), network_key(ip("2001:db8:2::1")));
}

}  // namespace
}  // namespace mxbulk::probing
