#include "probing/probe_stage.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"
#include "base/limits.h"

namespace mxbulk::probing {
namespace {

using Stage = ProbeDialler::Stage;

// A port opened: only a box that answers for everybody could have made that up.
bool has_opened(ProbeOutcome outcome) {
  switch (outcome) {
    case ProbeOutcome::kTcpRefused:
    case ProbeOutcome::kTcpUnreachable:
    case ProbeOutcome::kTcpTimeout:
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
  uint32_t index = static_cast<uint32_t>(walks_.size());
  if (free_walks_.empty()) {
    walks_.emplace_back();
  } else {
    index = free_walks_.back();
    free_walks_.pop_back();
  }
  Walk& walk = walks_[index];
  walk = Walk();
  walk.domain = domain;
  walk.is_implicit = route.is_implicit;
  scratch_.clear();
  if (route.is_cut) walk.floor = ProbeOutcome::kAddressUnknown;
  for (const route::Exchange& exchange : route.exchanges) {
    const bool is_unknown = exchange.state == route::ExchangeState::kTemporary ||
                            exchange.state == route::ExchangeState::kNotAsked;
    if (is_unknown) walk.floor = stronger(walk.floor, ProbeOutcome::kAddressUnknown);
  }
  if (is_excluded(name)) {
    walk.floor = ProbeOutcome::kSkipped;
  } else {
    for (const route::Exchange* exchange : dial_order(name, route)) add_host(*exchange, walk);
  }
  Target* const targets = lists_.store_array<Target>(scratch_.size());
  std::copy(scratch_.begin(), scratch_.end(), targets);
  walk.targets = targets;
  walk.count = static_cast<uint16_t>(scratch_.size());
  assert(walk.count > 0 || walk.floor >= ProbeOutcome::kAddressUnknown);
  new_walks_.push_back(index);
}

void ProbeStage::add_host(const route::Exchange& exchange, Walk& walk) {
  const HostAddresses& host = addresses_[exchange.host.value()];
  if (host.has_unknown) walk.floor = stronger(walk.floor, ProbeOutcome::kAddressUnknown);
  const bool has_room = scratch_.size() + host.count <= limits::kProbeTargetsMax;
  if (is_excluded(exchange.name) || !has_room) {
    walk.floor = ProbeOutcome::kSkipped;
    return;
  }
  if (host.has_more) walk.floor = ProbeOutcome::kSkipped;
  for (size_t i = 0; i < host.count; ++i) scratch_.push_back({host.ids[i], exchange.host});
}

void ProbeStage::turn(int64_t now_us, bool dns_over, bool is_last) {
  const bool may_begin = dns_over || settings_.as_they_come;
  if (may_begin) begin_walks();
  is_beginning_ = may_begin && !new_walks_.empty();
  do {
    dialler_.turn(now_us, is_last && new_walks_.empty());
  } while (advance_waiters());
  release_held_walks();
}

// In bites: a million at once would keep the sockets waiting past their limits.
void ProbeStage::begin_walks() {
  const size_t end = std::min(new_walks_.size(), walks_begun_ + limits::kWalksBegunMax);
  for (; walks_begun_ < end; ++walks_begun_) {
    const uint32_t index = new_walks_[walks_begun_];
    const Walk walk = walks_[index];
    if (settings_.all) {
      for (const Target& target : std::span(walk.targets, walk.count)) {
        (void)must_wait(walk, target);
      }
    }
    advance(index);
  }
  if (walks_begun_ < new_walks_.size()) return;
  new_walks_.clear();
  walks_begun_ = 0;
}

// Begins to ask where nobody did.
bool ProbeStage::must_wait(const Walk& walk, const Target& target) {
  const IpId ip = target.ip;
  switch (dialler_.target(ip).stage) {
    case Stage::kNew: {
      const bool is_left_out =
          settings_.exclusions != nullptr && settings_.exclusions->covers(ips_.address(ip));
      if (is_left_out) {
        dialler_.skip(ip);
        return false;
      }
      dialler_.ask(ip, target.host);
      return true;
    }
    case Stage::kAsked: return true;
    case Stage::kAskedAgain: return walk.is_second_pass;
    case Stage::kFailedOnce:
    case Stage::kKnown: return false;
  }
  return false;
}

void ProbeStage::advance(uint32_t index) {
  Walk& walk = walks_[index];
  do {
    for (; walk.next < walk.count; ++walk.next) {
      const Target& target = walk.targets[walk.next];
      if (must_wait(walk, target)) {
        wait_for(index, target.ip);
        return;
      }
      if (!settings_.all && is_answer(dialler_.target(target.ip).outcome)) {
        finish_walk(index);
        return;
      }
    }
  } while (begin_second_pass(walk));
  finish_walk(index);
}

// A host that failed is tried again before its domain is called dead, or its backup.
bool ProbeStage::begin_second_pass(Walk& walk) {
  if (walk.is_second_pass || !(settings_.all || is_dead(best_of(walk)))) return false;
  walk.is_second_pass = true;
  walk.next = 0;
  for (const Target& target : std::span(walk.targets, walk.count)) {
    if (dialler_.target(target.ip).stage == Stage::kFailedOnce) dialler_.ask_again(target.ip);
  }
  return true;
}

void ProbeStage::wait_for(uint32_t index, IpId ip) {
  uint32_t& first = first_waiter_.grow_to(ip.value());
  walks_[index].next_waiter = first;
  first = index + 1;
}

// False where nobody had anything to wait for.
bool ProbeStage::advance_waiters() {
  changed_.clear();
  dialler_.take_changed(changed_);
  for (const IpId ip : changed_) {
    uint32_t waiter = std::exchange(first_waiter_.grow_to(ip.value()), 0);
    while (waiter != 0) {
      const uint32_t index = waiter - 1;
      waiter = walks_[index].next_waiter;
      advance(index);
    }
  }
  return !changed_.empty();
}

ProbeOutcome ProbeStage::best_of(const Walk& walk) {
  ProbeOutcome best = walk.floor;
  for (const Target& target : std::span(walk.targets, walk.count)) {
    const ProbeDialler::Target& known = dialler_.target(target.ip);
    // Behind an answer nobody was dialled for this walk.
    if (known.stage != Stage::kNew && known.stage != Stage::kAsked) {
      best = stronger(best, known.outcome);
    }
    if (!settings_.all && is_answer(best)) break;
  }
  return best;
}

void ProbeStage::finish_walk(uint32_t index) {
  if (has_opened(best_of(walks_[index])) && !dialler_.census().is_settled()) {
    held_walks_.push_back(index);
  } else {
    decide(index);
  }
}

void ProbeStage::release_held_walks() {
  const size_t open = walks_.size() - free_walks_.size();
  const bool is_quiet =
      dialler_.idle() && !is_beginning_ && (settings_.as_they_come || open == held_walks_.size());
  if (!dialler_.census().is_settled() && !is_quiet) return;
  for (const uint32_t index : held_walks_) decide(index);
  held_walks_.clear();
}

void ProbeStage::decide(uint32_t index) {
  const Walk& walk = walks_[index];
  ProbeDecision decision;
  decision.domain = walk.domain;
  decision.outcome = best_of(walk);
  const Target* best = nullptr;
  for (const Target& target : std::span(walk.targets, walk.count)) {
    const ProbeDialler::Target& known = dialler_.target(target.ip);
    if (!known.heard || (decision.heard && *known.heard <= *decision.heard)) continue;
    decision.heard = known.heard;
    decision.ms = known.ms;
    best = &target;
    if (!settings_.all && is_answer(*known.heard)) break;
  }
  if (dialler_.census().is_intercepted() && decision.outcome != ProbeOutcome::kSkipped) {
    decision.outcome = ProbeOutcome::kEgressIntercepted;
  }
  if (walk.is_implicit) decision.lints.add(Lint::kImplicitMx);
  if (best != nullptr && decision.outcome >= ProbeOutcome::kSmtp5xx) {
    decision.host = best->host;
    const bool knows = decision.outcome >= ProbeOutcome::kEhlo;
    if (knows && !dialler_.target(best->ip).has_smtputf8) {
      decision.lints.add(Lint::kEaiUnsupported);
    }
    if (settings_.all && has_dead_backup(walk)) decision.lints.add(Lint::kBackupDead);
  }
  decided_.push_back(decision);
  free_walks_.push_back(index);
}

// One exchange answers, and all addresses of another are closed for certain.
bool ProbeStage::has_dead_backup(const Walk& walk) {
  bool has_answer = false;
  bool has_dead = false;
  const std::span all(walk.targets, walk.count);
  for (auto at = all.begin(); at != all.end();) {
    const HostId host = at->host;
    bool is_dead = !addresses_[host.value()].has_unknown && !addresses_[host.value()].has_more;
    for (; at != all.end() && at->host == host; ++at) {
      const ProbeOutcome outcome = dialler_.target(at->ip).outcome;
      has_answer |= is_answer(outcome);
      is_dead &= is_closed(outcome);
    }
    has_dead |= is_dead;
  }
  return has_answer && has_dead;
}

int64_t ProbeStage::next_wake_us() const {
  return is_beginning_ ? 0 : dialler_.next_wake_us();
}

void ProbeStage::take_decided(std::vector<ProbeDecision>& decided) {
  decided.insert(decided.end(), decided_.begin(), decided_.end());
  decided_.clear();
}

}  // namespace mxbulk::probing
