#include "net/system_probe.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace mxbulk::net {
namespace {

TEST(SystemProbe, FileLimitsAreTheProcess) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(file_limits().soft, limit.rlim_cur);
  EXPECT_EQ(file_limits().hard, limit.rlim_max);
}

TEST(SystemProbe, ASocketHasABuffer) {
  const UdpAbilities found = probe_udp();
  ASSERT_TRUE(found.has_socket);
  EXPECT_TRUE(found.has_batches);
  EXPECT_GT(found.answers_a_socket, 0U);
  EXPECT_LE(found.receive_buffer_bytes, found.receive_buffer_wanted_bytes);
  EXPECT_EQ(found.receive_buffer_bytes / 2'304, found.answers_a_socket);
}

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
TEST(SystemProbe, WithoutDescriptorsThereIsNoSocket) {
  const FileLimits before = file_limits();
  const rlimit none{0, before.hard};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const UdpAbilities found = probe_udp();
  const rlimit again{before.soft, before.hard};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &again), 0);
  EXPECT_FALSE(found.has_socket);
  EXPECT_EQ(found.answers_a_socket, 0U);
}
#endif

TEST(SystemProbe, KnowsAnAddressOfThisMachine) {
  EXPECT_TRUE(is_own_address(*IpAddress::from_text("127.0.0.1")));
  EXPECT_TRUE(is_own_address(*IpAddress::from_text("127.9.8.7")));  // all of 127/8 is ours
  EXPECT_FALSE(is_own_address(*IpAddress::from_text("192.0.2.1")));
  EXPECT_FALSE(is_own_address(*IpAddress::from_text("2001:db8::1")));
}

}  // namespace
}  // namespace mxbulk::net
