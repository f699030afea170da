// The wire to the resolver is narrow, loses packets, breaks, or the machine's own firewall is in
// the way: real packets between two network namespaces. Needs root, ip(8), tc(8) and nft(8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "support/bulk_world.h"
#include "support/name_servers.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/test_network.h"

namespace mxbulk::test {
namespace {

using testing::IsEmpty;

constexpr int kLookEveryMs = 20;

class FaultyWire : public testing::Test {
 protected:
  void SetUp() override {
    std::string why_not;
    network_ = TestNetwork::make(why_not);
    if (!network_) GTEST_SKIP() << why_not;
  }

  // Has NSD serve `domains` domains at the other end of the wire.
  void serve(size_t domains) {
    world_ = make_bulk_world(domains);
    const TestNetwork::Stay stay(*network_, Host::kServer);
    server_ = std::make_unique<NsdServer>(world_.zone_text, TestNetwork::kServerAddress);
    ASSERT_TRUE(server_->start());
  }
  RunningProgram validate(const std::string& output, const std::vector<std::string>& more) {
    const TestNetwork::Stay stay(*network_, Host::kClient);
    const std::string resolver =
        std::string(TestNetwork::kServerAddress) + ":" + std::to_string(server_->port());
    ProgramCall call;
    call.arguments =
        validate_arguments(folder_.write("list.csv", world_.list), resolver, folder_.file(output));
    call.arguments.insert(call.arguments.end(), more.begin(), more.end());
    call.arguments.insert(call.arguments.end(), {"--summary-json", folder_.file("summary.json")});
    call.deadline_ms = 60'000;
    return RunningProgram(call);
  }
  // What a run over a wire without faults writes.
  std::string undisturbed() {
    const Outcome run = validate("calm.csv", {"--qps", "0", "-q"}).finish();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.exit_code == 0 ? read_text(folder_.file("calm.csv")) : "";
  }
  // A run slow enough to be disturbed: it would take some seconds.
  RunningProgram slow_run(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--qps", "2000", "--timeout", "500ms", "--progress", "json"});
    return validate("out.csv", more);
  }
  // Questions that were asked again: without them, no fault was met.
  uint64_t retries() {
    const std::string summary = read_text(folder_.file("summary.json"));
    const std::string mark = "\"retries\":";
    const size_t at = summary.find(mark);
    return at == summary.npos ? 0 : std::stoull(summary.substr(at + mark.size()));
  }
  Comparison comparison() { return compare(world_, read_text(folder_.file("out.csv"))); }

  // Checks a run that lost `share` of all questions or answers on the way.
  void lose(double share, uint64_t unknown_max) {
    // Half of the losses are of queries, half of answers.
    const double each_way = 1 - std::sqrt(1 - share);
    const std::string rule = "meta l4proto udp numgen random mod 1000 < " +
                             std::to_string(std::lround(1000 * each_way)) + " drop";
    network_->filter(Host::kServer, "input", rule);
    network_->filter(Host::kClient, "input", rule);
    const Outcome run = validate("out.csv", {"--qps", "0", "--timeout", "500ms"}).finish();
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Comparison found = comparison();
    EXPECT_EQ(found.rows, world_.expected.size());
    EXPECT_THAT(found.wrong, IsEmpty());
    EXPECT_LE(found.unknown, unknown_max);
    // Each domain is at least one question; five deviations below the mean are not chance.
    const double lost = share * static_cast<double>(world_.expected.size());
    EXPECT_GT(retries(), lost - 5 * std::sqrt(lost));
  }

