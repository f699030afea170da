// What a seed decides: the sizes, the resolvers, the faults.
#include <algorithm>
#include <array>
#include <sstream>

#include "sim/simulation.h"

namespace mxbulk::test {
namespace {

constexpr std::array<double, 4> kLosses = {0, 0.02, 0.1, 0.3};
constexpr std::array<uint32_t, 4> kConcurrencies = {0, 1, 5, 64};
constexpr int64_t kForeverUs = int64_t{3'600} * 1'000'000;
constexpr std::array<uint32_t, 3> kRates = {0, 300, 2'000};

constexpr uint64_t kFailureKinds = static_cast<uint64_t>(FaultPeriod::Kind::kNxdomain);

std::vector<ResolverHabits> random_resolvers(SimulatedRandom& random) {
  std::vector<ResolverHabits> resolvers(static_cast<size_t>(random.between(1, 4)));
  // Waiting for the try without OPT at each of eight links outlasts a domain's deadline.
  const bool some_drop_edns = random.chance(0.1);
  for (ResolverHabits& habits : resolvers) {
    habits.one_link = !some_drop_edns && random.chance(0.3);
    habits.soa_missing = random.chance(0.3);
    habits.rejects_edns = random.chance(0.1);
    habits.drops_edns = some_drop_edns && random.chance(0.5);
    habits.folds_case = random.chance(0.2);
    habits.drops_invalid = random.chance(0.1);
  }
  return resolvers;
}

FaultPeriod random_period(size_t upstreams, SimulatedRandom& random) {
  FaultPeriod period;
  period.upstream = static_cast<size_t>(random.below(upstreams));
  period.kind = static_cast<FaultPeriod::Kind>(random.below(kFailureKinds));
  period.from_us = random.between(0, 3'000'000);
  period.to_us = period.from_us + random.between(100'000, 8'000'000);
  return period;
}

// Denies every name, until the end or for a while. The others answer all the time: if none
// contradicts it, a false answer between two checks is believed.
FaultPeriod denials(size_t upstreams, SimulatedRandom& random) {
  FaultPeriod period = random_period(upstreams, random);
  period.kind = FaultPeriod::Kind::kNxdomain;
  if (random.chance(0.5)) period.from_us = 0;
  if (random.chance(0.5)) period.to_us = kForeverUs;
  return period;
}

// Gives false answers from some time on until the end, whatever the others do.
FaultPeriod false_answers(size_t upstream, SimulatedRandom& random) {
  constexpr std::array<FaultPeriod::Kind, 5> kFalseAnswers = {
      FaultPeriod::Kind::kNxdomain, FaultPeriod::Kind::kNoData, FaultPeriod::Kind::kAddress,
      FaultPeriod::Kind::kRewritesA, FaultPeriod::Kind::kRewritesAaaa};
  const int64_t from_us = random.chance(0.4) ? 0 : random.between(0, 3'000'000);
  return {upstream, random.pick(kFalseAnswers), from_us, kForeverUs};
}

void add_false_answers(size_t upstreams, NetworkFaults& faults, SimulatedRandom& random) {
  if (upstreams > 1 && random.chance(0.5)) {
    faults.periods.push_back(denials(upstreams, random));
    return;
  }
  faults.loss = std::min(faults.loss, 0.1);  // with more, even six tries may all be lost
  const double share = random.chance(0.5) ? 0.5 : 1;
  for (size_t i = 0; i < upstreams; ++i) {
    if (i == 0 || random.chance(share)) faults.periods.push_back(false_answers(i, random));
  }
}

NetworkFaults random_faults(size_t upstreams, SimulatedRandom& random) {
  NetworkFaults faults;
  faults.rtt_us = random.between(200, 40'000);
  if (random.chance(0.3)) faults.truncation = 0.2;
  if (random.chance(0.35)) return faults;
  faults.loss = random.pick(kLosses);
  if (random.chance(0.3)) faults.late = 0.1;
  if (random.chance(0.3)) faults.servfail_once = 0.3;
  if (random.chance(0.3)) faults.tcp_failure = random.chance(0.5) ? 1.0 : 0.3;
  if (random.chance(0.3)) faults.local_trouble = 0.05;
  if (random.chance(0.25)) {
    add_false_answers(upstreams, faults, random);
    return faults;
  }
  const uint64_t periods = random.below(4);
  for (uint64_t i = 0; i < periods; ++i) faults.periods.push_back(random_period(upstreams, random));
  return faults;
}

// Resolvers that ration or fail now and then.
void add_refusals(NetworkFaults& faults, SimulatedRandom& random) {
  constexpr std::array<uint32_t, 3> kLimits = {20, 100, 300};
  constexpr std::array<OverLimit, 3> kOver = {OverLimit::kRefused, OverLimit::kServfail,
                                              OverLimit::kUnresponsive};
  if (random.chance(0.1)) {
    faults.per_second = random.pick(kLimits);
    faults.over_limit = random.pick(kOver);
  } else if (random.chance(0.1)) {
    faults.random_servfail = 0.2;
  }
}

}  // namespace

Scenario Scenario::random(uint64_t seed) {
  SimulatedRandom random(seed);
  Scenario scenario;
  scenario.seed = seed;
  const auto domains = static_cast<size_t>(random.between(5, 200));
  scenario.world = World::random(random, domains);
  if (seed % 3 == 0) scenario.world.add_implicit_domains(random, domains / 4 + 1);
  scenario.rows = random_rows(scenario.world, static_cast<size_t>(random.between(1, 400)), random);
  scenario.resolvers = random_resolvers(random);
  scenario.faults = random_faults(scenario.resolvers.size(), random);
  SimulatedRandom more(seed ^ 0x9E3779B97F4A7C15);  // what follows changes nothing else of a seed
  if (!scenario.faults.has_false_answers()) add_refusals(scenario.faults, more);
  for (FaultPeriod& period : scenario.faults.periods) {
    const bool denies = period.kind == FaultPeriod::Kind::kNxdomain;
    if (denies && more.chance(0.4)) period.kind = FaultPeriod::Kind::kNoData;
  }
  if (scenario.faults.has_false_answers()) {
    // If each answer takes all the tries, answers are rarer than the checks of a resolver.
    for (ResolverHabits& habits : scenario.resolvers) habits.drops_edns = false;
  }
  scenario.concurrency = random.pick(kConcurrencies);
  scenario.qps = random.pick(kRates);
  scenario.tries = static_cast<uint32_t>(random.between(2, 4));
  scenario.timeout_us = random.between(500'000, 2'000'000);
  scenario.batch_rows_max = static_cast<size_t>(random.between(1, 64));
  scenario.blocks_max = static_cast<size_t>(random.between(1, 6));
  scenario.read_gap_us = random.between(0, 20'000);
  scenario.has_disk = random.chance(0.7);
  return scenario;
}

std::string description(const Scenario& scenario) {
  const NetworkFaults& faults = scenario.faults;
  std::ostringstream out;
  out << scenario.world.domains().size() << " domains, " << scenario.rows.size()
      << " rows, concurrency " << scenario.concurrency << ", qps " << scenario.qps << ", tries "
      << scenario.tries << ", timeout " << scenario.timeout_us / 1'000 << " ms, rtt "
      << faults.rtt_us << " us, loss " << faults.loss << ", late " << faults.late
      << ", servfail once " << faults.servfail_once << ", truncation " << faults.truncation
      << ", TCP failure " << faults.tcp_failure << ", local trouble " << faults.local_trouble
      << ", random SERVFAIL " << faults.random_servfail << (scenario.has_disk ? "" : ", no disk");
  if (faults.per_second > 0) {
    out << ", " << faults.per_second << " a second, above that "
        << static_cast<int>(faults.over_limit);
  }
  for (const ResolverHabits& habits : scenario.resolvers) {
    out << "; resolver:" << (habits.one_link ? " one link" : "")
        << (habits.soa_missing ? " no SOA" : "") << (habits.rejects_edns ? " dislikes EDNS" : "")
        << (habits.drops_edns ? " drops EDNS" : "") << (habits.folds_case ? " folds case" : "")
        << (habits.drops_invalid ? " drops .invalid" : "");
  }
  for (const FaultPeriod& period : faults.periods) {
    out << "; resolver " << period.upstream << " bad (" << static_cast<int>(period.kind)
        << ") from " << period.from_us / 1'000 << " to " << period.to_us / 1'000 << " ms";
  }
  return out.str();
}

}  // namespace mxbulk::test
