// Random mail worlds with hosts that are down, restart, hang or refuse us, providers that drop our
// connections, and a path to them that is closed now and then. In no case is a host that is up
// called dead.
//   MXBULK_SIM_SEED=123 build/dev/sim_test --gtest_filter='ProbeReplay*'
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/seeds.h"
#include "support/simulated_mail.h"
#include "support/simulated_random.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr uint64_t kSeeds = 200;

struct ProbeScenario {
  SimulatedMailWorld world;
  ProbeRunSettings settings;
};

ProbeOutcome random_outcome(SimulatedRandom& random) {
  constexpr std::array kOutcomes = {ProbeOutcome::kSmtp521,        ProbeOutcome::kTcpRefused,
                                    ProbeOutcome::kTcpUnreachable, ProbeOutcome::kTcpTimeout,
                                    ProbeOutcome::kNotSmtp,        ProbeOutcome::kGreetingTimeout,
                                    ProbeOutcome::kSmtp5xx,        ProbeOutcome::kSmtp4xx};
  return random.pick(kOutcomes);
}

void add_servers(SimulatedRandom& random, SimulatedMailWorld& world) {
  const auto count = static_cast<int>(random.between(1, 300));
  const double ill = random.chance(0.2) ? 0.95 : 0.3;
  for (int i = 0; i < count; ++i) {
    MailServer server;
    if (random.chance(ill)) server.outcome = random_outcome(random);
    if (random.chance(0.1)) server.first = random_outcome(random);
    server.delay_us = random.chance(0.1) ? random.between(1, 6) * kSecond : 20'000;
    if (random.chance(0.2)) server.round_trip_us = random.between(1, 900) * 1'000;
    server.has_route = !random.chance(0.02);
    const bool is_v4 = !random.chance(0.1);
    const std::string address = is_v4 ? "10." + std::to_string(random.below(3)) + "." +
                                            std::to_string(i % 250) + "." +
                                            std::to_string(1 + i / 250)
                                      : "2001:db8:" + std::to_string(1 + i) + "::1";
    world.servers[address] = server;
  }
}

void add_domains(SimulatedRandom& random, SimulatedMailWorld& world) {
  std::vector<std::string> addresses;
  for (const auto& [address, server] : world.servers) addresses.push_back(address);
  // A host is the same wherever it is named.
  std::map<std::string, std::vector<std::string>> hosts;
  for (size_t i = 0; i < addresses.size(); ++i) {
    std::set<std::string> own = {addresses[i]};
    while (random.chance(0.3)) own.insert(random.pick(addresses));
    hosts["mx" + std::to_string(i) + ".h" + std::to_string(i / 3) + ".org"] = {own.begin(),
                                                                               own.end()};
  }
  std::vector<std::string> names;
  for (const auto& [name, own] : hosts) names.push_back(name);
  const auto count = static_cast<int>(random.between(1, 400));
  for (int i = 0; i < count; ++i) {
    std::map<std::string, SimulatedExchange> exchanges;
    do {
      const std::string& host = random.pick(names);
      const auto preference = static_cast<uint16_t>(random.below(3) * 10);
      exchanges[host] = {preference, host, hosts[host], route::ExchangeState::kUsable};
    } while (random.chance(0.4));
    for (const auto& [host, exchange] : exchanges) {
      world.domains["d" + std::to_string(i) + ".org"].push_back(exchange);
    }
  }
}

// A provider that lets none of our connections through. Its customers name some of its hosts.
void add_filtering_provider(SimulatedRandom& random, SimulatedMailWorld& world) {
  constexpr std::array kWays = {ProbeOutcome::kTcpTimeout, ProbeOutcome::kTcpTimeout,
                                ProbeOutcome::kTcpRefused, ProbeOutcome::kTcpUnreachable};
  MailServer server;
  server.filters_us = true;
  server.outcome = random.pick(kWays);
  std::vector<SimulatedExchange> hosts;
  const auto count = static_cast<int>(random.between(1, 6));
  for (int i = 0; i < count; ++i) {
    const std::string address = "172.16." + std::to_string(i / 2) + "." + std::to_string(i);
    world.servers[address] = server;
    hosts.push_back({10, "in" + std::to_string(i) + ".messagingengine.com", {address}});
  }
  const auto customers = static_cast<int>(random.between(1, 30));
  for (int i = 0; i < customers; ++i) {
    std::vector<SimulatedExchange>& exchanges = world.domains["p" + std::to_string(i) + ".org"];
    exchanges.push_back(random.pick(hosts));
    const SimulatedExchange& other = random.pick(hosts);
    if (other.name != exchanges[0].name) exchanges.push_back(other);
  }
}

// A network of a provider that no list knows. Each customer has a name of its own for its host.
void add_filtering_network(SimulatedRandom& random, SimulatedMailWorld& world) {
  MailServer server;
  server.filters_us = true;
  server.outcome = ProbeOutcome::kTcpTimeout;
  const auto count = static_cast<int>(random.between(limits::kFilteredAddressesMin, 9));
  for (int i = 0; i < count; ++i) {
    world.domain("n" + std::to_string(i) + ".org", "172.17.0." + std::to_string(1 + i), server);
  }
}

