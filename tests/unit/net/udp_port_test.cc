#include "net/udp_port.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include "net/receive_batch.h"
#include "unit/net/harness.h"

namespace mxbulk::test {
namespace {

// A port connected to a resolver that sends everything back, or `answers_` if they are set.
class UdpPortTest : public ::testing::Test {
 protected:
  UdpPortTest()
      : resolver_([this](const Bytes& bytes) {
          return answers_.empty() ? std::vector<Bytes>{bytes} : answers_;
        }) {
    EXPECT_TRUE(port_.open(AF_INET));
    connect_to(resolver_.port());
  }
  void connect_to(uint16_t port) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons(port);
    EXPECT_EQ(connect(port_.fd(), reinterpret_cast<const sockaddr*>(&peer), sizeof peer), 0);
  }
  std::vector<Bytes> receive_all() {
    std::vector<Bytes> all;
    while (received_.fill(port_.fd())) {
      while (const auto datagram = received_.next()) {
        all.emplace_back(datagram->begin(), datagram->end());
      }
    }
    return all;
  }

  std::vector<Bytes> answers_;
  PlayedResolver resolver_;
  net::UdpPort port_;
  net::ReceiveBatch received_;
};

TEST_F(UdpPortTest, SendsNothingBeforeFlush) {
  const Bytes bytes = {1, 2, 3};
  port_.queue(bytes);
  EXPECT_TRUE(port_.has_queued());
  resolver_.serve();
  EXPECT_EQ(resolver_.questions(), 0U);
  (void)port_.flush();
  EXPECT_FALSE(port_.has_queued());
  resolver_.serve();
  EXPECT_EQ(receive_all(), std::vector<Bytes>{bytes});
}

TEST_F(UdpPortTest, AnEmptyDatagramIsNotTheEnd) {
  answers_ = {{}, {7}};
  port_.queue(Bytes{1});
  (void)port_.flush();
  resolver_.serve();
  EXPECT_EQ(receive_all(), answers_);
}

TEST_F(UdpPortTest, ABatchMayBeForgotten) {
  answers_ = {{1}, {2}, {3}};
  port_.queue(Bytes{1});
  (void)port_.flush();
  resolver_.serve();
  ASSERT_TRUE(received_.fill(port_.fd()));
  ASSERT_TRUE(received_.next());
  received_.clear();
  EXPECT_FALSE(received_.next());
}

TEST_F(UdpPortTest, TakesMoreThanOneBatch) {
  answers_.assign(150, Bytes{9});
  port_.queue(Bytes{1});
  (void)port_.flush();
  resolver_.serve();
  EXPECT_EQ(receive_all(), answers_);
}

TEST_F(UdpPortTest, NothingMoreIsNoDatagram) {
  EXPECT_FALSE(received_.next());
  EXPECT_FALSE(received_.fill(port_.fd()));
  EXPECT_FALSE(received_.next());
}

TEST_F(UdpPortTest, CutsWhatIsLargerThanAnyAnswerOverUdp) {
  answers_ = {Bytes(20'000, 1), {2}};
  port_.queue(Bytes{1});
  (void)port_.flush();
  resolver_.serve();
  const std::vector<Bytes> all = receive_all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_LT(all[0].size(), 20'000U);
  EXPECT_EQ(all[1], Bytes{2});
}

TEST_F(UdpPortTest, HoldsMoreThanAFewDatagrams) {
  EXPECT_GE(port_.receive_capacity(), 100U);
}

TEST_F(UdpPortTest, ARefusedDatagramHidesNoneThatCame) {
  port_.queue(Bytes{1});
  (void)port_.flush();
  resolver_.serve();  // the answer waits in the buffer
  connect_to(closed_port());
  port_.queue(Bytes{2});
  (void)port_.flush();
  // The ICMP message has arrived as soon as the socket has an error.
  pollfd ready{port_.fd(), 0, 0};
  ASSERT_EQ(poll(&ready, 1, 10'000), 1);
  ASSERT_NE(ready.revents & POLLERR, 0);
  port_.queue(Bytes{3});
  (void)port_.flush();
  EXPECT_FALSE(port_.has_queued());
  EXPECT_EQ(receive_all(), std::vector<Bytes>{{1}});
}

// After a firewall's EPERM the datagram stayed queued and the loop never slept: the socket is
// writable.
TEST(UdpPort, DropsWhatTheKernelRefusesPermanently) {
  net::UdpPort unconnected;  // EDESTADDRREQ for each
  ASSERT_TRUE(unconnected.open(AF_INET));
  for (int i = 0; i < 150; ++i) unconnected.queue(Bytes{1, 2, 3});
  (void)unconnected.flush();
  EXPECT_FALSE(unconnected.has_queued());
}

}  // namespace
}  // namespace mxbulk::test
