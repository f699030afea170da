#include "route/route_evaluation.h"

#include <algorithm>
#include <cassert>

#include "route/route_verdict.h"

namespace mxbulk::route {

RouteEvaluation::Step RouteEvaluation::start(NameView domain, Scope scope) {
  // The vector keeps its capacity: one object evaluates many domains.
  std::vector<Exchange> exchanges = std::move(route_.exchanges);
  exchanges.clear();
  *this = RouteEvaluation();
  route_.exchanges = std::move(exchanges);
  domain_ = domain;
  scope_ = scope;
  if (is_special_use(domain)) return finish(Rule::kSpecialUse, Reason::kSpecialUse);
  return ask_one(Rule::kAskMx, {Ask::Kind::kMx, 0});
}

RouteEvaluation::Step RouteEvaluation::on_mx(const LookupOutcome& outcome) {
  assert(state_ == State::kAskMx);
  route_.rcode = outcome.rcode;
  route_.ttl_s = outcome.ttl_s;
  mx_via_cname_ = outcome.via_cname;
  if (outcome.via_cname) route_.lints.add(Lint::kDomainCname);
  if (outcome.malformed_record) route_.lints.add(Lint::kMxMalformed);
  if (outcome.resolvers_disagree) route_.lints.add(Lint::kResolverDisagree);
  if (is_temporary(outcome.status)) {
    route_.is_cname_chain = outcome.status == LookupStatus::kCnameChain;
    return finish(route_.is_cname_chain ? Rule::kCnameChain : Rule::kMxFailed,
                  unknown_reason(outcome.status));
  }
  if (outcome.status == LookupStatus::kNxDomain) {
    if (is_nxdomain_refuted_) {
      route_.rcode = 0;  // NOERROR, as the A question says
      return ask_implicit(Rule::kNxdomainForType);
    }
    state_ = State::kConfirm;
    return ask_one(Rule::kNxdomainToConfirm, {Ask::Kind::kConfirm, 0});
  }
  if (outcome.status == LookupStatus::kNoData) return ask_implicit(Rule::kNoMx);

  if (is_ttl_odd(outcome.ttl_s)) route_.lints.add(Lint::kTtlOdd);
  const bool all_null = std::all_of(outcome.mx.begin(), outcome.mx.end(),
                                    [](const MxRecord& mx) { return is_root(mx.exchange); });
  // A record that could not be read may have named a usable exchange.
  route_.is_cut = outcome.cut || outcome.malformed_record;
  take_exchanges(outcome.mx);
  if (all_null && !route_.is_cut) {
    // RFC 7505 §3: exactly one record, preference 0.
    const bool is_exact = outcome.mx.size() == 1 && outcome.mx.front().preference == 0;
    return is_exact ? finish_null(Rule::kNullMx, Reason::kRfc7505)
                    : finish_null(Rule::kNullMxNonconforming, Reason::kNonconforming);
  }
  state_ = State::kAskHosts;
  return ask_next_exchanges(Rule::kAskExchanges);
}

RouteEvaluation::Step RouteEvaluation::on_confirm(const LookupOutcome& outcome) {
  assert(state_ == State::kConfirm);
  if (outcome.resolvers_disagree) route_.lints.add(Lint::kResolverDisagree);
  if (is_temporary(outcome.status)) {
    route_.rcode = outcome.rcode;
    route_.is_cname_chain = outcome.status == LookupStatus::kCnameChain;
    return finish(Rule::kNxdomainConfirmFailed, unknown_reason(outcome.status));
  }
  if (outcome.status == LookupStatus::kNxDomain) {
    const bool at_cname = mx_via_cname_ || outcome.via_cname;
    return finish(Rule::kNxdomainConfirmed, at_cname ? Reason::kCnameNxdomain : Reason::kNxdomain);
  }
  route_.lints.add(Lint::kNxdomainMismatch);
  // Whether the name has MX is not known: the only answer about it was wrong.
  is_nxdomain_refuted_ = true;
  state_ = State::kAskMx;
  return ask_one(Rule::kNxdomainNotConfirmed, {Ask::Kind::kMxAgain, 0});
}

RouteEvaluation::Step RouteEvaluation::on_spf(const LookupOutcome& outcome) {
  assert(state_ == State::kAskSpf);
  if (outcome.has_spf) route_.lints.add(Lint::kNullMxSender);
  state_ = State::kDone;
  return {.rule = outcome.has_spf ? Rule::kNullMxSends : Rule::kNullMxSendsNothing};
}

RouteEvaluation::Step RouteEvaluation::on_wildcard(bool is_wildcard) {
  assert(state_ == State::kAskWildcard);
  if (!is_wildcard) {
    state_ = State::kDone;
    return {.rule = Rule::kNoWildcard};
  }
  route_.best = -1;
  return finish(Rule::kWildcard, Reason::kDnsWildcard);
}

RouteEvaluation::Step RouteEvaluation::on_host(uint16_t index, const HostFacts& facts,
                                               bool may_ask_more) {
  assert(state_ == State::kAskHosts && waiting_ > 0);
  assert(route_.exchanges[index].state == ExchangeState::kAsking);
  --waiting_;
  note_host(index, facts);
  if (waiting_ > 0) return {.rule = Rule::kWaitForExchanges};
  return finish_or_ask_more(may_ask_more);
}

void RouteEvaluation::note_host(uint16_t index, const HostFacts& facts) {
  Exchange& exchange = route_.exchanges[index];
  exchange.state = state_by_addresses(facts);
  if (facts.is_cname) {
    route_.lints.add(route_.is_implicit ? Lint::kDomainCname : Lint::kMxCname);
  }
  if (facts.resolvers_disagree) route_.lints.add(Lint::kResolverDisagree);
  const bool is_usable = exchange.state == ExchangeState::kUsable;
  if (is_usable && facts.has_nonpublic) route_.lints.add(Lint::kMxNonpublic);
  if (is_usable && (facts.has_v4 || !facts.is_v4_known)) usable_with_v4_ = true;
  if (is_usable && route_.is_implicit) {
    route_.ttl_s = facts.ttl_s;
    if (is_ttl_odd(facts.ttl_s)) route_.lints.add(Lint::kTtlOdd);
  }
}

RouteEvaluation::Step RouteEvaluation::finish_or_ask_more(bool may_ask_more) {
  const bool has_more = next_ < route_.exchanges.size();
  if (has_more && (scope_.all_exchanges || !has_usable())) {
    if (may_ask_more) return ask_next_exchanges(Rule::kAskMoreExchanges);
    route_.is_cut = true;
  }
  const bool is_route_usable = has_usable();
  const Rule rule = decide(route_, route_.is_cut && !is_route_usable);
  if (is_route_usable && !usable_with_v4_) route_.lints.add(Lint::kV6Only);
  if (route_.reason == Reason::kImplicitMx && scope_.wildcards) {
    state_ = State::kAskWildcard;
    return ask_one(rule, {Ask::Kind::kWildcard, 0});
  }
  state_ = State::kDone;
  return {.rule = rule};
}

// Asks for exchanges from `next_` on, until 16 lookups are asked for or none is left. Exchanges
// that need no lookup get their state at once.
RouteEvaluation::Step RouteEvaluation::ask_next_exchanges(Rule rule) {
  Step step{.rule = rule};
  while (next_ < route_.exchanges.size() && step.ask_count < step.asks.size()) {
    Exchange& exchange = route_.exchanges[next_];
    exchange.state = state_by_name(exchange.name);
    if (exchange.state == ExchangeState::kNotAsked) {
      exchange.state = ExchangeState::kAsking;
      step.asks[step.ask_count++] = {Ask::Kind::kHost, next_};
    }
    ++next_;
  }
  waiting_ = step.ask_count;
  return waiting_ > 0 ? step : finish_or_ask_more(true);
}

RouteEvaluation::Step RouteEvaluation::ask_implicit(Rule rule) {
  route_.is_implicit = true;
  route_.exchanges.clear();
  route_.exchanges.push_back({0, HostId(), domain_, ExchangeState::kAsking});
  next_ = 1;
  waiting_ = 1;
  state_ = State::kAskHosts;
  return ask_one(rule, {Ask::Kind::kHost, 0});
}

// Merges duplicates at their best preference. The order is (preference, name), so that all runs
// give the same output.
void RouteEvaluation::take_exchanges(std::span<const MxRecord> records) {
  std::vector<Exchange>& list = route_.exchanges;
  for (const MxRecord& record : records) {
    list.push_back({record.preference, record.host, record.exchange, ExchangeState::kNotAsked});
  }
  const auto by_name = [](const Exchange& a, const Exchange& b) {
    return a.name != b.name ? a.name < b.name : a.preference < b.preference;
  };
  std::sort(list.begin(), list.end(), by_name);
  const auto same_name = [](const Exchange& a, const Exchange& b) { return a.name == b.name; };
  list.erase(std::unique(list.begin(), list.end(), same_name), list.end());
  const auto by_preference = [](const Exchange& a, const Exchange& b) {
    return a.preference != b.preference ? a.preference < b.preference : text_less(a.name, b.name);
  };
  std::sort(list.begin(), list.end(), by_preference);
  route_.mx_count = static_cast<uint32_t>(list.size());
  if (list.size() > limits::kExchangesMax) {
    list.resize(limits::kExchangesMax);
    route_.is_cut = true;
  }
}

bool RouteEvaluation::has_usable() const {
  return std::any_of(route_.exchanges.begin(), route_.exchanges.end(),
                     [](const Exchange& e) { return e.state == ExchangeState::kUsable; });
}

RouteEvaluation::Step RouteEvaluation::ask_one(Rule rule, Ask ask) {
  Step step{.rule = rule, .ask_count = 1};
  step.asks[0] = ask;
  return step;
}

// `check` also says whether a domain that accepts no mail sends any.
RouteEvaluation::Step RouteEvaluation::finish_null(Rule rule, Reason reason) {
  if (!scope_.spf) return finish(rule, reason);
  route_.reason = reason;
  state_ = State::kAskSpf;
  return ask_one(rule, {Ask::Kind::kSpf, 0});
}

RouteEvaluation::Step RouteEvaluation::finish(Rule rule, Reason reason) {
  route_.reason = reason;
  state_ = State::kDone;
  return {.rule = rule};
}

}  // namespace mxbulk::route
