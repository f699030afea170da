// What most people have before them: real dnsmasq, systemd-resolved and dnsdist, which bear only so
// many questions, with a resolver some milliseconds behind them. No flag is given: the window must
// find out by itself what they bear, and no domain may be unknown for that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/fault_profile.h"
#include "support/forwarders.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/test_network.h"

namespace mxbulk::test {
namespace {

using testing::IsEmpty;

class Forwarder : public testing::Test {
 protected:
  // Starts the resolver behind the forwarder.
  void serve(size_t domains, uint32_t delay_ms) {
    world_ = make_bulk_world(domains);
    auto server = lab::DnsServer::start(zone_from(world_.zone_text), play({.delay_ms = delay_ms}));
    ASSERT_TRUE(server.ok()) << server.status().message();
    upstream_ = std::move(server.value());
  }
  // At most one domain in a thousand is unknown, and no verdict is false.
  void expect_right_verdicts_through(const NameServer& forwarder) {
    const Outcome run = run_program(
        {.arguments = validate_arguments(folder_.write("list.csv", world_.list),
                                         forwarder.endpoint(), folder_.file("out.csv"))});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Comparison found = compare(world_, read_text(folder_.file("out.csv")));
    EXPECT_EQ(found.rows, world_.expected.size());
    EXPECT_THAT(found.wrong, IsEmpty());
    EXPECT_LE(found.unknown, world_.expected.size() / 1'000);
  }

  BulkWorld world_;
  std::unique_ptr<lab::DnsServer> upstream_;
  TempDir folder_;
};

struct Distance {
  size_t domains;
  uint32_t delay_ms;
};
void PrintTo(const Distance& distance, std::ostream* out) {
  *out << distance.delay_ms << " ms";
}

// Of 4,000 domains 11 %, 40 % and 83 % were unknown/dns_refused.
class Dnsmasq : public Forwarder, public testing::WithParamInterface<Distance> {};

TEST_P(Dnsmasq, AtItsDefaultsLeavesNothingUnknown) {
  serve(GetParam().domains, GetParam().delay_ms);
  DnsmasqServer dnsmasq(upstream_->port());
  ASSERT_TRUE(dnsmasq.start());
  expect_right_verdicts_through(dnsmasq);
}

INSTANTIATE_TEST_SUITE_P(Before, Dnsmasq,
                         testing::Values(Distance{4'000, 20}, Distance{4'000, 50},
                                         Distance{1'500, 300}),
                         [](const testing::TestParamInfo<Distance>& one) {
                           return "AServer" + std::to_string(one.param.delay_ms) + "MsAway";
                         });

struct Limit {
  unsigned per_second;
  DnsdistServer::Over over;
  const char* name;
  size_t domains;
};
void PrintTo(const Limit& limit, std::ostream* out) {
  *out << limit.name;
}

class Dnsdist : public Forwarder, public testing::WithParamInterface<Limit> {};

TEST_P(Dnsdist, LeavesNothingUnknown) {
  serve(GetParam().domains, 5);
  DnsdistServer dnsdist(upstream_->port(), GetParam().per_second, GetParam().over);
  ASSERT_TRUE(dnsdist.start());
  expect_right_verdicts_through(dnsdist);
}

using Over = DnsdistServer::Over;
INSTANTIATE_TEST_SUITE_P(That, Dnsdist,
                         testing::Values(Limit{200, Over::kRefuses, "RefusesAbove200ASecond",
                                               1'000},
                                         Limit{200, Over::kFails, "FailsAbove200ASecond", 600},
                                         Limit{200, Over::kDrops, "DropsAbove200ASecond", 600},
                                         Limit{10, Over::kRefuses, "RefusesAbove10ASecond", 40},
                                         Limit{10, Over::kDrops, "DropsAbove10ASecond", 40}),
                         [](const testing::TestParamInfo<Limit>& one) { return one.param.name; });

class Resolved : public Forwarder, public testing::WithParamInterface<Distance> {
 protected:
  void SetUp() override {
    std::string why_not = why_no_resolved();
    if (why_not.empty()) network_ = TestNetwork::make(why_not);
    if (!why_not.empty()) GTEST_SKIP() << why_not;
    stay_ = std::make_unique<TestNetwork::Stay>(*network_, Host::kClient);
  }

  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<TestNetwork::Stay> stay_;
};

TEST_P(Resolved, AtItsDefaultsLeavesNothingUnknown) {
  serve(GetParam().domains, GetParam().delay_ms);
  ResolvedServer resolved(upstream_->port());
  ASSERT_TRUE(resolved.start());
  expect_right_verdicts_through(resolved);
}

INSTANTIATE_TEST_SUITE_P(Before, Resolved, testing::Values(Distance{2'000, 0}, Distance{2'000, 50}),
                         [](const testing::TestParamInfo<Distance>& one) {
                           return "AServer" + std::to_string(one.param.delay_ms) + "MsAway";
                         });

}  // namespace
}  // namespace mxbulk::test
