#include "support/route_script.h"

#include <gtest/gtest.h>

#include <deque>

#include "route/host_evaluation.h"

namespace mxbulk::test {

Told told_mx(std::vector<std::pair<uint16_t, std::string>> records) {
  return {.mx = std::move(records)};
}

Told told_addresses(std::vector<std::string> addresses) {
  return {.addresses = std::move(addresses)};
}

Told told(LookupStatus status) {
  return {.status = status};
}

Told by_cname(Told told) {
  told.via_cname = true;
  return told;
}

std::vector<std::string> Evaluated::exchanges() const {
  std::vector<std::string> names;
  for (const route::Exchange& exchange : route.exchanges) names.push_back(to_text(exchange.name));
  return names;
}

std::string Evaluated::best() const {
  return route.best < 0 ? "" : to_text(route.exchanges[static_cast<size_t>(route.best)].name);
}

RouteScript& RouteScript::on(const std::string& name, RecordType type, Told told) {
  told_[{to_text(kept(name)), type}] = std::move(told);
  return *this;
}

RouteScript& RouteScript::mx_again(Told told) {
  mx_again_ = std::move(told);
  return *this;
}

RouteScript& RouteScript::host(const std::string& name, Told a, Told aaaa) {
  on(name, RecordType::kA, std::move(a));
  return on(name, RecordType::kAaaa, std::move(aaaa));
}

RouteScript& RouteScript::good_host(const std::string& name) {
  return host(name, told_addresses({kPublic4}), told(LookupStatus::kNoData));
}

RouteScript& RouteScript::dead_host(const std::string& name) {
  return host(name, told(LookupStatus::kNxDomain), told(LookupStatus::kNxDomain));
}

RouteScript& RouteScript::wildcard(bool is_wildcard) {
  is_wildcard_ = is_wildcard;
  return *this;
}

Evaluated RouteScript::evaluate(const std::string& domain, bool ask_all) {
  Evaluated evaluated;
  route::RouteEvaluation evaluation;
  std::deque<route::Ask> asks;
  const NameView name = kept(domain);
  const auto follow = [&](const route::RouteEvaluation::Step& step) {
    evaluated.rules.push_back(step.rule);
    asks.insert(asks.end(), step.all().begin(), step.all().end());
    size_t hosts = 0;
    for (const route::Ask& ask : step.all()) hosts += ask.kind == route::Ask::Kind::kHost ? 1 : 0;
    if (hosts > 0) evaluated.hosts_at_once.push_back(hosts);
  };
  follow(evaluation.start(
      name, {.all_exchanges = ask_all, .spf = ask_all, .wildcards = is_wildcard_.has_value()}));
  while (!asks.empty()) {
    const route::Ask ask = asks.front();
    asks.pop_front();
    switch (ask.kind) {
      case route::Ask::Kind::kMx:
        follow(evaluation.on_mx(answer(name, RecordType::kMx, evaluated)));
        break;
      case route::Ask::Kind::kMxAgain:
        if (mx_again_) on(domain, RecordType::kMx, *mx_again_);
        follow(evaluation.on_mx(answer(name, RecordType::kMx, evaluated)));
        break;
      case route::Ask::Kind::kSpf:
        follow(evaluation.on_spf(answer(name, RecordType::kTxt, evaluated)));
        break;
      case route::Ask::Kind::kConfirm:
        follow(evaluation.on_confirm(answer(name, RecordType::kA, evaluated)));
        break;
      case route::Ask::Kind::kWildcard: follow(evaluation.on_wildcard(*is_wildcard_)); break;
      case route::Ask::Kind::kHost: {
        const NameView host = evaluation.route().exchanges[ask.exchange].name;
        follow(evaluation.on_host(ask.exchange, evaluate_host(host, ask_all, evaluated)));
        break;
      }
    }
  }
  EXPECT_TRUE(evaluation.done()) << domain;
  evaluated.route = evaluation.route();
  evaluated.kept_names = names_;
  return evaluated;
}

route::HostFacts RouteScript::evaluate_host(NameView name, bool ask_all, Evaluated& evaluated) {
  route::HostEvaluation evaluation(ask_all);
  std::optional<RecordType> type = route::HostEvaluation::first_question();
  while (type) type = evaluation.on(answer(name, *type, evaluated));
  return evaluation.facts();
}

const LookupOutcome& RouteScript::answer(NameView name, RecordType type, Evaluated& evaluated) {
  const std::string text = to_text(name);
  evaluated.asked.push_back(std::string(name_of(type)) + " " + text);
  const auto found = told_.find({text, type});
  if (found == told_.end()) {
    ADD_FAILURE() << "the script does not expect the question " << evaluated.asked.back();
    last_.outcome = {.status = LookupStatus::kServfail};
    return last_.outcome;
  }
  const Told& told = found->second;
  last_.mx.clear();
  last_.addresses.clear();
  for (const auto& [preference, exchange] : told.mx) {
    last_.mx.push_back({preference, HostId(), kept(exchange)});
  }
  for (const std::string& address : told.addresses) {
    last_.addresses.push_back(IpAddress::from_text(address).value());
  }
  last_.outcome = {.status = told.status,
                   .rcode = static_cast<uint8_t>(told.status == LookupStatus::kNxDomain ? 3 : 0),
                   .via_cname = told.via_cname,
                   .malformed_record = told.malformed_record,
                   .has_spf = told.has_spf,
                   .cut = told.cut,
                   .ttl_s = told.ttl_s,
                   .mx = last_.mx,
                   .addresses = last_.addresses};
  return last_.outcome;
}

NameView RouteScript::kept(const std::string& text) {
  return names_->emplace_back(DomainName::from_text(text).value()).view();
}

}  // namespace mxbulk::test
