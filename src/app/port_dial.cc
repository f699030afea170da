#include "app/port_dial.h"

#include <memory>
#include <utility>
#include <vector>

#include "app/probe_text.h"
#include "app/probers.h"
#include "base/clock.h"
#include "base/limits.h"
#include "mxbulk/validator.h"
#include "net/loop.h"
#include "output/terminal_text.h"

namespace mxbulk::app {
namespace {

struct Server {
  IpAddress address;
  std::string host;
};

// Mail servers that may be dialled, of other exchanges first: three addresses of one would all be
// down together.
std::vector<Server> servers_of(const CheckReport& report, const route::AddressPolicy& policy) {
  std::vector<Server> first;
  std::vector<Server> others;
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

class Dials final : private probing::ProbeSink {
 public:
  Dials(net::Loop& loop, probing::DrivenProber& prober) : loop_(loop), prober_(prober) {}

  std::vector<PortFacts::Dial> run(const std::vector<Server>& servers) {
    for (const Server& server : servers) {
      dials_.push_back({.ip = server.address.text(), .outcome = "", .ms = 0, .greeting = ""});
    }
    left_ = servers.size();
    bool is_first = true;
    // The engine's clock begins with the run; 0 is never a time of its own.
    loop_.run_from(loop_.now_us() - 1, [&](int64_t now_us) {
      prober_.deliver(*this, now_us);
      if (std::exchange(is_first, false)) dial(servers);
      if (left_ == 0) loop_.stop();
      return prober_.next_wake_us();
    });
    return std::move(dials_);
  }

 private:
  void dial(const std::vector<Server>& servers) {
    for (size_t i = 0; i < servers.size(); ++i) {
      prober_.dial({.ticket = i, .address = servers[i].address, .host = servers[i].host});
    }
  }

  void on_probe(const ProbeReport& report) override {
    PortFacts::Dial& dial = dials_[report.ticket];
    dial.outcome = outcome_text(report);
    dial.has_opened = report.has_opened;
    dial.ms = report.elapsed_ms;
    dial.greeting = output::terminal_text(report.greeting);
    --left_;
  }

  net::Loop& loop_;
  probing::DrivenProber& prober_;
  std::vector<PortFacts::Dial> dials_;
  size_t left_ = 0;
};

}  // namespace

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
  const std::vector<Server> servers = servers_of(report, plan.policy);
  if (servers.empty()) return facts;
  const SteadyClock clock;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(clock);
  if (!loop.ok()) return loop.status();
  auto prober = make_prober(options, plan, *loop.value());
  if (!prober.ok()) return prober.status();
  facts.dials = Dials(*loop.value(), *prober.value()).run(servers);
  return facts;
}

}  // namespace mxbulk::app
