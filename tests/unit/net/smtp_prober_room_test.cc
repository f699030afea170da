// Local failures, which say nothing about a server, in a network of the test's own.
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "unit/net/probe_harness.h"

namespace mxbulk::test {
namespace {

using End = ProbeReport::End;

bool bring_loopback_up() {
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool is_up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  close(fd);
  return is_up;
}

bool set(const char* path, std::string_view value) {
  std::ofstream file(path);
  file << value;
  return file.flush().good();
}

// A namespace is a thread's: it goes with the thread and with its sockets.
template <class Body>
void in_own_network(Body body) {
  bool is_made = false;
  std::thread([&] {
    is_made = unshare(CLONE_NEWNET) == 0 && bring_loopback_up();
    if (is_made) body();
  }).join();
  if (!is_made) GTEST_SKIP() << "needs root: a network namespace";
}

End end_of(std::string_view address, std::string_view source = {}) {
  net::ProbeSettings settings{.port = 1, .helo = {}, .source = {}};
  if (!source.empty()) settings.source = IpAddress::from_text(source);
  ProbeHarness harness(settings);
  harness.dial(IpAddress::from_text(address).value());
  EXPECT_TRUE(harness.reports().empty()) << "reported inside dial()";
  harness.turn_until_all_reported();
  EXPECT_FALSE(harness.reports()[0].report.has_opened);
  return harness.reports()[0].report.end;
}

TEST(SmtpProberRoom, WithoutARouteNothingIsReportedOfAServer) {
  in_own_network([] {
    EXPECT_EQ(end_of("192.0.2.1"), End::kNoRoute);
    EXPECT_EQ(end_of("2001:db8::1"), End::kNoRoute);
  });
}

// EADDRNOTAVAIL too, as if all ports are taken: but trying again with fewer would not help.
TEST(SmtpProberRoom, AMachineWithoutIpv6HasNoRoute) {
  in_own_network([] {
    EXPECT_EQ(end_of("::1"), End::kOutcome);  // refused
    ASSERT_TRUE(set("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1"));
    EXPECT_EQ(end_of("::1"), End::kNoRoute);
  });
}

TEST(SmtpProberRoom, IfAllPortsAreTakenThereIsNoRoom) {
  in_own_network([] {
    MailScript silent;
    silent.greeting.clear();
    PlayedMailServer server(silent);
    ASSERT_TRUE(set("/proc/sys/net/ipv4/ip_local_port_range", "2000 2001"));
    ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
    harness.serve(server);
    for (int i = 0; i < 3; ++i) harness.dial(server.endpoint().address);
    ASSERT_TRUE(harness.run_until([&] { return server.accepted() == 2; }));
    harness.run_once();
    ASSERT_EQ(harness.reports().size(), 1U);
    EXPECT_EQ(harness.reports()[0].report.end, End::kNoRoom);
    harness.move_to(10'000'000);
    harness.turn_until_all_reported();
    harness.dial(server.endpoint().address);  // their ports are free again at once
    ASSERT_TRUE(harness.run_until([&] { return server.accepted() == 3; }));
  });
}

TEST(SmtpProberRoom, NoRouteIsOurTrouble) {
  EXPECT_EQ(end_of("127.255.255.255"), End::kNoRoute);         // ENETUNREACH: a broadcast address
  EXPECT_EQ(end_of("127.0.0.1", "192.0.2.1"), End::kNoRoute);  // EADDRNOTAVAIL of bind(2)
  EXPECT_EQ(end_of("127.0.0.1", "::1"), End::kNoRoute);
  EXPECT_EQ(end_of("::1", "127.0.0.1"), End::kNoRoute);
}

TEST(SmtpProberRoom, WhatEndsAtOnceIsReportedAtTheNextIteration) {
  ProbeHarness harness({.helo = {}, .source = IpAddress::from_text("::1")});
  harness.dial(IpAddress::from_text("127.0.0.1").value());
  EXPECT_TRUE(harness.reports().empty());
  EXPECT_EQ(harness.prober().next_wake_us(), 0);
  EXPECT_EQ(harness.prober().open(), 1U);
  harness.run_once();
  EXPECT_EQ(harness.reports().size(), 1U);
}

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
// Takes the descriptors that are free below one in use, so that only the limit matters. libuv's
// first loop never closes a pipe, whose descriptors are above those of the test at that time.
std::vector<int> fill_gaps() {
  int highest = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    highest = std::max(highest, std::stoi(entry.path().filename().string()));
  }
  std::vector<int> fillers;
  while (fillers.empty() || fillers.back() < highest) fillers.push_back(dup(0));
  return fillers;
}

TEST(SmtpProberRoom, WithoutDescriptorsThereIsNoRoomAndLaterThereIs) {
  PlayedMailServer server({});
  ProbeHarness harness(settings_for(server, ProbeDepth::kBanner));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const std::vector<int> fillers = fill_gaps();
  const int next = dup(0);
  close(next);
  for (const rlim_t room : {0, 1, 2}) {  // for a socket; for the set of all sockets
    const rlimit few{static_cast<rlim_t>(next) + room, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    harness.dial(server.endpoint().address);
    if (room == 2) harness.dial(server.endpoint().address);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  }
  harness.serve(server);
  harness.dial(server.endpoint().address);
  harness.turn_until_all_reported();
  std::map<End, int> ends;
  for (const Probed& probed : harness.reports()) ++ends[probed.report.end];
  for (const int filler : fillers) close(filler);
  EXPECT_EQ(ends[End::kNoRoom], 3);
  EXPECT_EQ(ends[End::kOutcome], 2);
}
#endif

}  // namespace
}  // namespace mxbulk::test
