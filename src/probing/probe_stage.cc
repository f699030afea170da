#include "probing/probe_stage.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"
#include "base/limits.h"

namespace mxbulk::probing {
namespace {

using Stage = ProbeTarget::Stage;

// The port opened: true of the host unless a middlebox answers for all hosts.
bool has_opened(ProbeOutcome outcome) {
  switch (outcome) {
    case ProbeOutcome::kTcpRefused:
    case ProbeOutcome::kTcpUnreachable:
    case ProbeOutcome::kTcpTimeout:
    case ProbeOutcome::kFiltered:
    case ProbeOutcome::kAddressUnknown:
    case ProbeOutcome::kEgressIntercepted:
    case ProbeOutcome::kEgressBlocked:
    case ProbeOutcome::kSkipped: return false;
    case ProbeOutcome::kSmtp521:
    case ProbeOutcome::kNotSmtp:
    case ProbeOutcome::kGreetingTimeout:
    case ProbeOutcome::kSmtp5xx:
    case ProbeOutcome::kSmtp4xx:
    case ProbeOutcome::kTcp:
    case ProbeOutcome::kSmtp220:
    case ProbeOutcome::kEhlo:
    case ProbeOutcome::kStarttls: return true;
  }
  return false;
}

// The usable exchanges in the order of dialling. RFC 5321 §5.1: equal preferences in random order,
// to spread the load; by a hash of both names, so that two runs agree.
std::vector<const route::Exchange*> dial_order(NameView domain, const route::MailRoute& route) {
  std::vector<const route::Exchange*> order;
  for (const route::Exchange& exchange : route.exchanges) {
    if (exchange.state == route::ExchangeState::kUsable) order.push_back(&exchange);
  }
  const uint64_t seed = hash_bytes(domain);
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    if (a->preference != b->preference) return a->preference < b->preference;
    return hash_bytes(a->name, seed) < hash_bytes(b->name, seed);
  });
  return order;
}

}  // namespace

ProbeStage::ProbeStage(const ProbeStageSettings& settings, Prober& prober,
                       const table::HostTable& hosts, const enrich::Enricher& enricher,
                       TraceSink* trace)
    : settings_(settings),
      hosts_(hosts),
      dialler_(settings.dialler, prober, ips_, hosts, enricher, trace) {}

void ProbeStage::set_addresses(HostId host, const route::HostFacts& facts,
                               std::span<const IpAddress> addresses) {
  HostAddresses& known = addresses_.grow_to(host.value());
  known.has_unknown = facts.has_temporary;
  known.has_more = facts.has_more_addresses;
  known.count = static_cast<uint8_t>(addresses.size());
  IpId* const ids = lists_.store_array<IpId>(addresses.size());
  std::transform(addresses.begin(), addresses.end(), ids,
                 [this](const IpAddress& address) { return ips_.intern(address); });
  if (settings_.v6_first) {
    std::stable_partition(ids, ids + addresses.size(),
                          [this](IpId id) { return !ips_.address(id).is_v4(); });
  }
  known.ids = ids;
}

bool ProbeStage::is_excluded(NameView name) const {
  return settings_.exclusions != nullptr && settings_.exclusions->covers(name);
}

void ProbeStage::add(DomainId domain, NameView name, const route::MailRoute& route) {
  const ProbeHandle handle = probes_.create();
  DomainProbe& probe = probes_[handle];
  probe = DomainProbe();
  probe.domain = domain;
  probe.is_implicit = route.is_implicit;
  scratch_.clear();
  if (route.is_cut) probe.floor = ProbeOutcome::kAddressUnknown;
  for (const route::Exchange& exchange : route.exchanges) {
    const bool is_unknown = exchange.state == route::ExchangeState::kTemporary ||
                            exchange.state == route::ExchangeState::kNotAsked;
    if (is_unknown) probe.floor = stronger(probe.floor, ProbeOutcome::kAddressUnknown);
  }
  if (is_excluded(name)) {
    probe.floor = ProbeOutcome::kSkipped;
  } else {
    for (const route::Exchange* exchange : dial_order(name, route)) add_host(*exchange, probe);
  }
  Target* const targets = lists_.store_array<Target>(scratch_.size());
  std::copy(scratch_.begin(), scratch_.end(), targets);
  probe.targets = targets;
  probe.count = static_cast<uint16_t>(scratch_.size());
  assert(probe.count > 0 || probe.floor >= ProbeOutcome::kAddressUnknown);
  new_probes_.push_back(handle);
}