ProbeScenario random_scenario(uint64_t seed) {
  SimulatedRandom random(seed);
  ProbeScenario scenario;
  add_servers(random, scenario.world);
  add_domains(random, scenario.world);
  if (random.chance(0.4)) add_filtering_provider(random, scenario.world);
  if (random.chance(0.4)) add_filtering_network(random, scenario.world);
  while (random.chance(0.4)) {
    const int64_t from_us = random.between(0, 30'000) * 1'000;
    const int64_t length_us =
        random.chance(0.3) ? INT64_MAX / 4 : random.between(1, 40'000) * 1'000;
    scenario.world.outages.push_back({from_us, from_us + length_us, random.chance(0.7),
                                      static_cast<Outage::Kind>(random.below(3))});
  }
  if (random.chance(0.2)) scenario.world.descriptors = static_cast<uint32_t>(random.between(1, 40));
  probing::ProbeStageSettings& stage = scenario.settings.stage;
  stage.all = random.chance(0.3);
  stage.v6_first = random.chance(0.5);
  stage.as_they_come = random.chance(0.3);
  stage.dialler.concurrency = static_cast<uint32_t>(random.between(1, 200));
  scenario.settings.dns_over_us = random.chance(0.5) ? 0 : random.between(0, 20) * kSecond;
  return scenario;
}

// All possible outcomes of a connection to it.
bool can_say(const MailServer& server, ProbeOutcome outcome) {
  return server.outcome == outcome || server.first == outcome;
}

// Why the decision is wrong; empty if it is right.
std::string complaint_about(const ProbeScenario& scenario, const std::string& domain,
                            const probing::ProbeDecision& decision) {
  bool may_answer = false;
  bool always_answers = false;
  bool is_any_up = false;
  bool is_said = false;
  bool is_filtered = false;
  for (const SimulatedExchange& exchange : scenario.world.domains.at(domain)) {
    for (const std::string& address : exchange.addresses) {
      const MailServer& server = scenario.world.servers.at(address);
      is_any_up |= server.has_route && !is_dead(server.outcome);
      const bool can_answer = server.has_route && is_answer(server.outcome);
      may_answer |= can_answer;
      always_answers |= can_answer && !server.first;
      is_said |= can_say(server, decision.outcome);
      is_filtered |= server.filters_us;
    }
  }
  const std::string_view said = name_of(reason_of(decision.outcome));
  if (is_dead(decision.outcome) && is_any_up) return "is up and called " + std::string(said);
  if (is_answer(decision.outcome) && !may_answer)
    return "is not up and called " + std::string(said);
  const bool is_faultless = scenario.world.outages.empty() && scenario.world.descriptors > 40;
  // Of a network that no list knows, all addresses must have been dialled.
  const bool may_notice =
      !domain.starts_with('n') || (is_faultless && !scenario.settings.stage.as_they_come);
  if (is_dead(decision.outcome) && is_filtered && may_notice)
    return "drops our connections and is called " + std::string(said);
  const bool is_own_word = decision.outcome == ProbeOutcome::kSkipped ||
                           decision.outcome == ProbeOutcome::kEgressBlocked ||
                           decision.outcome == ProbeOutcome::kEgressIntercepted ||
                           decision.outcome == ProbeOutcome::kFiltered;
  if (!is_own_word && !is_said) return "no server says " + std::string(said);
  if (is_faultless && always_answers && !is_answer(decision.outcome))
    return "is up and only " + std::string(said);
  return {};
}

void expect_good_run(uint64_t seed) {
  const ProbeScenario scenario = random_scenario(seed);
  const ProbeRunResult run = run_probes(scenario.world, scenario.settings);
  const std::string replay =
      "replay: MXBULK_SIM_SEED=" + std::to_string(seed) + " sim_test --gtest_filter='ProbeReplay*'";
  EXPECT_TRUE(run.is_complete) << replay;
  for (const auto& [domain, decision] : run.decisions) {
    const std::string complaint = complaint_about(scenario, domain, decision);
    ASSERT_TRUE(complaint.empty()) << domain << " " << complaint << "; " << replay;
  }
  EXPECT_LE(run.at_once_to_address, 1U) << replay;
  EXPECT_LE(run.at_once_to_network, limits::kProbesNetFactor + 1)
      << "and a control probe; " << replay;
  EXPECT_LE(run.at_once, scenario.settings.stage.dialler.concurrency + 2) << replay;
  if (!scenario.world.outages.empty()) return;
  for (const auto& [address, dials] : run.dials) {
    const MailServer& server = scenario.world.servers.at(address);
    const bool ever_opens =
        !is_closed(server.outcome) || (server.first && !is_closed(*server.first));
    if (ever_opens) continue;  // it may be a control probe
    EXPECT_LE(dials, limits::kProbeTriesMax) << address << "; " << replay;
  }
}

TEST(ProbeSimulation, NoHostThatIsUpIsCalledDead) {
  for (uint64_t seed = 0; seed < seeds_wanted(kSeeds) && !HasFailure(); ++seed) {
    expect_good_run(seed);
  }
}

TEST(ProbeReplay, SeedOfTheEnvironment) {
  const std::optional<uint64_t> seed = seed_wanted();
  if (!seed) GTEST_SKIP() << "MXBULK_SIM_SEED is not set";
  expect_good_run(*seed);
}

}  // namespace
}  // namespace mxbulk::test