  TempDir folder_;
  BulkWorld world_;
  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<NsdServer> server_;  // is destroyed before its network
};

size_t progress_lines(const RunningProgram& run) {
  const std::string text = run.err_so_far();
  size_t lines = 0;
  for (size_t at = text.find("\"progress\""); at != std::string::npos;
       at = text.find("\"progress\"", at + 1)) {
    ++lines;
  }
  return lines;
}

// Waits until the program has reported progress `lines` times more; false if it ended before.
bool wait_for_progress(RunningProgram& run, size_t lines) {
  const size_t until = progress_lines(run) + lines;
  while (progress_lines(run) < until) {
    if (run.child().wait(kLookEveryMs)) return false;
  }
  return true;
}

// The kernel queues what the link cannot carry, then refuses more: neither is a domain's fault.
TEST_F(FaultyWire, TwoMegabitsASecondChangeNoRow) {
  serve(3'000);
  const std::string calm = undisturbed();
  network_->run(Host::kClient, "tc qdisc add dev wire root tbf rate 2mbit burst 4kb latency 50ms");
  const Outcome run = validate("out.csv", {"--qps", "0"}).finish();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(read_text(folder_.file("out.csv")), calm);
  EXPECT_EQ(comparison().right, 3'000U);
}

TEST_F(FaultyWire, LossOf5Percent) {
  serve(2'000);
  lose(0.05, 2);  // 0.1 %
}

TEST_F(FaultyWire, LossOf30Percent) {
  serve(1'000);
  lose(0.30, 10);  // 1 %
}

// What breaks the wire in mid-run, and what restores it.
struct Break {
  const char* name;
  void (*off)(const TestNetwork& network);
  void (*on)(const TestNetwork& network);
};
void PrintTo(const Break& broken, std::ostream* out) {
  *out << broken.name;
}

const Break kBreaks[] = {
    Break{"Route",  // ENETUNREACH
          [](const TestNetwork& n) { n.run(Host::kClient, "ip route del 192.0.2.0/24"); },
          [](const TestNetwork& n) {
            n.run(Host::kClient, "ip route add 192.0.2.0/24 dev wire src 192.0.2.1");
          }},
    Break{"FirewallHere",  // EPERM to each send
          [](const TestNetwork& n) { n.filter(Host::kClient, "output", "oifname wire drop"); },
          [](const TestNetwork& n) { n.filter(Host::kClient, "output", ""); }},
    Break{"Link", [](const TestNetwork& n) { n.run(Host::kClient, "ip link set wire down"); },
          [](const TestNetwork& n) { n.run(Host::kClient, "ip link set wire up"); }},
    Break{"OtherEnd",  // nothing answers ARP: EHOSTUNREACH after a while
          [](const TestNetwork& n) { n.run(Host::kServer, "ip link set wire down"); },
          [](const TestNetwork& n) { n.run(Host::kServer, "ip link set wire up"); }},
    Break{"FirewallThere",  // ICMP: administratively prohibited
          [](const TestNetwork& n) {
            n.filter(Host::kServer, "input",
                     "meta l4proto udp reject with icmp type "
                     "admin-prohibited");
          },
          [](const TestNetwork& n) { n.filter(Host::kServer, "input", ""); }}};
constexpr size_t kPermanent = 2;  // of them: the program needs time to be sure

class BrokenWire : public FaultyWire, public testing::WithParamInterface<Break> {};
class WireDown : public BrokenWire {};

TEST_P(BrokenWire, ForAShortTimeChangesNoRow) {
  serve(4'000);
  const std::string calm = undisturbed();
  RunningProgram run = slow_run();
  ASSERT_TRUE(wait_for_progress(run, 1)) << run.finish().err;
  GetParam().off(*network_);
  // Down for as long as it takes the program to notice: it reports twice more.
  ASSERT_TRUE(wait_for_progress(run, 2)) << run.finish().err;
  GetParam().on(*network_);
  const Outcome outcome = run.finish();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(read_text(folder_.file("out.csv")), calm);
  EXPECT_EQ(comparison().right, 4'000U);
  EXPECT_GT(retries(), 0U);
}

TEST_P(WireDown, PermanentlyMeansNoOutput) {
  serve(4'000);
  RunningProgram run = slow_run({"--dns-deadline", "2s"});
  ASSERT_TRUE(wait_for_progress(run, 1)) << run.finish().err;
  GetParam().off(*network_);
  const Outcome outcome = run.finish();
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_EQ(folder_.listing(), "list.csv summary.json");
  EXPECT_NE(read_text(folder_.file("summary.json")).find("\"exit_code\":5,"), std::string::npos);
}

std::string name_of(const testing::TestParamInfo<Break>& broken) {
  return broken.param.name;
}
INSTANTIATE_TEST_SUITE_P(All, BrokenWire, testing::ValuesIn(kBreaks), name_of);
INSTANTIATE_TEST_SUITE_P(All, WireDown, testing::ValuesIn(kBreaks, kBreaks + kPermanent), name_of);

}  // namespace
}  // namespace mxbulk::test
