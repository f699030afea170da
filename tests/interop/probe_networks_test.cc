// Port 25 closed in every way that a network can close it: for one host, for all, for a while, or
// intercepted. Real packets from a client over a router to a host of many addresses. Needs root,
// ip(8) and nft(8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "support/mail_hosts.h"
#include "support/mail_world.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/test_network.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr uint16_t kPort = 2525;
constexpr const char* kAllowNets = "198.18.0.0/15,203.0.113.0/24";

// The address of host `number`, each in a network of its own.
std::string address_of(size_t number) {
  return "198.18." + std::to_string(number) + ".1";
}
std::string domain_of(size_t number) {
  return "d" + std::to_string(number) + ".example";
}

class ProbeNetworks : public testing::Test {
 protected:
  void SetUp() override {
    std::string why_not;
    network_ = TestNetwork::make_routed(why_not);
    if (!network_) GTEST_SKIP() << why_not;
    const TestNetwork::Stay stay(*network_, Host::kServer);
    hosts_ = std::make_unique<MailHosts>(kPort);
  }
  // Domains d0… with hosts that greet in `delay_ms`.
  void add_hosts(size_t count, int64_t delay_ms = 0) {
    const TestNetwork::Stay stay(*network_, Host::kServer);
    for (size_t i = 0; i < count; ++i) {
      hosts_->add(address_of(i),
                  {.greeting = "220 mx." + domain_of(i) + " ESMTP\r\n", .delay_ms = delay_ms});
      world_.add(domain_of(i), address_of(i));
    }
  }
  // DNS runs on the client: no fault of the network affects it.
  void serve() {
    hosts_->start();
    const TestNetwork::Stay stay(*network_, Host::kClient);
    world_.serve();
  }
  RunningProgram begin(std::vector<std::string> flags = {}) {
    const TestNetwork::Stay stay(*network_, Host::kClient);
    flags.insert(flags.end(),
                 {"--probe", "banner", "--probe-timeout", "2s", "--allow-net", kAllowNets});
    return RunningProgram(world_.call(flags));
  }
  MailWorld::Verdicts probe(const std::vector<std::string>& flags = {}) {
    return world_.verdicts(begin(flags).finish());
  }
  // What the router does with what goes to host `number`; rules add up.
  void treat(size_t number, const std::string& what) {
    if (!has_chain_) network_->filter(Host::kRouter, "forward", "");
    has_chain_ = true;
    network_->run(Host::kRouter, "nft add rule inet faults forward ip daddr " + address_of(number) +
                                     " tcp dport 2525 " + what);
  }
  void drop_all() { network_->filter(Host::kRouter, "forward", "tcp dport 2525 drop"); }

  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<MailHosts> hosts_;  // is destroyed before its network
  MailWorld world_{kPort};
  bool has_chain_ = false;
};

TEST_F(ProbeNetworks, WithoutFaultsLetAllBeReached) {
  add_hosts(20);
  serve();
  EXPECT_THAT(tally(probe()), ElementsAre(Pair("reachable/smtp_220", 20U)));
  EXPECT_EQ(hosts_->accepted(), 20U);
}

TEST_F(ProbeNetworks, OneHostClosedInEachWayIsDeadInThatWay) {
  add_hosts(6);
  treat(0, "drop");
  treat(1, "reject with tcp reset");
  treat(2, "reject with icmp host-unreachable");
  treat(3, "reject with icmp admin-prohibited");
  serve();
  EXPECT_THAT(probe(), ElementsAre(Pair("d0.example", "dead_mx/tcp_timeout"),
                                   Pair("d1.example", "dead_mx/tcp_refused"),
                                   Pair("d2.example", "dead_mx/tcp_unreachable"),
                                   Pair("d3.example", "dead_mx/tcp_unreachable"),
                                   Pair("d4.example", "reachable/smtp_220"),
                                   Pair("d5.example", "reachable/smtp_220")));
}

