// What a seed decides: how big, which resolvers, which weather.
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

constexpr uint64_t kHonestKinds = static_cast<uint64_t>(BadSpell::Kind::kNxdomain);

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

BadSpell random_spell(size_t upstreams, SimulatedRandom& random) {
  BadSpell spell;
  spell.upstream = static_cast<size_t>(random.below(upstreams));
  spell.kind = static_cast<BadSpell::Kind>(random.below(kHonestKinds));
  spell.from_us = random.between(0, 3'000'000);
  spell.to_us = spell.from_us + random.between(100'000, 8'000'000);
  return spell;
}

// Denies every name, until the end or for a while. The others answer all the time: with nobody to
// contradict it, who lies between two checks is believed.
BadSpell denier(size_t upstreams, SimulatedRandom& random) {
  BadSpell spell = random_spell(upstreams, random);
  spell.kind = BadSpell::Kind::kNxdomain;
  if (random.chance(0.5)) spell.from_us = 0;
  if (random.chance(0.5)) spell.to_us = kForeverUs;
  return spell;
}

// Lies from some time on for good, whatever the others do.
BadSpell liar(size_t upstream, SimulatedRandom& random) {
  constexpr std::array<BadSpell::Kind, 3> kLies = {
      BadSpell::Kind::kNxdomain, BadSpell::Kind::kNoData, BadSpell::Kind::kAddress};
  const int64_t from_us = random.chance(0.4) ? 0 : random.between(0, 3'000'000);
  return {upstream, random.pick(kLies), from_us, kForeverUs};
}

void add_liars(size_t upstreams, Weather& weather, SimulatedRandom& random) {
  if (upstreams > 1 && random.chance(0.5)) {
    weather.spells.push_back(denier(upstreams, random));
    return;
  }
  weather.loss = std::min(weather.loss, 0.1);  // with more, even six tries may all be lost
  const double share = random.chance(0.5) ? 0.5 : 1;
  for (size_t i = 0; i < upstreams; ++i) {
    if (i == 0 || random.chance(share)) weather.spells.push_back(liar(i, random));
  }
}

Weather random_weather(size_t upstreams, SimulatedRandom& random) {
  Weather weather;
  weather.rtt_us = random.between(200, 40'000);
  if (random.chance(0.3)) weather.truncation = 0.2;
  if (random.chance(0.35)) return weather;
  weather.loss = random.pick(kLosses);
  if (random.chance(0.3)) weather.late = 0.1;
  if (random.chance(0.3)) weather.servfail_once = 0.3;
  if (random.chance(0.3)) weather.tcp_failure = random.chance(0.5) ? 1.0 : 0.3;
  if (random.chance(0.3)) weather.local_trouble = 0.05;
  if (random.chance(0.25)) {
    add_liars(upstreams, weather, random);
    return weather;
  }
  const uint64_t spells = random.below(4);
  for (uint64_t i = 0; i < spells; ++i) weather.spells.push_back(random_spell(upstreams, random));
  return weather;
}

}  // namespace

Scenario Scenario::random(uint64_t seed) {
  SimulatedRandom random(seed);
  Scenario scenario;
  scenario.seed = seed;
  const auto domains = static_cast<size_t>(random.between(5, 200));
  scenario.world = World::random(random, domains);
  scenario.rows = random_rows(scenario.world, static_cast<size_t>(random.between(1, 400)), random);
  scenario.resolvers = random_resolvers(random);
  scenario.weather = random_weather(scenario.resolvers.size(), random);
  if (scenario.weather.has_liar()) {
    // Where each answer takes all the tries, they are rarer than trust lasts.
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
  const Weather& weather = scenario.weather;
  std::ostringstream out;
  out << scenario.world.domains().size() << " domains, " << scenario.rows.size()
      << " rows, concurrency " << scenario.concurrency << ", qps " << scenario.qps << ", tries "
      << scenario.tries << ", timeout " << scenario.timeout_us / 1'000 << " ms, rtt "
      << weather.rtt_us << " us, loss " << weather.loss << ", late " << weather.late
      << ", servfail once " << weather.servfail_once << ", truncation " << weather.truncation
      << ", TCP failure " << weather.tcp_failure << ", local trouble " << weather.local_trouble
      << (scenario.has_disk ? "" : ", no disk");
  for (const ResolverHabits& habits : scenario.resolvers) {
    out << "; resolver:" << (habits.one_link ? " one link" : "")
        << (habits.soa_missing ? " no SOA" : "") << (habits.rejects_edns ? " dislikes EDNS" : "")
        << (habits.drops_edns ? " drops EDNS" : "") << (habits.folds_case ? " folds case" : "")
        << (habits.drops_invalid ? " drops .invalid" : "");
  }
  for (const BadSpell& spell : weather.spells) {
    out << "; resolver " << spell.upstream << " bad (" << static_cast<int>(spell.kind) << ") from "
        << spell.from_us / 1'000 << " to " << spell.to_us / 1'000 << " ms";
  }
  return out.str();
}

}  // namespace mxbulk::test
