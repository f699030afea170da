#include "sim/scenarios.h"

#include <gtest/gtest.h>

#include "sim/check.h"
#include "sim/oracle.h"

namespace mxbulk::test {

Scenario scenario_with(size_t resolvers, size_t domains, uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  SimulatedRandom random(seed);
  scenario.world = World::random(random, domains);
  scenario.rows = random_rows(scenario.world, 3 * domains, random);
  scenario.resolvers.resize(resolvers);
  return scenario;
}

Scenario healthy_scenario(size_t domains) {
  Scenario scenario;
  SimulatedRandom random(5);
  for (size_t i = 0; i < domains; ++i) {
    const std::string name = "d" + std::to_string(i) + ".test";
    RecordSet& mx = scenario.world.add_domain(name).mx;
    mx.fate = Fate::kData;
    mx.mx = {{10, "mx." + name}};
    RecordSet& a = scenario.world.add("mx." + name).a;
    a.fate = Fate::kData;
    a.addresses = {{"\x08\x08\x08\x08", true}};
  }
  scenario.rows = random_rows(scenario.world, 2 * domains, random);
  scenario.resolvers.resize(1);
  return scenario;
}

void make_bad(Scenario& scenario, size_t resolver, FaultPeriod::Kind kind, int64_t from_us,
              int64_t to_us) {
  scenario.faults.periods.push_back({resolver, kind, from_us, to_us});
}

void expect_undisturbed(const Scenario& scenario) {
  const RunResult result = run(scenario);
  EXPECT_EQ(complaints(scenario, result), std::vector<std::string>());
  EXPECT_TRUE(result.failure.ok()) << result.failure.message();
  for (const DomainResult& domain : result.domains) {
    const Reason truth = oracle_verdict(scenario.world, domain.name).reason;
    const Reason found = domain.record.reason;
    EXPECT_EQ(name_of(verdict_of(found)), name_of(verdict_of(truth))) << domain.name;
    if (verdict_of(truth) == Verdict::kUnknown) continue;  // how it fails depends on the resolver
    const bool is_alias_lost =
        scenario.faults.has_false_answers() && truth == Reason::kCnameNxdomain;
    EXPECT_EQ(name_of(found), name_of(is_alias_lost && found != truth ? Reason::kNxdomain : truth))
        << domain.name;
  }
}

}  // namespace mxbulk::test
