#include "app/probing_measurements.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/check_trace.h"
#include "app/driver.h"
#include "base/limits.h"
#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"
#include "mxbulk/validator.h"
#include "output/terminal_text.h"

namespace mxbulk::app {
namespace {

struct NameQuestion {
  DomainName name;
  RecordType type = RecordType::kA;
};

struct NameAnswer {
  LookupStatus status = LookupStatus::kTimeout;
  std::vector<IpAddress> addresses;  // A, AAAA
  std::vector<DomainName> names;     // PTR
};

// Some questions at once.
class NameLookups final : public LookupTask, private asking::LookupClient {
 public:
  NameLookups(Driver& driver, const std::vector<Endpoint>& resolvers, const DnsOptions& options,
              const std::vector<NameQuestion>& questions)
      : LookupTask(driver, resolvers, options),
        questions_(questions),
        budget_us_(options.dns_deadline_ms * 1'000),
        left_(questions.size()),
        answers_(questions.size()) {}

  std::vector<NameAnswer> take_answers() { return std::move(answers_); }

 private:
  bool iterate(int64_t now_us) override {
    if (!std::exchange(has_asked_, true)) ask();
    runner_.turn(now_us, true);
    return left_ > 0;
  }

  void ask() {
    for (size_t i = 0; i < questions_.size(); ++i) {
      runner_.start({.client = this,
                     .token = i,
                     .name = questions_[i].name.view(),
                     .type = questions_[i].type,
                     .budget_us = budget_us_,
                     .one_round = true});
    }
  }

  void on_lookup(const asking::LookupReport& report) override {
    NameAnswer& answer = answers_[report.token];
    answer.status = report.outcome.status;
    answer.addresses.assign(report.outcome.addresses.begin(), report.outcome.addresses.end());
    for (const MxRecord& record : report.outcome.mx) {
      answer.names.push_back(DomainName::from_view(record.exchange));
    }
    --left_;
  }

  const std::vector<NameQuestion>& questions_;
  int64_t budget_us_;
  size_t left_;
  std::vector<NameAnswer> answers_;
  bool has_asked_ = false;
};

// One answer for each question, in their order.
Result<std::vector<NameAnswer>> look_up(const std::vector<Endpoint>& resolvers,
                                        const DnsOptions& options,
                                        const std::vector<NameQuestion>& questions) {
  if (questions.empty()) return std::vector<NameAnswer>();
  Result<std::unique_ptr<Driver>> driver = Driver::create();
  if (!driver.ok()) return driver.status();
  NameLookups lookups(*driver.value(), resolvers, options, questions);
  driver.value()->run(lookups);
  return lookups.take_answers();
}

HeloFacts::Address address_of(const IpAddress& ip, const NameAnswer& reverse,
                              const DomainName& helo) {
  HeloFacts::Address address;
  address.ip = ip.text();
  address.has_reverse_failed = is_temporary(reverse.status);
  for (const DomainName& name : reverse.names) {
    address.names.push_back(name.text());
    address.is_forward_confirmed |= name.view() == helo.view();
  }
  return address;
}

struct MailServer {
  IpAddress address;
  std::string host;
};

// Those that may be dialled, of different exchanges first: three addresses of one exchange are
// likely to be down together.
std::vector<MailServer> servers_of(const CheckReport& report, const route::AddressPolicy& policy) {
  std::vector<MailServer> first;
  std::vector<MailServer> others;
  for (const CheckedExchange& exchange : report.exchanges) {
    bool is_first = true;
    for (const std::vector<std::string>* texts : {&exchange.ipv4, &exchange.ipv6}) {
      for (const std::string& text : *texts) {
        const std::optional<IpAddress> address = IpAddress::from_text(text);
        if (!address || !policy.is_public(*address)) continue;
        (std::exchange(is_first, false) ? first : others).push_back({*address, exchange.host});
      }
    }
  }
  first.insert(first.end(), others.begin(), others.end());
  if (first.size() > limits::kCanaryDialsMax) first.resize(limits::kCanaryDialsMax);
  return first;
}

// Each server once, at the same time.
class Dials final : public LoopTask, private probing::ProbeSink {
 public:
  Dials(probing::Prober& prober, const std::vector<MailServer>& servers)
      : prober_(prober), servers_(servers), left_(servers.size()) {
    for (const MailServer& server : servers) dials_.emplace_back().ip = server.address.text();
  }

