#include "sim/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "sim/oracle.h"
#include "sim/row_check.h"

namespace mxbulk::test {
namespace {

using Key = SimulatedNetwork::Key;
using History = SimulatedNetwork::History;

// The names that may have to do with one domain's verdict.
class Dependencies {
 public:
  Dependencies(const World& world, const std::string& domain) : world_(world) {
    const Node* const end = add_chain(domain);
    // Its A may be asked for twice: to confirm, and as a host.
    if (end == nullptr || end->mx.fate == Fate::kNxDomain) asked_twice_ = domain;
    if (end == nullptr) return;
    for (const SimulatedMx& mx : end->mx.mx) add_chain(mx.exchange);
  }

  [[nodiscard]] const std::set<std::string>& names() const { return names_; }
  [[nodiscard]] const std::string& asked_twice() const { return asked_twice_; }

 private:
  const Node* add_chain(std::string name) {
    const Node* node = world_.find(name);
    while (names_.insert(name).second && node != nullptr && !node->cname.empty()) {
      name = node->cname;
      node = world_.find(name);
    }
    return node;
  }

  const World& world_;
  std::set<std::string> names_;
  std::string asked_twice_;
};

class Checker {
 public:
  Checker(const Scenario& scenario, const RunResult& result)
      : scenario_(scenario), result_(result), targets_(scenario.world.targets()) {}

  std::vector<std::string> check() {
    if (!result_.trouble.empty()) complain(result_.trouble);
    check_transport();
    check_time();
    check_failure();
    // The verdicts of a run with false answers are not valid.
    if (!has_ended_by_false_answer()) {
      for (const DomainResult& domain : result_.domains) check_domain(domain);
    }
    if (result_.trouble.empty()) append(row_complaints(scenario_, result_));
    return std::move(wrong_);
  }

  [[nodiscard]] Missed missed() const {
    Missed sum;
    if (!has_good_resolvers()) return sum;
    sum.domains = result_.domains.size();
    for (const DomainResult& domain : result_.domains) {
      const bool is_known = verdict_of(domain.record.reason) != Verdict::kUnknown;
      if (is_known || is_out_of_time(domain)) continue;
      const Reason truth = oracle_verdict(scenario_.world, domain.name).reason;
      if (verdict_of(truth) != Verdict::kUnknown) ++sum.unknown;
    }
    return sum;
  }

 private:
  // Then only chance, in all attempts, prevents an answer. (If resolvers fail for a time it may
  // take more than two rounds.)
  [[nodiscard]] bool has_good_resolvers() const {
    const NetworkFaults& faults = scenario_.faults;
    return scenario_.tries >= 3 && faults.loss <= 0.3 && faults.tcp_failure == 0 &&
           faults.periods.empty() && !some_drop_edns();
  }

  [[nodiscard]] bool some_drop_edns() const {
    return std::ranges::any_of(scenario_.resolvers, &ResolverHabits::drops_edns);
  }

  void complain(const std::string& text) { wrong_.push_back(text); }
  void append(const std::vector<std::string>& more) {
    wrong_.insert(wrong_.end(), more.begin(), more.end());
  }

  void check_transport() {
    if (result_.has_doubled_ticket) complain("a ticket was used twice at one time");
    if (result_.replies != result_.queries) complain("a query without its reply");
    if (result_.asked_in_vain != 0) complain("mixed case to a resolver that always folds it");
    if (!result_.excluded.empty() && !scenario_.faults.has_false_answers()) {
      complain("good, and excluded: " + result_.excluded.front());
    }
    if (result_.in_flight_at_end != 0) complain("queries count as in flight after the end");
    for (const auto& [key, history] : result_.history) {
      const bool is_soa = key.second == RecordType::kSoa;
      if (is_soa || targets_.contains(key.first) || history.queries <= queries_max(key)) continue;
      complain(key.first + " was asked for " + std::to_string(history.queries) + " times");
    }
  }

  // Each round asks each resolver over UDP, at most once more than it has tries, and over TCP if
  // answers are truncated. Faults make more attempts necessary. A canary is asked for at each check
  // too.
  [[nodiscard]] uint32_t queries_max(const Key& key) const {
    const auto resolvers = static_cast<uint32_t>(scenario_.resolvers.size());
    const uint32_t usual = 2 * scenario_.tries;
    const bool is_faultless = scenario_.faults.is_faultless() && !some_drop_edns();
    const uint32_t attempts = is_faultless ? usual : std::max(usual, limits::kAttemptsMax);
    const uint32_t each = scenario_.faults.truncation > 0 ? 3 : 2;
    const uint32_t once = each * (attempts + 1) * resolvers;
    if (key.second == RecordType::kA) return 2 * once;
    const auto checks = static_cast<uint32_t>(2 + result_.ended_us / limits::kCheckEveryUs);
    return key.second == RecordType::kMx ? once + once * checks * resolvers : once;
  }