void ProbeStage::add_host(const route::Exchange& exchange, DomainProbe& probe) {
  const HostAddresses& host = addresses_[exchange.host.value()];
  if (host.has_unknown) probe.floor = stronger(probe.floor, ProbeOutcome::kAddressUnknown);
  const bool has_room = scratch_.size() + host.count <= limits::kProbeTargetsMax;
  if (is_excluded(exchange.name) || !has_room) {
    probe.floor = ProbeOutcome::kSkipped;
    return;
  }
  if (host.has_more) probe.floor = ProbeOutcome::kSkipped;
  for (size_t i = 0; i < host.count; ++i) scratch_.push_back({host.ids[i], exchange.host});
}

void ProbeStage::turn(int64_t now_us, bool dns_over, bool is_last) {
  now_us_ = now_us;
  const bool may_begin = dns_over || settings_.as_they_come;
  if (may_begin) begin_new();
  is_beginning_ = may_begin && !new_probes_.empty();
  do {
    dialler_.turn(now_us, is_last && new_probes_.empty());
  } while (advance_waiters());
  decide_held();
}

// Some at a time: a million at once would keep open connections waiting past their time limits.
void ProbeStage::begin_new() {
  const size_t end = std::min(new_probes_.size(), begun_ + limits::kProbesBegunMax);
  for (; begun_ < end; ++begun_) {
    const ProbeHandle handle = new_probes_[begun_];
    const DomainProbe probe = probes_[handle];
    if (settings_.all) {
      for (const Target& target : targets_of(probe)) {
        (void)must_wait(probe, target);
      }
    }
    advance(handle);
  }
  if (begun_ < new_probes_.size()) return;
  new_probes_.clear();
  begun_ = 0;
}

// Dials the address if nothing has yet.
bool ProbeStage::must_wait(const DomainProbe& probe, const Target& target) {
  const IpId ip = target.ip;
  switch (dialler_.target(ip).stage) {
    case Stage::kNew: {
      const bool is_excluded =
          settings_.exclusions != nullptr && settings_.exclusions->covers(ips_.address(ip));
      if (is_excluded) {
        dialler_.skip(ip);
        return false;
      }
      dialler_.ask(ip, target.host, !probe.is_implicit);
      return true;
    }
    case Stage::kProbing: return true;
    case Stage::kRetrying: return probe.is_second_pass;
    case Stage::kFailedOnce:
    case Stage::kKnown: return false;
  }
  return false;
}

void ProbeStage::advance(ProbeHandle handle) {
  DomainProbe& probe = probes_[handle];
  do {
    for (; probe.next < probe.count; ++probe.next) {
      const Target& target = probe.targets[probe.next];
      if (must_wait(probe, target)) {
        wait_for(handle, target.ip);
        return;
      }
      if (!settings_.all && is_answer(dialler_.target(target.ip).outcome)) {
        finish(handle);
        return;
      }
    }
  } while (begin_second_pass(probe));
  finish(handle);
}

// A host that failed is dialled again before its domain, or its backup, counts as dead.
bool ProbeStage::begin_second_pass(DomainProbe& probe) {
  if (probe.is_second_pass || !(settings_.all || is_dead(best_of(probe)))) return false;
  probe.is_second_pass = true;
  probe.next = 0;
  for (const Target& target : targets_of(probe)) {
    if (dialler_.target(target.ip).stage == Stage::kFailedOnce) dialler_.retry(target.ip);
  }
  return true;
}

void ProbeStage::wait_for(ProbeHandle handle, IpId ip) {
  ProbeHandle& first = first_waiter_.grow_to(ip.value());
  probes_[handle].next_waiter = first;
  first = handle;
}

// False if no address has changed.
bool ProbeStage::advance_waiters() {
  changed_.clear();
  dialler_.take_changed(changed_);
  for (const IpId ip : changed_) {
    ProbeHandle waiter = std::exchange(first_waiter_.grow_to(ip.value()), ProbeHandle());
    while (waiter.is_set()) {
      const ProbeHandle handle = waiter;
      waiter = probes_[handle].next_waiter;
      advance(handle);
    }
  }
  return !changed_.empty();
}

ProbeOutcome ProbeStage::best_of(const DomainProbe& probe) {
  ProbeOutcome best = probe.floor;
  for (const Target& target : targets_of(probe)) {
    const ProbeTarget& known = dialler_.target(target.ip);
    // After an answer nothing was dialled for this domain.
    if (known.stage != Stage::kNew && known.stage != Stage::kProbing) {
      best = stronger(best, known.outcome);
    }
    if (!settings_.all && is_answer(best)) break;
  }
  return best;
}