// A known provider that does not let us in: four addresses, each in a network of its own.
class FilteringProvider : public ProbeNetworks, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr size_t kFirst = 100;  // hosts of the provider
  static constexpr size_t kCount = 4;

  void add_provider() {
    const TestNetwork::Stay stay(*network_, Host::kServer);
    for (size_t i = 0; i < kCount; ++i) {
      const std::string exchange = "in" + std::to_string(i) + "-smtp.messagingengine.com";
      hosts_->add(address_of(kFirst + i), {.greeting = "220 " + exchange + " ESMTP\r\n"});
      world_.add_exchange(exchange, address_of(kFirst + i));
      world_.add_domain("customer" + std::to_string(i) + ".example", exchange);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(
    InEachWay, FilteringProvider,
    testing::Values("drop", "reject with tcp reset", "reject with icmp admin-prohibited"),
    [](const testing::TestParamInfo<const char*>& way) {
      return std::string(way.index == 0 ? "Dropped" : way.index == 1 ? "Refused" : "Prohibited");
    });

TEST_P(FilteringProvider, IsNotDead) {
  add_hosts(3);
  add_provider();
  for (size_t i = 0; i < kCount; ++i) treat(kFirst + i, GetParam());
  serve();
  EXPECT_THAT(tally(probe()),
              ElementsAre(Pair("reachable/smtp_220", 3U), Pair("unknown/probe_filtered", kCount)));
}

TEST_P(FilteringProvider, ThatAnswersElsewhereHasADeadHost) {
  add_hosts(3);
  add_provider();
  treat(kFirst, GetParam());
  serve();
  const MailWorld::Verdicts verdicts = probe();
  EXPECT_THAT(verdicts.at("customer0.example"), testing::StartsWith("dead_mx/tcp_"));
  EXPECT_EQ(tally(verdicts).at("reachable/smtp_220"), 3U + kCount - 1);
}

TEST_F(ProbeNetworks, ASilentNetworkThatNoListKnowsIsNotDead) {
  add_hosts(3);
  for (size_t i = 1; i <= 3; ++i) {
    world_.add("n" + std::to_string(i) + ".example", "198.18.200." + std::to_string(i));
  }
  network_->filter(Host::kRouter, "forward", "ip daddr 198.18.200.0/24 tcp dport 2525 drop");
  serve();
  EXPECT_THAT(tally(probe()),
              ElementsAre(Pair("reachable/smtp_220", 3U), Pair("unknown/probe_filtered", 3U)));
}

TEST_F(ProbeNetworks, AnUnusedAddressIsDead) {
  add_hosts(3);
  world_.add("gone.example", "203.0.113.77");  // the router's ARP stays without answer
  serve();
  EXPECT_THAT(
      probe(),
      ElementsAre(
          Pair("d0.example", "reachable/smtp_220"), Pair("d1.example", "reachable/smtp_220"),
          Pair("d2.example", "reachable/smtp_220"),
          Pair("gone.example", testing::AnyOf("dead_mx/tcp_timeout", "dead_mx/tcp_unreachable"))));
}

// Hosting providers do this to all of their customers, in any of these ways.
class AllClosed : public ProbeNetworks, public testing::WithParamInterface<const char*> {};

TEST_P(AllClosed, IsOurOwnTrouble) {
  add_hosts(20);
  network_->filter(Host::kRouter, "forward", std::string("tcp dport 2525 ") + GetParam());
  serve();
  EXPECT_THAT(tally(probe()), ElementsAre(Pair("mx_ok/egress_blocked", 20U)));
  EXPECT_EQ(hosts_->accepted(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    InEachWay, AllClosed,
    testing::Values("drop", "reject with tcp reset", "reject with icmp host-unreachable"),
    [](const testing::TestParamInfo<const char*>& way) {
      return std::string(way.index == 0 ? "Dropped" : way.index == 1 ? "Refused" : "Unreachable");
    });

TEST_F(ProbeNetworks, AGatewayThatAnswersForAllIsNoMailServer) {
  add_hosts(20);
  {
    const TestNetwork::Stay stay(*network_, Host::kServer);
    hosts_->add("203.0.113.1", {.greeting = "220 box.hotel.example ESMTP\r\n"});
  }
  network_->run(Host::kRouter, "nft add table ip box");
  network_->run(Host::kRouter,
                "nft add chain ip box prerouting { type nat hook prerouting priority -100 ; }");
  network_->run(Host::kRouter,
                "nft add rule ip box prerouting tcp dport 2525 dnat to 203.0.113.1:2525");
  serve();
  EXPECT_THAT(tally(probe()), ElementsAre(Pair("mx_ok/egress_intercepted", 20U)));
  EXPECT_EQ(hosts_->accepted(), hosts_->accepted("203.0.113.1"));
}

TEST_F(ProbeNetworks, WithoutARouteForIpv6ItsHostsAreSkipped) {
  add_hosts(3);
  world_.add("v6.example", "2001:db8::1");
  world_.add_domain("both.example", "mx.d0.example");
  world_.add_domain("both.example", "mx.v6.example");
  serve();
  EXPECT_THAT(probe({"--allow-net", "2001:db8::/32"}),
              ElementsAre(Pair("both.example", "reachable/smtp_220"),
                          Pair("d0.example", "reachable/smtp_220"),
                          Pair("d1.example", "reachable/smtp_220"),
                          Pair("d2.example", "reachable/smtp_220"),
                          Pair("v6.example", "mx_ok/probe_skipped")));
}

// Counts the packets that leave this machine for addresses of a zone: by the kernel, on a host with
// a default route.
TEST_F(ProbeNetworks, NotOneSynGoesToAnAddressThatIsNotPublic) {
  add_hosts(2);
  const std::vector<std::string> addresses = {"127.0.0.1",       "127.1.2.3",     "10.0.0.1",
                                              "172.16.5.4",      "192.168.1.1",   "169.254.1.1",
                                              "100.64.0.1",      "0.0.0.0",       "224.0.0.1",
                                              "255.255.255.255", "::1",           "fe80::1",
                                              "::ffff:10.0.0.1", "fc00::1",       "2002:a00:1::1",
                                              "64:ff9b::a00:1",  "2002:7f00:1::1"};
  for (size_t i = 0; i < addresses.size(); ++i) {
    world_.add("private" + std::to_string(i) + ".example", addresses[i]);
    // Beside an exchange that may be dialled.
    world_.add_domain("mixed" + std::to_string(i) + ".example", "mx.d0.example");
    world_.add_domain("mixed" + std::to_string(i) + ".example",
                      "mx.private" + std::to_string(i) + ".example");
  }
  network_->run(Host::kClient, "ip -6 route add default dev wire");
  network_->filter(Host::kClient, "output",
                   "meta l4proto tcp tcp flags & (syn|ack) == syn counter");
  serve();
  const MailWorld::Verdicts verdicts = probe({"--probe-all"});
  for (const auto& [domain, verdict] : verdicts) {
    EXPECT_EQ(verdict,
              domain.starts_with("private") ? "dead_mx/mx_nonpublic" : "reachable/smtp_220")
        << domain;
  }
  EXPECT_EQ(verdicts.size(), 2 * addresses.size() + 2);
  EXPECT_EQ(hosts_->accepted(), 2U);
  // One for each of the two hosts that are there.
  const std::string chain = network_->said(Host::kClient, "nft list chain inet faults output");
  EXPECT_THAT(chain, testing::HasSubstr("counter packets 2 ")) << chain;
}

// The addresses of the built-in world are not ours: a probe sends nothing to them, though there is
// a route.
TEST_F(ProbeNetworks, NotOneSynGoesToTheBuiltInWorld) {
  add_hosts(1);
  world_.add("v6.example", "2001:db8::1");
  network_->run(Host::kClient, "ip -6 route add default dev wire");
  // Questions that are asked again over TCP stay on loopback.
  network_->filter(Host::kClient, "output",
                   "oifname wire meta l4proto tcp tcp flags & (syn|ack) == syn counter");
  serve();
  const auto syns = [this] {
    const std::string chain = network_->said(Host::kClient, "nft list chain inet faults output");
    const size_t at = chain.find("counter packets ");
    return at == chain.npos ? chain : chain.substr(at, chain.find(" bytes", at) - at);
  };
  const Outcome lab = [&] {
    const TestNetwork::Stay stay(*network_, Host::kClient);
    return run_program(
        {.arguments = {"validate", source_dir() + "/data/sample.csv", "-r", "lab", "--probe",
                       "starttls", "--helo", "probe.example.net", "--probe-all"}});
  }();
  EXPECT_EQ(lab.exit_code, 0) << lab.err;
  EXPECT_THAT(lab.out, testing::HasSubstr("reachable,starttls"));
  EXPECT_EQ(syns(), "counter packets 0");
  // The same flags with another resolver: the counter would have seen it.
  EXPECT_EQ(probe({"--allow-net", "2001:db8::/32"}).at("d0.example"), "reachable/smtp_220");
  EXPECT_NE(syns(), "counter packets 0");
}

// What breaks the path in mid-run.
struct Break {
  const char* name;
  void (*off)(const TestNetwork& network);
};
void PrintTo(const Break& broken, std::ostream* out) {
  *out << broken.name;
}

class GatewayDown : public ProbeNetworks, public testing::WithParamInterface<Break> {};

INSTANTIATE_TEST_SUITE_P(
    All, GatewayDown,
    testing::Values(
        Break{"Silent",  // every packet is lost
              [](const TestNetwork& n) {
                n.filter(Host::kRouter, "forward", "tcp dport 2525 drop");
              }},
        Break{"SaysSo",
              [](const TestNetwork& n) {
                n.filter(Host::kRouter, "forward",
                         "tcp dport 2525 reject with icmp net-unreachable");
              }},
        Break{"Link",  // nothing answers ARP
              [](const TestNetwork& n) { n.run(Host::kRouter, "ip link set west down"); }},
        Break{"Route",  // ENETUNREACH
              [](const TestNetwork& n) { n.run(Host::kClient, "ip route del default"); }}),
    [](const testing::TestParamInfo<Break>& broken) { return broken.param.name; });

TEST_P(GatewayDown, MakesNoHostDead) {
  constexpr size_t kHosts = 240;
  constexpr size_t kAtOnce = 10;
  constexpr size_t kRefusing = 5;
  add_hosts(kHosts, 200);
  // Only those that were dead before may be found dead.
  std::set<std::string> dead;
  for (size_t i = 0; i < kRefusing; ++i) {
    world_.add("dead" + std::to_string(i) + ".example", "198.19." + std::to_string(i) + ".1");
    dead.insert("dead" + std::to_string(i) + ".example");
  }
  serve();
  RunningProgram run = begin({"--probe-concurrency", std::to_string(kAtOnce)});
  ASSERT_TRUE(wait_until([&] { return hosts_->accepted() >= kHosts / 4; })) << run.err_so_far();
  GetParam().off(*network_);
  const MailWorld::Verdicts verdicts = world_.verdicts(run.finish());
  std::vector<std::string> wrong;
  size_t cut_off = 0;  // connections open at that time: what they would have sent is unknown
  for (const auto& [domain, verdict] : verdicts) {
    if (verdict == "unknown/greeting_timeout" || verdict == "unknown/not_smtp") {
      ++cut_off;
    } else if (verdict != "mx_ok/probe_skipped" && verdict != "reachable/smtp_220" &&
               !(verdict == "dead_mx/tcp_refused" && dead.contains(domain))) {
      wrong.push_back(domain + " " + verdict);
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_LE(cut_off, kAtOnce);
  const auto counts = tally(verdicts);
  EXPECT_EQ(verdicts.size(), kHosts + kRefusing);
  EXPECT_GE(counts.at("reachable/smtp_220") + cut_off, kHosts / 4);
  EXPECT_GE(counts.at("mx_ok/probe_skipped"), kHosts / 4);
}

// The path comes back in time: no host is lost, none is dead.
TEST_F(ProbeNetworks, AGatewayThatRestartsChangesNoVerdict) {
  constexpr size_t kHosts = 240;
  add_hosts(kHosts, 200);
  serve();
  RunningProgram run = begin({"--probe-concurrency", "10"});
  ASSERT_TRUE(wait_until([&] { return hosts_->accepted() >= kHosts / 4; })) << run.err_so_far();
  drop_all();
  // Until all connections in progress have failed: two timeouts.
  constexpr int64_t kAwayMs = 4'000;
  EXPECT_EQ(run.child().wait(kAwayMs), std::nullopt) << "it did not wait";
  network_->filter(Host::kRouter, "forward", "");
  const auto counts = tally(world_.verdicts(run.finish()));
  for (const auto& [verdict, count] : counts) {
    EXPECT_TRUE(verdict == "reachable/smtp_220" || verdict == "unknown/greeting_timeout")
        << count << " " << verdict;
  }
  EXPECT_GE(counts.at("reachable/smtp_220"), kHosts - 10);
}

}  // namespace
}  // namespace mxbulk::test
