// Thirty nights of one list on a simulated clock: domains whose ports flap, outages of our own
// egress, resolvers that fail or give false answers, runs that are killed. Whatever happens, no
// domain is `suppress` that was reachable within the last 120 hours.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/night.h"
#include "rows/reporter.h"
#include "support/simulated_random.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kHourS = 3'600;
constexpr int64_t kReachableS = 120 * kHourS;
constexpr size_t kDomains = 60;
constexpr int kNights = 30;

// How a night goes.
enum class Fate : uint8_t {
  kGood,
  kEgressBlocked,
  kServfails,
  kLies,          // no check finds out
  kLiesAreFound,  // by a check, which ends the run
  kKilled,
  kKilledAsItLies  // before a check could find out
};
constexpr bool lies(Fate fate) {
  return fate == Fate::kLies || fate == Fate::kLiesAreFound || fate == Fate::kKilledAsItLies;
}
constexpr bool is_killed(Fate fate) {
  return fate == Fate::kKilled || fate == Fate::kKilledAsItLies;
}

class NightSimulation {
 public:
  explicit NightSimulation(uint64_t seed) : random_(seed) {
    for (size_t i = 0; i < kDomains; ++i) {
      // From hosts that are nearly always up to those that are nearly always down.
      up_share_.push_back(static_cast<double>(i) / static_cast<double>(kDomains - 1));
    }
    options_.state.path = folder_.file("state.db");
    options_.probe.depth = ProbeDepth::kConnect;
    options_.state.shift_max = 0.5;  // the ports of so few domains move much
    now_s_ = 1'795'802'400;
  }

  void run_nights() {
    for (int night = 0; night < kNights; ++night) {
      const Fate fate = fate_of_night();
      SCOPED_TRACE("night " + std::to_string(night) + ", fate " +
                   std::to_string(static_cast<int>(fate)));
      for (size_t i = 0; i < kDomains; ++i) is_up_[i] = random_.chance(up_share_[i]);
      run(fate);
      // What was interrupted is run again in the same night.
      if (is_killed(fate) || lies(fate)) {
        now_s_ += kHourS;
        run(Fate::kGood);
      }
      now_s_ += 24 * kHourS + random_.between(-2 * kHourS, 2 * kHourS);
      if (random_.chance(0.05)) now_s_ += 24 * kHourS;  // a night without a run
    }
  }

  [[nodiscard]] size_t suppressed() const { return suppressed_.size(); }
  [[nodiscard]] size_t stopped_by_shift() const { return stopped_by_shift_; }

 private:
  Fate fate_of_night() {
    if (random_.chance(0.6)) return Fate::kGood;
    return static_cast<Fate>(random_.between(1, 6));
  }

  DomainRecord answer(size_t index, Fate fate) {
    DomainRecord record;
    record.checked_at_s = static_cast<uint32_t>(now_s_);
    record.ttl_s = 300;
    record.reason = is_up_[index] ? Reason::kTcp : Reason::kTcpTimeout;
    if (fate == Fate::kEgressBlocked) record.reason = Reason::kEgressBlocked;
    if (fate == Fate::kServfails && random_.chance(0.5)) record.reason = Reason::kDnsServfail;
    if (lies(fate)) record.reason = Reason::kNxdomain;
    // A port is only known to be open if the probe found it so.
    if (record.reason == Reason::kTcp) reachable_s_[index] = now_s_;
    return record;
  }

  void run(Fate fate) {
    options_.unix_now_ms = now_s_ * 1'000;
    table::DomainTable domains;
    table::HostTable hosts;
    app::Night::Refused refused;
    auto opened = app::Night::open(options_, {domains, hosts, enricher_}, refused);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    app::Night& night = *opened.value();
    rows::Reporter reporter(domains, hosts, enricher_);
    reporter.set_past(night);
    ASSERT_TRUE(
        night.start({.on_failure = [] {}, .on_wait = [](bool) {}, .wake_loop = [] {}}).ok());
    ASSERT_TRUE(night.take(list(domains)).ok());
    night.end_count();
    decide(fate, night, domains);
    const bool is_whole = !is_killed(fate) && fate != Fate::kLiesAreFound;
    const Status ended = is_whole ? Status() : Status::resolver("false answers");
    ASSERT_TRUE(night.stop_writing(ended).ok());
    if (is_killed(fate)) return;  // what was written stays, nothing else
    if (!ended.ok()) {
      EXPECT_EQ(night.end_failed(ended, false).code(), StatusCode::kResolver);
      return;
    }
    finish(night, reporter, domains.size());
  }

  void decide(Fate fate, app::Night& night, table::DomainTable& domains) {
    for (uint32_t id = 0; id < domains.size(); ++id) {
      if (is_killed(fate) && id > kDomains / 2) break;
      DomainRecord record;
      if (!night.recall(DomainId(id), record)) record = answer(id, fate);
      domains.publish(DomainId(id), record);
      night.on_decided(DomainId(id), record);
    }
    const bool is_checked = fate != Fate::kLiesAreFound && fate != Fate::kKilledAsItLies;
    night.after_turn(1, is_checked ? kNeverUs : 0);
  }

  // A lie that no check found out is found by --max-shift.
  void finish(app::Night& night, rows::Reporter& reporter, uint32_t domains) {
    std::vector<Action> actions;
    for (uint32_t id = 0; id < domains; ++id) {
      actions.push_back(*reporter.row_report_of(DomainId(id)).action);
    }
    Summary summary;
    const auto changes = night.compare(summary);
    if (!changes.ok()) {
      EXPECT_EQ(changes.status().code(), StatusCode::kResolver) << changes.status().message();
      ++stopped_by_shift_;
      EXPECT_EQ(night.end_failed(changes.status(), false).code(), StatusCode::kResolver);
      return;
    }
    ASSERT_TRUE(night.prepare_baseline(summary, 0).ok());
    ASSERT_TRUE(night.commit_baseline().ok());
    for (uint32_t id = 0; id < domains; ++id) {
      if (actions[id] != Action::kSuppress) continue;
      suppressed_.insert(id);
      const auto reachable = reachable_s_.find(id);
      if (reachable == reachable_s_.end()) continue;
      EXPECT_GT(now_s_ - reachable->second, kReachableS) << "domain " << id;
    }
  }

  Block list(table::DomainTable& domains) {
    Block block;
    for (size_t i = 0; i < kDomains; ++i) {
      const DomainName name = *DomainName::from_text("d" + std::to_string(i) + ".test");
      const table::DomainTable::Request request{name.view(), {}};
      DomainId id;
      EXPECT_TRUE(domains.intern({&request, 1}, {&id, 1}));
      block.keys.push_back(RowKey::waiting_for(id, {}, false));
    }
    return block;
  }

  SimulatedRandom random_;
  TempDir folder_;
  Options options_;
  enrich::Enricher enricher_;
  int64_t now_s_ = 0;
  std::vector<double> up_share_;
  std::map<size_t, bool> is_up_;
  std::map<size_t, int64_t> reachable_s_;
  std::set<uint32_t> suppressed_;
  size_t stopped_by_shift_ = 0;
};

TEST(ThirtyNights, SuppressNothingThatWasReachableInFiveDays) {
  size_t suppressed = 0;
  size_t stopped = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    NightSimulation simulation(seed);
    simulation.run_nights();
    suppressed += simulation.suppressed();
    stopped += simulation.stopped_by_shift();
  }
  EXPECT_GT(suppressed, 8U);  // those that are always down
  EXPECT_GT(stopped, 0U);
}

}  // namespace
}  // namespace mxbulk::test
