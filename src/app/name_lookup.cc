#include "app/name_lookup.h"

#include <memory>
#include <utility>

#include "app/asked_resolvers.h"
#include "asking/lookup_runner.h"
#include "base/clock.h"
#include "net/ares_transport.h"
#include "net/loop.h"
#include "table/host_table.h"

namespace mxbulk::app {
namespace {

asking::LookupSettings lookup_settings(const std::vector<Endpoint>& resolvers,
                                       const DnsOptions& options) {
  asking::LookupSettings lookup;
  for (const Endpoint& resolver : resolvers) lookup.upstream_names.push_back(resolver.text());
  lookup.qps = options.qps >= 0 ? static_cast<uint32_t>(options.qps) : default_qps(resolvers);
  lookup.policy.tries = options.tries;
  lookup.policy.timeout_us = options.timeout_ms * 1'000;
  return lookup;
}

class Lookups final : private asking::LookupClient {
 public:
  Lookups(net::Loop& loop, const std::vector<Endpoint>& resolvers, const DnsOptions& options)
      : loop_(loop),
        budget_us_(options.dns_deadline_ms * 1'000),
        settings_(lookup_settings(resolvers, options)),
        transport_(loop, resolvers, settings_.attempt_timeout_us()),
        runner_(settings_, transport_, hosts_, nullptr, nullptr) {}

  std::vector<NameAnswer> run(const std::vector<NameQuestion>& questions) {
    answers_.assign(questions.size(), {});
    left_ = questions.size();
    bool is_first = true;
    // The engine's clock begins with the run; 0 is never a time of its own.
    loop_.run_from(loop_.now_us() - 1, [&](int64_t now_us) {
      runner_.set_now(now_us);
      if (std::exchange(is_first, false)) ask(questions);
      transport_.deliver(runner_, now_us);
      runner_.turn(now_us, true);
      transport_.flush();
      if (left_ == 0) loop_.stop();
      return runner_.next_wake_us();
    });
    return std::move(answers_);
  }

 private:
  void ask(const std::vector<NameQuestion>& questions) {
    for (size_t i = 0; i < questions.size(); ++i) {
      runner_.start({.client = this,
                     .token = i,
                     .name = questions[i].name.view(),
                     .type = questions[i].type,
                     .budget_us = budget_us_,
                     .rounds = 1});
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

  net::Loop& loop_;
  int64_t budget_us_;
  asking::LookupSettings settings_;
  net::AresTransport transport_;
  table::HostTable hosts_;
  asking::LookupRunner runner_;
  std::vector<NameAnswer> answers_;
  size_t left_ = 0;
};

}  // namespace

Result<std::vector<NameAnswer>> look_up(const std::vector<Endpoint>& resolvers,
                                        const DnsOptions& options,
                                        const std::vector<NameQuestion>& questions) {
  if (questions.empty()) return std::vector<NameAnswer>();
  const SteadyClock clock;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(clock);
  if (!loop.ok()) return loop.status();
  Lookups lookups(*loop.value(), resolvers, options);
  return lookups.run(questions);
}

}  // namespace mxbulk::app
