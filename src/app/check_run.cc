// `check`: one name explained, with every query, answer and rule.
#include <algorithm>
#include <optional>

#include "app/check_trace.h"
#include "app/net_runner.h"
#include "app/user_lists.h"
#include "input/address_cleaning.h"
#include "input/address_explanation.h"
#include "input/address_parser.h"
#include "model/outcome_table.h"
#include "mxbulk/validator.h"
#include "route/route_verdict.h"
#include "route/rule.h"
#include "rows/reporter.h"

namespace mxbulk {
namespace app {
namespace {

// One name, with tables and a network thread of its own: what was found for another name is not
// reused, so that the steps are complete.
class NameCheck {
 public:
  NameCheck(const Options& options, const enrich::Enricher& enricher)
      : options_(options), enricher_(enricher) {}

  Result<CheckReport> run(const std::string& input) {
    CheckReport report;
    report.input = input;
    // Without `@` it is a domain, unless it means that there is no address (`NULL`).
    const std::optional<Reason> as_address = parser_.parse(input).invalid;
    const bool is_address = as_address != Reason::kNoAt;
    const input::ParsedAddress parsed =
        is_address ? parser_.parse(input) : parser_.parse_domain(input);
    report.lints = parsed.lints;
    if (parsed.invalid) {
      report.reason = *parsed.invalid;
      report.explanation =
          is_address ? input::explain_address(input) : input::explain_domain(input);
      report.verdict = verdict_of(report.reason);
      report.suggestion = enricher_.suggestion(
          is_address ? enricher_.suggest_for_address(input::clean_cell(input).text, report.reason)
                     : enricher_.suggest_for_domain(input, report.reason));
      report.action = action_of(report.reason, report.lints, !report.suggestion.empty());
      return report;
    }
    report.is_role = is_address && enricher_.is_role(parsed.local_part);
    Status status = route(parsed.domain, report);
    if (!status.ok()) return status;
    if (is_address) report.lints = lints_of_row(report.lints, parsed.lints);
    return report;
  }

 private:
  Status route(NameView domain, CheckReport& report) {
    const table::DomainTable::Request request{domain, {}};
    DomainId id;
    if (!domains_.intern({&request, 1}, {&id, 1})) return Status::internal("the table is full");
    NetRunner::Hooks hooks;
    hooks.trace = &trace_;
    hooks.explains = true;
    hooks.detects_outage = false;
    Result<std::unique_ptr<NetRunner>> net =
        NetRunner::create(options_, {domains_, hosts_, enricher_, progress_}, std::move(hooks));
    if (!net.ok()) return net.status();
    net.value()->close_intake();
    if (Status status = net.value()->start(); !status.ok()) return status;
    net.value()->join();
    if (!net.value()->failure().ok()) return net.value()->failure();
    fill(id, net.value()->dispatcher(), report);
    return {};
  }

  void fill(DomainId id, const engine::Dispatcher& dispatcher, CheckReport& report) {
    rows::Reporter reporter(domains_, hosts_, enricher_);
    const DomainReport& found = reporter.report_of(id);
    report.domain = found.domain;
    report.reason = found.reason;
    report.verdict = verdict_of(found.reason);
    report.lints.add(found.lints);
    report.provider = found.provider;
    report.suggestion = found.suggestion;
    report.action = action_of(report.reason, report.lints, !report.suggestion.empty());
    report.is_free = found.is_free;
    report.is_disposable = found.is_disposable;
    report.is_relay = found.is_relay;
    report.steps = trace_.take_steps();
    if (dispatcher.last_route().is_cname_chain) {
      report.explanation = route::text_of(route::Rule::kCnameChain);
    }
    for (const route::Exchange& exchange : dispatcher.last_route().exchanges) {
      report.exchanges.push_back(explain(exchange, dispatcher));
    }
  }

  CheckedExchange explain(const route::Exchange& exchange, const engine::Dispatcher& dispatcher) {
    CheckedExchange shown;
    shown.preference = exchange.preference;
    shown.host = to_text(exchange.name);
    shown.state = route::text_of(exchange.state);
    shown.provider = enricher_.provider_of(shown.host);
    if (!exchange.host.valid()) return shown;
    shown.is_cname = dispatcher.facts(exchange.host).is_cname;
    for (const IpAddress& address : dispatcher.addresses(exchange.host)) {
      (address.is_v4() ? shown.ipv4 : shown.ipv6).push_back(address.text());
    }
    std::sort(shown.ipv4.begin(), shown.ipv4.end());
    std::sort(shown.ipv6.begin(), shown.ipv6.end());
    shown.probes = probes_of(dispatcher.addresses(exchange.host));
    return shown;
  }

  [[nodiscard]] std::vector<CheckedProbe> probes_of(std::vector<IpAddress> addresses) const {
    std::sort(addresses.begin(), addresses.end());
    std::vector<CheckedProbe> probes;
    for (const IpAddress& address : addresses) {
      const CheckedProbe* const probe = trace_.probe_of(address);
      if (probe != nullptr) probes.push_back(*probe);
    }
    return probes;
  }

  const Options& options_;
  Progress progress_;
  const enrich::Enricher& enricher_;
  input::AddressParser parser_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  CheckTrace trace_;
};

}  // namespace
}  // namespace app

Result<std::vector<CheckReport>> check(const Options& options,
                                       const std::vector<std::string>& names) {
  enrich::Enricher enricher;
  if (Status status = app::add_user_lists(options.lists_path, enricher); !status.ok()) {
    return status;
  }
  std::vector<CheckReport> reports;
  for (const std::string& name : names) {
    app::NameCheck check(options, enricher);
    Result<CheckReport> report = check.run(name);
    if (!report.ok()) return report.status();
    reports.push_back(std::move(report.value()));
  }
  return reports;
}

}  // namespace mxbulk
