#include "net/send_queue.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>

#include "unit/net/harness.h"

namespace mxbulk::test {
namespace {

using net::SendQueue;
using Result = SendQueue::Result;

// What arrived, by length: only datagrams of one length keep their order.
using ByLength = std::map<size_t, std::vector<Bytes>>;

class SendQueueTest : public ::testing::TestWithParam<bool> {
 protected:
  SendQueueTest()
      : resolver_([this](const Bytes& bytes) {
          arrived_[bytes.size()].push_back(bytes);
          return std::vector<Bytes>{};
        }) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons(resolver_.port());
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer), 0);
    queue_.use_segmentation(GetParam());
  }
  ~SendQueueTest() override { close(fd_); }

  void add(const Bytes& bytes) {
    queue_.add(bytes);
    added_[bytes.size()].push_back(bytes);
  }

  const int fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ByLength added_;
  ByLength arrived_;
  PlayedResolver resolver_;
  SendQueue queue_;
};

INSTANTIATE_TEST_SUITE_P(SegmentedAndPlain, SendQueueTest, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "Segmented" : "Plain"; });

TEST_P(SendQueueTest, EachDatagramArrivesOnceInOneFlush) {
  for (size_t i = 0; i < 600; ++i) {
    const size_t length =
        i % 3 == 0 ? 30 : 17 + i % 90;  // 200 and more of one, a few of each other
    add(Bytes(length, static_cast<uint8_t>(i)));
  }
  EXPECT_EQ(queue_.flush(fd_), Result::kEmpty);
  EXPECT_TRUE(queue_.empty());
  resolver_.serve();
  EXPECT_EQ(arrived_, added_);
}

TEST_P(SendQueueTest, ShortestAndLongestMayWaitTogether) {
  for (const size_t length : {size_t{1}, SendQueue::kDatagramBytesMax}) {
    for (uint8_t i = 0; i < 100; ++i) add(Bytes(length, i));
  }
  EXPECT_EQ(queue_.flush(fd_), Result::kEmpty);
  resolver_.serve();
  EXPECT_EQ(arrived_, added_);
}

TEST_P(SendQueueTest, MayBeFilledAgainAfterAFlush) {
  for (uint8_t round = 0; round < 3; ++round) {
    add(Bytes(40, round));
    EXPECT_EQ(queue_.flush(fd_), Result::kEmpty);
  }
  resolver_.serve();
  EXPECT_EQ(arrived_, added_);
}

// The kernel does not segment for a socket without checksums (EINVAL).
TEST_P(SendQueueTest, SendsOneByOneIfNothingCanBeSplit) {
  const int yes = 1;
  ASSERT_EQ(setsockopt(fd_, SOL_SOCKET, SO_NO_CHECK, &yes, sizeof yes), 0);
  for (uint8_t i = 0; i < 100; ++i) add(Bytes(40, i));
  EXPECT_EQ(queue_.flush(fd_), Result::kEmpty);
  resolver_.serve();
  EXPECT_EQ(arrived_, added_);
}

TEST_P(SendQueueTest, DropsWhatIsRefusedPermanently) {
  const int unconnected = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  for (uint8_t i = 0; i < 150; ++i) queue_.add(Bytes(40, i));  // EDESTADDRREQ for each
  EXPECT_EQ(queue_.flush(unconnected), Result::kEmpty);
  EXPECT_TRUE(queue_.empty());
  close(unconnected);
}

TEST(SendQueue, KeepsWhatTheSocketHasNoRoomFor) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const int least = 1;  // room for a few
  ASSERT_EQ(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
  SendQueue queue;
  for (uint8_t i = 0; i < 200; ++i) queue.add(Bytes(i % 2 == 0 ? 20 : 30, i));
  ASSERT_EQ(queue.flush(ends[0]), Result::kBlocked);
  std::vector<int> arrived(200);
  size_t count = 0;
  for (int flushes = 0; count < arrived.size() && flushes < 1'000;) {
    Bytes bytes(64);
    const ssize_t got = recv(ends[1], bytes.data(), bytes.size(), 0);
    if (got < 0) {
      ++flushes;
      (void)queue.flush(ends[0]);
      continue;
    }
    EXPECT_EQ(got, bytes[0] % 2 == 0 ? 20 : 30);
    ++arrived[bytes[0]];
    ++count;
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(arrived, std::vector<int>(200, 1));
  close(ends[0]);
  close(ends[1]);
}

TEST(SendQueue, FindsASocketThatCannotCut) {
  const int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_FALSE(SendQueue::has_segmentation(tcp));
  close(tcp);
}

}  // namespace
}  // namespace mxbulk::test
