#include "support/simulated_mail.h"

#include <algorithm>
#include <array>
#include <set>

#include "enrich/enrich.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kEnd = 3'600 * kSecond;
// RFC 6298 §2: a SYN without an answer is sent again after one second, then doubled.
constexpr std::array<int64_t, 4> kSynsUs = {0, kSecond, 3 * kSecond, 7 * kSecond};

IpAddress ip(const std::string& text) {
  return *IpAddress::from_text(text);
}

class SimulatedProber final : public probing::Prober {
 public:
  SimulatedProber(const SimulatedMailWorld& world, int64_t connect_limit_us, ProbeRunResult& result)
      : world_(world), connect_limit_us_(connect_limit_us), result_(result) {}

  void dial(const probing::ProbeDial& dial) override {
    const std::string address = dial.address.text();
    if (result_.first_dial_us < 0) result_.first_dial_us = now_us_;
    if (result_.first_dial_us == now_us_) ++result_.dialled_first;
    Connection one;
    one.address = dial.address;
    one.report.ticket = dial.ticket;
    one.due_us = now_us_;
    const auto found = world_.servers.find(address);
    static const MailServer kNobody = [] {
      MailServer nobody;
      nobody.outcome = ProbeOutcome::kTcpRefused;
      return nobody;
    }();
    const MailServer& server = found == world_.servers.end() ? kNobody : found->second;
    const Outage& none = world_.no_descriptors;
    const bool has_none = none.from_us <= now_us_ && now_us_ < none.to_us;
    if (has_none || open_.size() >= world_.descriptors) {
      one.report.end = ProbeReport::End::kNoRoom;
    } else if (!server.has_route || is_routeless(one.address)) {
      one.report.end = ProbeReport::End::kNoRoute;
    } else {
      connect(server, one);
      result_.order.push_back(address);
      count(one);
      ++result_.dials[address];
    }
    open_.push_back(std::move(one));
  }

  void deliver(probing::ProbeSink& sink, int64_t now_us) {
    now_us_ = now_us;
    std::stable_sort(open_.begin(), open_.end(),
                     [](const Connection& a, const Connection& b) { return a.due_us < b.due_us; });
    while (!open_.empty() && open_.front().due_us <= now_us) {
      Connection one = std::move(open_.front());
      open_.erase(open_.begin());
      one.report.greeting = one.greeting;
      sink.on_probe(one.report);
    }
  }

  [[nodiscard]] int64_t next_due_us() const {
    int64_t next_us = kEnd;
    for (const Connection& one : open_) next_us = std::min(next_us, one.due_us);
    return next_us;
  }

 private:
  struct Connection {
    IpAddress address;
    ProbeReport report;
    std::string greeting;
    int64_t due_us = 0;
  };

  [[nodiscard]] const Outage* outage(bool is_v4, int64_t at_us) const {
    for (const Outage& one : world_.outages) {
      if (one.is_v4 == is_v4 && one.from_us <= at_us && at_us < one.to_us) return &one;
    }
    return nullptr;
  }

  [[nodiscard]] bool is_routeless(const IpAddress& address) const {
    const Outage* const closed = outage(address.is_v4(), now_us_);
    return closed != nullptr && closed->kind == Outage::Kind::kNoRoute;
  }

  void connect(const MailServer& server, Connection& one) {
    for (const int64_t syn_us : kSynsUs) {
      const int64_t at_us = now_us_ + syn_us;
      const Outage* const closed = outage(one.address.is_v4(), at_us);
      if (closed == nullptr && syn_us + server.round_trip_us < connect_limit_us_) {
        answer(server, at_us + server.round_trip_us, one);
        return;
      }
      if (closed != nullptr && closed->kind == Outage::Kind::kRejected) {
        one.report.outcome = ProbeOutcome::kTcpUnreachable;
        one.due_us = at_us + 1'000;
        return;
      }
    }
    one.report.outcome = ProbeOutcome::kTcpTimeout;
    one.due_us = now_us_ + connect_limit_us_;
  }

