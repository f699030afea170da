// Two hosts on one wire: network namespaces joined by a veth pair, with addresses of RFC 5737. They
// have no names and no way out: they are gone with the test, however it ends.
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

namespace mxbulk::test {

enum class Host : uint8_t { kClient, kServer };

class TestNetwork {
 public:
  static constexpr const char* kServerAddress = "192.0.2.53";

  // None where this machine does not let it be made: `why_not` says what is missing.
  static std::unique_ptr<TestNetwork> make(std::string& why_not);
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

  // Runs a command on `host`; its words are split at blanks. A failure of the test where it fails.
  void run(Host host, std::string_view command) const;
  // What is written to `host`'s standing orders for packets; replaces those given before. In nft's
  // language, the rules of one chain: `hook` is `input` or `output`. "" lets all through.
  void filter(Host host, std::string_view hook, std::string_view rule) const;

 private:
  TestNetwork() = default;
  [[nodiscard]] int fd_of(Host host) const { return fds_[static_cast<size_t>(host)]; }
  bool open(std::string& why_not);
  bool connect(std::string& why_not);

  std::array<int, 2> fds_{-1, -1};
};

}  // namespace mxbulk::test
