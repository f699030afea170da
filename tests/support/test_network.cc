#include "support/test_network.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>

#include "support/child.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kCommandMs = 10'000;
constexpr const char* kThisNamespace = "/proc/thread-self/ns/net";

int open_namespace() {
  return open(kThisNamespace, O_RDONLY | O_CLOEXEC);
}

// Nothing may run in the wrong namespace.
void enter(int fd) {
  if (fd >= 0 && setns(fd, CLONE_NEWNET) == 0) return;
  std::perror("cannot change the network namespace");
  std::abort();
}

// Empty if it succeeded, else what the command said. What it wrote is appended to `said`.
std::string complaint_of(std::vector<std::string> words, std::string* said = nullptr) {
  const TempDir folder;
  ChildSpec spec;
  words[0] = "/usr/sbin/" + words[0];
  spec.command = std::move(words);
  spec.stdout_path = folder.write("out", "");
  spec.stderr_path = folder.write("err", "");
  Child child(spec);
  const std::optional<int> code = child.wait(kCommandMs);
  if (said != nullptr) *said += read_text(spec.stdout_path);
  if (code == 0) return {};
  return spec.command[0] + ": " + (code ? read_text(spec.stderr_path) : "it does not end");
}

std::vector<std::string> words_of(std::string_view command) {
  std::istringstream in{std::string(command)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

TestNetwork::Stay::Stay(const TestNetwork& network, Host host) : home_(open_namespace()) {
  enter(network.fd_of(host));
}

TestNetwork::Stay::~Stay() {
  enter(home_);
  close(home_);
}

std::unique_ptr<TestNetwork> TestNetwork::make(std::string& why_not) {
  std::unique_ptr<TestNetwork> network(new TestNetwork);
  if (!network->open(2, why_not) || !network->connect(why_not)) return nullptr;
  return network;
}

std::unique_ptr<TestNetwork> TestNetwork::make_routed(std::string& why_not) {
  std::unique_ptr<TestNetwork> network(new TestNetwork);
  if (!network->open(3, why_not) || !network->connect_by_router(why_not)) return nullptr;
  return network;
}

TestNetwork::~TestNetwork() {
  for (const int fd : fds_) {
    if (fd >= 0) close(fd);
  }
}

bool TestNetwork::open(size_t hosts, std::string& why_not) {
  const int home = open_namespace();
  for (int& fd : std::span(fds_).first(hosts)) {
    if (unshare(CLONE_NEWNET) != 0) {
      why_not = std::string("no network namespace can be made here (it needs root): ") +
                std::strerror(errno);
      break;
    }
    fd = open_namespace();
  }
  if (fds_[0] >= 0) enter(home);  // else nothing was left, and coming back would need root too
  close(home);
  return why_not.empty();
}

bool TestNetwork::connect(std::string& why_not) {
  return run_all(
      {
          {Host::kClient,
           "ip link add name wire type veth peer name wire netns " + path_of(Host::kServer)},
          {Host::kClient, "ip link set lo up"},
          {Host::kServer, "ip link set lo up"},
          {Host::kClient, "ip address add 192.0.2.1/24 dev wire"},
          {Host::kServer, std::string("ip address add ") + kServerAddress + "/24 dev wire"},
          {Host::kClient, "ip link set wire up"},
          {Host::kServer, "ip link set wire up"},
          {Host::kClient, "nft add table inet faults"},
          {Host::kServer, "nft add table inet faults"},
      },
      why_not);
}

bool TestNetwork::connect_by_router(std::string& why_not) {
  const std::string router = path_of(Host::kRouter);
  const bool is_connected = run_all(
      {
          {Host::kClient, "ip link add name wire type veth peer name west netns " + router},
          {Host::kServer, "ip link add name wire type veth peer name east netns " + router},
          {Host::kClient, "ip link set lo up"},
          {Host::kServer, "ip link set lo up"},
          {Host::kClient, "ip address add 192.0.2.1/24 dev wire"},
          {Host::kRouter, "ip address add 192.0.2.254/24 dev west"},
          {Host::kRouter, "ip address add 203.0.113.254/24 dev east"},
          {Host::kServer, "ip address add 203.0.113.1/24 dev wire"},
          {Host::kClient, "ip link set wire up"},
          {Host::kRouter, "ip link set west up"},
          {Host::kRouter, "ip link set east up"},
          {Host::kServer, "ip link set wire up"},
          {Host::kClient, "ip route add default via 192.0.2.254"},
          {Host::kRouter, "ip route add 198.18.0.0/15 via 203.0.113.1"},
          {Host::kServer, "ip route add default via 203.0.113.254"},
          {Host::kServer, "ip route add local 198.18.0.0/15 dev lo"},
          {Host::kClient, "nft add table inet faults"},
          {Host::kServer, "nft add table inet faults"},
          {Host::kRouter, "nft add table inet faults"},
      },
      why_not);
  if (!is_connected) return false;
  const Stay stay(*this, Host::kRouter);
  std::ofstream switch_file("/proc/sys/net/ipv4/ip_forward");
  if (switch_file << "1" << std::flush) return true;
  why_not = "a namespace cannot be made to forward packets here";
  return false;
}

// A name with a slash is a path to ip(8): what this process holds open, seen from its child.
std::string TestNetwork::path_of(Host host) const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_of(host));
}

bool TestNetwork::run_all(const std::vector<std::pair<Host, std::string>>& commands,
                          std::string& why_not) const {
  for (const auto& [host, command] : commands) {
    const Stay stay(*this, host);
    why_not = complaint_of(words_of(command));
    if (!why_not.empty()) return false;
  }
  return true;
}

void TestNetwork::run(Host host, std::string_view command) const {
  const Stay stay(*this, host);
  EXPECT_EQ(complaint_of(words_of(command)), "") << command;
}

std::string TestNetwork::said(Host host, std::string_view command) const {
  const Stay stay(*this, host);
  std::string said;
  EXPECT_EQ(complaint_of(words_of(command), &said), "") << command;
  return said;
}

void TestNetwork::filter(Host host, std::string_view hook, std::string_view rule) const {
  const std::string chain = "inet faults " + std::string(hook);
  run(host,
      "nft add chain " + chain + " { type filter hook " + std::string(hook) + " priority 0 ; }");
  run(host, "nft flush chain " + chain);
  if (!rule.empty()) run(host, "nft add rule " + chain + " " + std::string(rule));
}

}  // namespace mxbulk::test
