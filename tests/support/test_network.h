// Two hosts on one wire, or with a router between them: network namespaces joined by veth pairs,
// with addresses of RFC 5737 and RFC 2544. They have no names and no way out: they are gone with
// the test, however it ends.
//
//   std::string why_not;
//   const auto network = TestNetwork::make(why_not);
//   if (!network) GTEST_SKIP() << why_not;
//   const TestNetwork::Stay stay(*network, Host::kClient);  // children begun here live there
//
// Threads: one; a Stay moves the calling thread only. Ownership: owns the namespaces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mxbulk::test {

enum class Host : uint8_t { kClient, kServer, kRouter };

class TestNetwork {
 public:
  static constexpr const char* kServerAddress = "192.0.2.53";

  // None if this machine does not let it be made: `why_not` says what is missing.
  static std::unique_ptr<TestNetwork> make(std::string& why_not);
  // The same with a router in between. All of 198.18.0.0/15 is the server's, and only the router
  // leads there; the client has no route for IPv6.
  static std::unique_ptr<TestNetwork> make_routed(std::string& why_not);
  ~TestNetwork();
  TestNetwork(const TestNetwork&) = delete;
  TestNetwork& operator=(const TestNetwork&) = delete;

  // The calling thread, and the children that it starts, are on that host until it ends.
  class Stay {
   public:
    Stay(const TestNetwork& network, Host host);
    ~Stay();
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;

   private:
    int home_;
  };

  // Runs a command on `host`; its words are split at blanks. A failure of the test if it fails.
  void run(Host host, std::string_view command) const;
  // The same, and what it wrote.
  [[nodiscard]] std::string said(Host host, std::string_view command) const;
  // Sets `host`'s packet filter rule for a hook; replaces the one given before. In nft's
  // language, the rule of one chain: `hook` is `input`, `output` or `forward`. "" lets all through.
  void filter(Host host, std::string_view hook, std::string_view rule) const;

 private:
  TestNetwork() = default;
  [[nodiscard]] int fd_of(Host host) const { return fds_[static_cast<size_t>(host)]; }
  bool open(size_t hosts, std::string& why_not);
  bool connect(std::string& why_not);
  bool connect_by_router(std::string& why_not);
  // Runs each on its host, until one fails.
  bool run_all(const std::vector<std::pair<Host, std::string>>& commands,
               std::string& why_not) const;
  // How ip(8), a child of this process, finds the host's namespace.
  [[nodiscard]] std::string path_of(Host host) const;

  std::array<int, 3> fds_{-1, -1, -1};
};

}  // namespace mxbulk::test