  // No run is slower than one question after the other, each until its timeout.
  void check_time() {
    const int64_t reading_us = static_cast<int64_t>(scenario_.rows.size()) * scenario_.read_gap_us;
    const int64_t asking_us =
        static_cast<int64_t>(result_.queries) * (scenario_.timeout_us + 50'000);
    const int64_t pacing_us =
        scenario_.qps == 0 ? 0 : static_cast<int64_t>(result_.queries) * 1'000'000 / scenario_.qps;
    if (result_.ended_us > reading_us + asking_us + pacing_us + 60'000'000) {
      complain("the run took " + std::to_string(result_.ended_us / 1'000'000) + " s");
    }
  }

  [[nodiscard]] bool has_ended_by_false_answer() const {
    return !result_.failure.ok() && !result_.excluded.empty();
  }

  // Giving up is right only while no resolver answers, or if one gives false answers.
  void check_failure() {
    if (result_.failure.ok()) return;
    if (scenario_.faults.is_faultless()) complain("given up without faults");
    if (has_ended_by_false_answer()) {
      if (!scenario_.faults.has_false_answers())
        complain("no false answer: " + result_.failure.message());
      return;
    }
    if (result_.last_good_us > result_.last_watch_us) {
      complain("given up while answers came: " + result_.failure.message());
    }
  }

  void check_domain(const DomainResult& domain) {
    if (is_out_of_time(domain)) return;
    const OracleVerdict truth = oracle_verdict(scenario_.world, domain.name);
    const Dependencies dependencies(scenario_.world, domain.name);
    const bool is_wildcard_missed = truth.reason == Reason::kDnsWildcard &&
                                    domain.record.reason == Reason::kImplicitMx &&
                                    has_spoilt_wildcard_check();
    if (is_wildcard_missed) return;
    if (is_found_by_nodata(domain, truth.reason)) return;
    const std::string problem = was_hit(dependencies)
                                    ? compare_with_faults(domain, truth, dependencies)
                                    : compare_exactly(domain, truth);
    if (problem.empty()) return;
    complain(domain.name + ": " + std::string(name_of(domain.record.reason)) + " where " +
             std::string(name_of(truth.reason)) + " is true: " + problem);
  }

  // MX is NXDOMAIN, and A fails: that says nothing. A false NODATA says that the name exists, and
  // so its AAAA is asked for.
  [[nodiscard]] bool is_found_by_nodata(const DomainResult& domain, Reason truth) const {
    const bool has_false_nodata = std::ranges::any_of(
        scenario_.faults.periods,
        [](const FaultPeriod& period) { return period.kind == FaultPeriod::Kind::kNoData; });
    return has_false_nodata && domain.record.reason == Reason::kImplicitMx &&
           verdict_of(truth) == Verdict::kUnknown && is_denied({domain.name, RecordType::kMx});
  }

  // More exchanges than are asked for at once, and the first ones took all of its asking time.
  [[nodiscard]] bool is_out_of_time(const DomainResult& domain) const {
    const Node* node = scenario_.world.find(domain.name);
    for (int links = 0; node != nullptr && !node->cname.empty() && links < 20; ++links) {
      node = scenario_.world.find(node->cname);
    }
    return domain.record.reason == Reason::kMxAddrTempfail && node != nullptr &&
           node->mx.mx.size() > limits::kExchangesAtOnce &&
           domain.record.dns_ms >= engine::DispatcherSettings().dns_deadline_us / 1'000;
  }

  [[nodiscard]] std::string compare_exactly(const DomainResult& domain,
                                            const OracleVerdict& truth) const {
    const bool may_differ = (truth.reason == Reason::kDnsFiltered && some_lack_edns()) ||
                            (truth.is_ring && some_give_one_link());
    if (domain.record.reason != truth.reason &&
        !(may_differ && verdict_of(domain.record.reason) == Verdict::kUnknown)) {
      return "nothing excuses it";
    }
    const uint32_t differ =
        (domain.record.lints.bits() ^ truth.lints.bits()) & ~truth.either_way.bits();
    for (size_t i = 0; i < kLintCount; ++i) {
      if ((differ >> i & 1U) == 0) continue;
      const auto lint = static_cast<Lint>(i);
      return std::string(name_of(lint)) + (truth.lints.has(lint) ? " is missing" : " is too much");
    }
    return {};
  }

  // A loop of CNAMEs that comes link by link is a chain without end.
  [[nodiscard]] bool some_give_one_link() const {
    return std::any_of(scenario_.resolvers.begin(), scenario_.resolvers.end(),
                       [](const ResolverHabits& habits) { return habits.one_link; });
  }

  // An extended error needs OPT.
  [[nodiscard]] bool some_lack_edns() const {
    for (const ResolverHabits& habits : scenario_.resolvers) {
      if (habits.rejects_edns || habits.drops_edns) return true;
    }
    return false;
  }

  [[nodiscard]] std::string compare_with_faults(const DomainResult& domain,
                                                const OracleVerdict& truth,
                                                const Dependencies& dependencies) const {
    const Reason reason = domain.record.reason;
    if (verdict_of(reason) != Verdict::kUnknown) {
      return is_same(reason, truth.reason) ? "" : "a false verdict";
    }
    if (verdict_of(truth.reason) == Verdict::kUnknown) return {};
    return is_excused(domain, dependencies) ? "" : "every question had its answer in time";
  }

  // A fault hit a question about a random name: without an answer nothing is a wildcard.
  [[nodiscard]] bool has_spoilt_wildcard_check() const {
    return std::any_of(result_.history.begin(), result_.history.end(), [](const auto& one) {
      const std::string& name = one.first.first;
      return name.find('.') == limits::kRandomNameLetters && name.ends_with(".ws") &&
             one.second.hits > 0 && one.second.first_good_us < 0;
    });
  }

  // A resolver that denies every name denies the aliases too. If one says NODATA and another
  // NXDOMAIN, the name is taken to exist; either way it has no MX.
  [[nodiscard]] bool is_same(Reason found, Reason truth) const {
    if (found == truth) return true;
    const bool is_absent = truth == Reason::kCnameNxdomain || truth == Reason::kNxdomain;
    const bool is_alias_lost = truth == Reason::kCnameNxdomain && found == Reason::kNxdomain;
    const bool is_nodata_believed = is_absent && found == Reason::kNoAddress;
    return (is_alias_lost || is_nodata_believed) && scenario_.faults.has_false_answers();
  }

  // A lookup that a fault hit never saw a good answer.
  [[nodiscard]] bool is_excused(const DomainResult& domain,
                                const Dependencies& dependencies) const {
    return any_of(dependencies, [&](const Key& key, const History& history) {
      if (history.hits == 0) return false;
      const bool was_answered =
          history.first_good_us >= 0 && history.first_good_us <= domain.published_us;
      // If there are several lookups, one may have had the answer and another not.
      const bool is_shared =
          targets_.contains(key.first) || key.first == dependencies.asked_twice();
      // A negative answer counts only with a second one, if there is another resolver.
      const bool needs_two = scenario_.resolvers.size() > 1 && is_denied(key);
      return !was_answered || is_shared || needs_two;
    });
  }

  [[nodiscard]] bool is_denied(const Key& key) const {
    const Node* node = scenario_.world.find(key.first);
    for (int links = 0; node != nullptr && !node->cname.empty() && links < 20; ++links) {
      node = scenario_.world.find(node->cname);
    }
    if (node == nullptr) return true;
    const Fate fate = node->set(key.second).fate;
    return fate == Fate::kNxDomain || fate == Fate::kNoData;
  }

  [[nodiscard]] bool was_hit(const Dependencies& dependencies) const {
    if (scenario_.faults.is_faultless()) return false;
    return any_of(dependencies,
                  [](const Key&, const History& history) { return history.hits > 0; });
  }

  template <class Predicate>
  bool any_of(const Dependencies& dependencies, Predicate predicate) const {
    for (const std::string& name : dependencies.names()) {
      for (RecordType type : {RecordType::kMx, RecordType::kA, RecordType::kAaaa}) {
        const auto found = result_.history.find({name, type});
        if (found != result_.history.end() && predicate(found->first, found->second)) return true;
      }
    }
    return false;
  }

  const Scenario& scenario_;
  const RunResult& result_;
  const std::set<std::string> targets_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> complaints(const Scenario& scenario, const RunResult& result) {
  return Checker(scenario, result).check();
}

Missed missed(const Scenario& scenario, const RunResult& result) {
  return Checker(scenario, result).missed();
}

bool is_too_many(const Missed& missed) {
  return missed.unknown > 2 + missed.domains / 100;
}

}  // namespace mxbulk::test