  std::vector<PortFacts::Dial> take_dials() { return std::move(dials_); }

 private:
  probing::ProbeSink* probe_sink(int64_t /*now_us*/) override { return this; }

  bool iterate(int64_t /*now_us*/) override {
    if (std::exchange(has_dialled_, true)) return left_ > 0;
    for (size_t i = 0; i < servers_.size(); ++i) {
      prober_.dial({.ticket = i, .address = servers_[i].address, .host = servers_[i].host});
    }
    return true;
  }

  void on_probe(const ProbeReport& report) override {
    PortFacts::Dial& dial = dials_[report.ticket];
    dial.outcome = outcome_text(report);
    dial.has_opened = report.has_opened;
    dial.ms = report.elapsed_ms;
    dial.greeting = output::terminal_text(report.greeting);
    --left_;
  }

  probing::Prober& prober_;
  const std::vector<MailServer>& servers_;
  size_t left_;
  std::vector<PortFacts::Dial> dials_;
  bool has_dialled_ = false;
};

Result<std::vector<PortFacts::Dial>> dial_all(const Options& options, const ProbePlan& plan,
                                              const std::vector<MailServer>& servers) {
  if (servers.empty()) return std::vector<PortFacts::Dial>();
  Result<std::unique_ptr<Driver>> driver = Driver::create();
  if (!driver.ok()) return driver.status();
  Result<probing::Prober*> prober = driver.value()->open_prober(options, plan);
  if (!prober.ok()) return prober.status();
  Dials dials(*prober.value(), servers);
  driver.value()->run(dials);
  return dials.take_dials();
}

}  // namespace

Result<HeloFacts> look_up_helo(const std::vector<Endpoint>& resolvers, const DnsOptions& options,
                               const DomainName& helo) {
  HeloFacts facts;
  facts.name = helo.text();
  const auto forward =
      look_up(resolvers, options, {{helo, RecordType::kA}, {helo, RecordType::kAaaa}});
  if (!forward.ok()) return forward.status();
  std::vector<IpAddress> ips;
  for (const NameAnswer& answer : forward.value()) {
    facts.has_forward_failed |= is_temporary(answer.status);
    ips.insert(ips.end(), answer.addresses.begin(), answer.addresses.end());
  }
  if (ips.size() > limits::kProbeAddressesMax) ips.resize(limits::kProbeAddressesMax);
  std::vector<NameQuestion> questions;
  for (const IpAddress& ip : ips) questions.push_back({reverse_name(ip), RecordType::kPtr});
  const auto reverse = look_up(resolvers, options, questions);
  if (!reverse.ok()) return reverse.status();
  for (size_t i = 0; i < ips.size(); ++i) {
    facts.addresses.push_back(address_of(ips[i], reverse.value()[i], helo));
  }
  return facts;
}

Result<PortFacts> dial_canary(const Options& options, const ProbePlan& plan,
                              const std::string& canary) {
  PortFacts facts;
  facts.port = options.probe.port;
  facts.canary = canary;
  Options asking = options;
  asking.probe.depth = ProbeDepth::kOff;
  asking.dns.canaries.clear();
  const Result<std::vector<CheckReport>> reports = check(asking, {canary});
  if (!reports.ok()) {
    facts.canary_reason = reports.status().message();
    return facts;
  }
  const CheckReport& report = reports.value().front();
  facts.canary_reason = name_of(report.reason);
  auto dials = dial_all(options, plan, servers_of(report, plan.policy));
  if (!dials.ok()) return dials.status();
  facts.dials = std::move(dials.value());
  return facts;
}

}  // namespace mxbulk::app
