// The name of this host in DNS, from a name server in this process.
#include "app/probing_measurements.h"

#include <gtest/gtest.h>

#include <memory>

#include "lab/dns_server.h"
#include "lab/zone.h"

namespace mxbulk::app {
namespace {

constexpr char kZone[] = R"($ORIGIN .
$TTL 300
@ IN SOA a.root. b.root. 1 1800 900 604800 300
good.example. IN A 192.0.2.1
good.example. IN AAAA 2001:db8::1
1.2.0.192.in-addr.arpa. IN PTR other.example.
1.2.0.192.in-addr.arpa. IN PTR Good.Example.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR good.example.
halves.example. IN A 192.0.2.2
halves.example. IN A 192.0.2.3
2.2.0.192.in-addr.arpa. IN PTR other.example.
)";

class HeloLookup : public testing::Test {
 protected:
  void SetUp() override {
    auto zone = lab::Zone::parse(kZone);
    ASSERT_TRUE(zone.ok()) << zone.status().message();
    auto server = lab::DnsServer::start(std::move(zone.value()));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
  }

  HeloFacts look_up(const char* helo) {
    const Endpoint resolver{*IpAddress::from_text("127.0.0.1"), server_->port()};
    auto facts = look_up_helo({resolver}, DnsOptions(), *DomainName::from_text(helo));
    EXPECT_TRUE(facts.ok()) << facts.status().message();
    return facts.ok() ? facts.value() : HeloFacts();
  }

  std::unique_ptr<lab::DnsServer> server_;
};

TEST_F(HeloLookup, TheNamesOfEachAddressAreLookedUp) {
  const HeloFacts facts = look_up("good.example");
  EXPECT_EQ(facts.name, "good.example");
  ASSERT_EQ(facts.addresses.size(), 2U);
  EXPECT_EQ(facts.addresses[0].ip, "192.0.2.1");
  EXPECT_EQ(facts.addresses[0].names, (std::vector<std::string>{"other.example", "good.example"}));
  EXPECT_TRUE(facts.addresses[0].is_forward_confirmed);
  EXPECT_EQ(facts.addresses[1].ip, "2001:db8::1");
  EXPECT_TRUE(facts.addresses[1].is_forward_confirmed);
}

TEST_F(HeloLookup, AnotherNameOrNoneDoesNotConfirm) {
  const HeloFacts facts = look_up("halves.example");
  ASSERT_EQ(facts.addresses.size(), 2U);
  EXPECT_FALSE(facts.addresses[0].is_forward_confirmed);
  EXPECT_FALSE(facts.addresses[0].names.empty());
  EXPECT_FALSE(facts.addresses[1].is_forward_confirmed);
  EXPECT_TRUE(facts.addresses[1].names.empty());
  EXPECT_FALSE(facts.addresses[1].has_reverse_failed);
}

TEST_F(HeloLookup, ANameThatDoesNotExistHasNoAddress) {
  const HeloFacts facts = look_up("missing.example");
  EXPECT_TRUE(facts.addresses.empty());
  EXPECT_FALSE(facts.has_forward_failed);
}

}  // namespace
}  // namespace mxbulk::app