void ProbeStage::finish(ProbeHandle handle) {
  const DomainProbe& probe = probes_[handle];
  if (has_opened(best_of(probe)) && !dialler_.greetings().is_settled()) {
    held_.push_back(handle);
  } else if (is_closed(best_of(probe)) || (settings_.all && has_dead_backup(probe))) {
    closed_.push_back({handle, now_us_});
  } else {
    decide(handle);
  }
}

void ProbeStage::decide_held() {
  const bool is_quiet = dialler_.idle() && !is_beginning_ &&
                        (settings_.as_they_come || probes_.size() == held_.size() + closed_.size());
  if (is_quiet || dialler_.greetings().is_settled()) {
    for (const ProbeHandle handle : std::exchange(held_, {})) {
      if (is_quiet) {
        decide(handle);
      } else {
        finish(handle);
      }
    }
  }
  while (!closed_.empty() && (is_quiet || now_us_ >= closed_due_us())) {
    decide(closed_.front().probe);
    closed_.pop_front();
  }
}

// Until then others of the same provider or network may still open.
int64_t ProbeStage::closed_due_us() const {
  return settings_.as_they_come ? closed_.front().since_us + limits::kFilteredWaitUs
                                : EgressMonitor::kNever;
}

void ProbeStage::decide(ProbeHandle handle) {
  const DomainProbe& probe = probes_[handle];
  ProbeDecision decision;
  decision.domain = probe.domain;
  decision.outcome = best_of(probe);
  const Target* best = nullptr;
  for (const Target& target : targets_of(probe)) {
    const ProbeTarget& known = dialler_.target(target.ip);
    if (!known.connection_outcome ||
        (decision.connection_outcome && *known.connection_outcome <= *decision.connection_outcome))
      continue;
    decision.connection_outcome = known.connection_outcome;
    decision.ms = known.ms;
    best = &target;
    if (!settings_.all && is_answer(*known.connection_outcome)) break;
  }
  if (is_closed(decision.outcome) && is_filtered(probe)) {
    decision.outcome = ProbeOutcome::kFiltered;
  }
  if (dialler_.greetings().is_intercepted() && decision.outcome != ProbeOutcome::kSkipped) {
    decision.outcome = ProbeOutcome::kEgressIntercepted;
  }
  if (probe.is_implicit) decision.lints.add(Lint::kImplicitMx);
  if (best != nullptr && decision.outcome >= ProbeOutcome::kSmtp5xx) {
    decision.host = best->host;
    const bool knows = decision.outcome >= ProbeOutcome::kEhlo;
    if (knows && !dialler_.target(best->ip).has_smtputf8) {
      decision.lints.add(Lint::kEaiUnsupported);
    }
    if (settings_.all && has_dead_backup(probe)) decision.lints.add(Lint::kBackupDead);
  }
  decided_.push_back(decision);
  probes_.release(handle);
}

// The addresses of the domain that did not open are a provider's that drops our connections. What
// no MX names is not known to take mail.
bool ProbeStage::is_filtered(const DomainProbe& probe) {
  const std::span all = targets_of(probe);
  return !probe.is_implicit && std::any_of(all.begin(), all.end(), [this](const Target& target) {
    return dialler_.is_filtered(target.ip, target.host);
  });
}

// One exchange answers, and all addresses of another are known to be closed.
bool ProbeStage::has_dead_backup(const DomainProbe& probe) {
  bool has_answer = false;
  bool has_dead = false;
  const std::span all = targets_of(probe);
  for (auto at = all.begin(); at != all.end();) {
    const HostId host = at->host;
    bool is_dead = !addresses_[host.value()].has_unknown && !addresses_[host.value()].has_more;
    for (; at != all.end() && at->host == host; ++at) {
      const ProbeOutcome outcome = dialler_.target(at->ip).outcome;
      has_answer |= is_answer(outcome);
      is_dead &= is_closed(outcome) && !dialler_.is_filtered(at->ip, host);
    }
    has_dead |= is_dead;
  }
  return has_answer && has_dead;
}

int64_t ProbeStage::next_wake_us() const {
  if (is_beginning_) return 0;
  const int64_t next_us = dialler_.next_wake_us();
  return closed_.empty() ? next_us : std::min(next_us, closed_due_us());
}

void ProbeStage::take_decided(std::vector<ProbeDecision>& decided) {
  decided.insert(decided.end(), decided_.begin(), decided_.end());
  decided_.clear();
}

}  // namespace mxbulk::probing