  void answer(const MailServer& server, int64_t opened_us, Connection& one) {
    const std::string address = one.address.text();
    const bool is_first = result_.dials[address] == 0;
    one.report.outcome = is_first ? server.first.value_or(server.outcome) : server.outcome;
    one.due_us = opened_us + server.delay_us;
    if (one.report.outcome == ProbeOutcome::kTcpTimeout) one.due_us = now_us_ + connect_limit_us_;
    one.report.has_opened = !is_closed(one.report.outcome);
    one.report.has_smtputf8 = server.has_smtputf8;
    if (!one.report.has_opened) return;
    one.report.opened_ms = static_cast<uint32_t>((opened_us - now_us_) / 1'000);
    one.greeting = server.greeting.empty() ? "mx-" + address + ".example" : server.greeting;
    one.report.code = one.report.outcome == ProbeOutcome::kGreetingTimeout ? 0 : 220;
    one.report.elapsed_ms = static_cast<uint32_t>((one.due_us - now_us_) / 1'000);
  }

  void count(const Connection& one) {
    uint32_t to_address = 1;
    uint32_t to_network = 1;
    for (const Connection& other : open_) {
      to_address += other.address == one.address ? 1 : 0;
      to_network +=
          probing::network_key(other.address) == probing::network_key(one.address) ? 1 : 0;
    }
    result_.at_once = std::max(result_.at_once, static_cast<uint32_t>(open_.size()) + 1);
    result_.at_once_to_address = std::max(result_.at_once_to_address, to_address);
    result_.at_once_to_network = std::max(result_.at_once_to_network, to_network);
  }

  const SimulatedMailWorld& world_;
  int64_t connect_limit_us_;
  ProbeRunResult& result_;
  std::vector<Connection> open_;
  int64_t now_us_ = 0;
};

// All that a run needs around the stage.
class ProbeRun {
 public:
  ProbeRun(const SimulatedMailWorld& world, const ProbeRunSettings& settings)
      : world_(world),
        settings_(settings),
        prober_(world, settings.connect_limit_us, result_),
        stage_(settings.stage, prober_, hosts_, enricher_, nullptr) {}

  ProbeRunResult run() {
    for (const auto& [name, exchanges] : world_.domains) add(name, exchanges);
    int64_t now_us = 0;
    bool is_once = true;
    while (decided_ < names_.size() && now_us < kEnd) {
      prober_.deliver(stage_.sink(now_us), now_us);
      const bool dns_over = now_us >= settings_.dns_over_us;
      stage_.turn(now_us, dns_over, dns_over);
      is_once &= take_decided(now_us);
      result_.ended_us = now_us;
      int64_t next_us = std::min(prober_.next_due_us(), stage_.next_wake_us());
      if (!dns_over) next_us = std::min(next_us, settings_.dns_over_us);
      now_us = std::max(now_us + 1, next_us);
    }
    result_.counters = stage_.counters();
    result_.egress = stage_.egress();
    result_.is_complete = is_once && decided_ == names_.size();
    return std::move(result_);
  }

 private:
  void add(const std::string& name, const std::vector<SimulatedExchange>& exchanges) {
    const DomainName domain = *DomainName::from_text(name);
    route::MailRoute route;
    route.reason = Reason::kMx;
    route.is_cut = world_.cut_domains.contains(name);
    for (const SimulatedExchange& exchange : exchanges) {
      const HostId host = hosts_.intern(DomainName::from_text(exchange.name)->view()).id;
      route.exchanges.push_back({exchange.preference, host, hosts_.name(host), exchange.state});
      if (!known_.insert(host.value()).second) continue;
      std::vector<IpAddress> addresses;
      for (const std::string& address : exchange.addresses) addresses.push_back(ip(address));
      route::HostFacts facts;
      facts.has_public = !addresses.empty();
      facts.has_temporary = exchange.has_unknown;
      facts.has_more_addresses = exchange.has_more;
      stage_.set_addresses(host, facts, addresses);
    }
    const DomainId id(static_cast<uint32_t>(names_.size()));
    names_.push_back(name);
    stage_.add(id, domain.view(), route);
  }

  bool take_decided(int64_t now_us) {
    std::vector<probing::ProbeDecision> decided;
    stage_.take_decided(decided);
    bool is_once = true;
    for (const probing::ProbeDecision& decision : decided) {
      const std::string& name = names_.at(decision.domain.value());
      is_once &= result_.decisions.emplace(name, decision).second;
      result_.decided_us[name] = now_us;
      if (decision.host.valid()) result_.hosts[name] = to_text(hosts_.name(decision.host));
      ++decided_;
    }
    return is_once;
  }

  const SimulatedMailWorld& world_;
  ProbeRunSettings settings_;
  ProbeRunResult result_;
  enrich::Enricher enricher_;
  table::HostTable hosts_;
  SimulatedProber prober_;
  probing::ProbeStage stage_;
  std::vector<std::string> names_;
  std::set<uint32_t> known_;
  size_t decided_ = 0;
};

}  // namespace

SimulatedMailWorld& SimulatedMailWorld::domain(const std::string& name, const std::string& address,
                                               const MailServer& server) {
  domains[name] = {{10, "mx." + name, {address}, route::ExchangeState::kUsable}};
  servers[address] = server;
  return *this;
}

Reason ProbeRunResult::reason(const std::string& domain) const {
  return reason_of(decisions.at(domain).outcome);
}

ProbeRunResult run_probes(const SimulatedMailWorld& world, const ProbeRunSettings& settings) {
  return ProbeRun(world, settings).run();
}

}  // namespace mxbulk::test
