// Domains, their exchanges and addresses in an invented DNS that the built-in server serves, and
// the verdicts of a run with --probe.
//
//   MailWorld world(port);
//   world.add("one.example", "127.0.1.1");
//   world.serve();
//   EXPECT_EQ(world.probe({"--probe", "banner"})["one.example"], "reachable/smtp_220");
//
// Threads: one; the server has its own, in the network namespace of the thread that calls serve().
// Ownership: owns folder and server.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {

class MailWorld {
 public:
  using Verdicts = std::map<std::string, std::string>;  // `verdict/reason` of each domain

  // `port` stands for 25.
  explicit MailWorld(uint16_t port) : port_(port) {}

  // A domain with one exchange of its own, `mx.DOMAIN`, at `address`.
  void add(const std::string& domain, const std::string& address);
  // A domain with the exchange `exchange`.
  void add_domain(const std::string& domain, const std::string& exchange);
  void add_exchange(const std::string& exchange, const std::string& address);
  void serve();

  // A run over all domains, in the order in which they were added. Private nets need --allow-net.
  [[nodiscard]] ProgramCall call(const std::vector<std::string>& flags);
  // What it wrote; the test fails if it did not succeed.
  [[nodiscard]] Verdicts verdicts(const Outcome& outcome) const;
  [[nodiscard]] Verdicts probe(const std::vector<std::string>& flags);

 private:
  uint16_t port_;
  std::string zone_text_ =
      "$ORIGIN .\n$TTL 3600\n"
      "@ 86400 IN SOA a.root.lab.test. hostmaster.lab.test. 1 1800 900 604800 300\n"
      "@ 86400 IN NS a.root.lab.test.\n";
  std::string list_ = "email\n";
  TempDir folder_;
  std::unique_ptr<lab::DnsServer> server_;
};

// The number of domains of each.
[[nodiscard]] std::map<std::string, size_t> tally(const MailWorld::Verdicts& verdicts);

}  // namespace mxbulk::test
