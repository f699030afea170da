#include "engine/probe_dialler.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"

namespace mxbulk::engine {
namespace {

constexpr int64_t kWitnessAfterUs = 500'000;  // an opening may come by itself
constexpr int64_t kStarvedPauseUs = 100'000;  // descriptors come back when others close theirs
constexpr uint32_t kStarvedMax = 100;         // pauses: ten seconds
constexpr uint32_t kReportsForMoreRoom = 64;  // well ended, until one more is tried at once
// Of a retry that is due, for the first opening of all.
constexpr int64_t kMoreForAnOpeningUs = limits::kEgressPatienceUs - limits::kProbeAgainAfterUs;

}  // namespace

ProbeDialler::ProbeDialler(const Settings& settings, Prober& prober, const table::IpTable& ips,
                           const table::HostTable& hosts, const enrich::Enricher& enricher,
                           TraceSink* trace)
    : settings_(settings),
      prober_(prober),
      ips_(ips),
      hosts_(hosts),
      enricher_(enricher),
      trace_(trace),
      queue_(settings.per_host * limits::kProbesNetFactor,
             settings.per_host * limits::kProbesOrganisationFactor),
      room_(settings.concurrency) {}

ProbeQueue::Entry ProbeDialler::entry_of(IpId id) const {
  const std::string host = to_text(hosts_.name(targets_[id.value()].host));
  return {id, network_key(ips_.address(id)), hash_bytes(enricher_.organisation_of(host))};
}

void ProbeDialler::ask(IpId id, HostId host) {
  Target& target = targets_.grow_to(id.value());
  assert(target.stage == Stage::kNew);
  target.host = host;
  target.stage = Stage::kAsked;
  ++counters_.addresses;
  queue_.push(entry_of(id));
}

void ProbeDialler::ask_again(IpId id) {
  assert(targets_[id.value()].stage == Stage::kFailedOnce);
  targets_[id.value()].stage = Stage::kAskedAgain;
  way_of(id).retries.push_back({id, now_us_ + limits::kProbeAgainAfterUs});
}

void ProbeDialler::turn(int64_t now_us, bool nothing_else) {
  now_us_ = now_us;
  for (Way& way : ways_) look_after(way);
  dial_queue();
  for (Way& way : ways_) conclude(way, nothing_else);
}

void ProbeDialler::look_after(Way& way) {
  give_up_where_due(way);
  settle_unproven(way);
  queue_retries(way);
  if (wants_witness(way)) dial_witness(way);
}

bool ProbeDialler::has_opened() const {
  return ways_[kV4].watch.has_opened() || ways_[kV6].watch.has_opened();
}

// Of an address whose family never opened.
ProbeOutcome ProbeDialler::unreachable_from_here() const {
  return has_opened() ? ProbeOutcome::kSkipped : ProbeOutcome::kEgressBlocked;
}

void ProbeDialler::give_up_where_due(Way& way) {
  const uint32_t closed_max =
      has_opened() ? limits::kFamilyBlockedAfter : limits::kEgressBlockedAfter;
  const bool never_opens = !way.watch.has_opened() && way.watch.closed() >= closed_max;
  way.is_given_up |= never_opens || way.watch.is_lost(now_us_, idle());
  if (!way.is_given_up) return;
  const ProbeOutcome outcome =
      way.watch.has_opened() ? ProbeOutcome::kSkipped : unreachable_from_here();
  for (const Retry& retry : way.retries) finish(retry.target, outcome);
  way.retries.clear();
  for (const Unproven& one : way.unproven) finish(one.target, outcome);
  way.unproven.clear();
}

void ProbeDialler::settle_unproven(Way& way) {
  while (!way.unproven.empty()) {
    const Unproven one = way.unproven.front();
    switch (way.watch.proof_of(one.failure, now_us_)) {
      case EgressWatch::Proof::kOpen: return;
      case EgressWatch::Proof::kClosed:
        finish(one.target, targets_[one.target.value()].outcome);
        break;
      case EgressWatch::Proof::kVoid: retry_or_skip(one.target); break;
    }
    way.unproven.pop_front();
  }
}

void ProbeDialler::retry_or_skip(IpId id) {
  if (targets_[id.value()].tries >= limits::kProbeTriesMax) {
    finish(id, ProbeOutcome::kSkipped);
  } else {
    way_of(id).retries.push_back({id, now_us_ + limits::kProbeAgainAfterUs});
  }
}

void ProbeDialler::queue_retries(Way& way) {
  while (!way.retries.empty() && way.retries.front().due_us <= now_us_ &&
         way.watch.is_fresh(now_us_)) {
    queue_.push(entry_of(way.retries.front().target));
    way.retries.pop_front();
  }
}

bool ProbeDialler::wants_witness(const Way& way) const {
  if (way.is_witness_out || way.is_given_up || !way.watch.has_opened()) return false;
  if (way.watch.is_doubtful() || way.watch.is_silent()) return true;
  if (!way.retries.empty() && way.retries.front().due_us <= now_us_ &&
      !way.watch.is_fresh(now_us_)) {
    return true;
  }
  if (way.unproven.empty()) return false;
  return in_flight_ == 0 || now_us_ - way.unproven.front().failure.ended_us >= kWitnessAfterUs;
}

void ProbeDialler::dial_witness(Way& way) {
  const std::optional<IpId> witness = way.watch.next_witness(now_us_);
  if (!witness || now_us_ < starved_until_us_) return;
  way.is_witness_out = true;
  dial(entry_of(*witness), Kind::kWitness);
}

void ProbeDialler::dial_queue() {
  while (has_room()) {
    const std::optional<ProbeQueue::Entry> entry = queue_.pop();
    if (!entry) return;
    Way& way = way_of(entry->target);
    const bool is_again = targets_[entry->target.value()].stage == Stage::kAskedAgain;
    if (way.is_given_up) {
      queue_.release(*entry);
      finish(entry->target,
             way.watch.has_opened() ? ProbeOutcome::kSkipped : unreachable_from_here());
    } else if (way.watch.is_silent() && in_flight_ >= limits::kProbesWhileSilent) {
      queue_.release(*entry);
      queue_.push_front(*entry);
      return;
    } else if (is_again && !way.watch.is_fresh(now_us_)) {
      queue_.release(*entry);
      way.retries.push_front({entry->target, now_us_});
    } else {
      dial(*entry, Kind::kTarget);
    }
  }
}

// Where nothing of a family ever opened, its failures prove nothing: waiting for an opening ends
// with the addresses that could bring one.
void ProbeDialler::conclude(Way& way, bool nothing_else) {
  if (way.retries.empty() || way.watch.has_opened() || !idle()) return;
  if (!nothing_else && now_us_ < way.retries.front().due_us + kMoreForAnOpeningUs) return;
  for (const Retry& retry : way.retries) finish(retry.target, unreachable_from_here());
  way.retries.clear();
}

void ProbeDialler::dial(const ProbeQueue::Entry& entry, Kind kind) {
  uint32_t ticket = static_cast<uint32_t>(dials_.size());
  if (free_dials_.empty()) {
    dials_.emplace_back();
  } else {
    ticket = free_dials_.back();
    free_dials_.pop_back();
  }
  dials_[ticket] = {entry, now_us_, kind};
  ++in_flight_;
  const std::string host = to_text(hosts_.name(targets_[entry.target.value()].host));
  prober_.dial({ticket, ips_.address(entry.target), host});
}

void ProbeDialler::on_probe(const ProbeReport& report) {
  const auto ticket = static_cast<uint32_t>(report.ticket);
  const Dial dial = dials_[ticket];
  free_dials_.push_back(ticket);
  --in_flight_;
  if (trace_ != nullptr) trace_->on_probe(ips_.address(dial.entry.target), report);
  const bool is_witness = dial.kind == Kind::kWitness;
  if (is_witness) {
    way_of(dial.entry.target).is_witness_out = false;
  } else {
    queue_.release(dial.entry);
  }
  switch (report.end) {
    case ProbeReport::End::kNoRoom: on_no_room(dial); return;
    case ProbeReport::End::kNoRoute:
      if (is_witness) {
        way_of(dial.entry.target).watch.on_witness_closed(now_us_);
      } else {
        finish(dial.entry.target, ProbeOutcome::kSkipped);
      }
      return;
    case ProbeReport::End::kOutcome: on_outcome(dial, report); return;
  }
}

void ProbeDialler::on_no_room(const Dial& dial) {
  room_ = std::max(1U, in_flight_);
  reports_at_room_ = 0;
  if (in_flight_ == 0) {
    ++starved_;
    starved_until_us_ = now_us_ + kStarvedPauseUs;
  }
  if (dial.kind == Kind::kWitness) return;
  if (starved_ > kStarvedMax) {
    finish(dial.entry.target, ProbeOutcome::kSkipped);
  } else {
    queue_.push_front(dial.entry);
  }
}

void ProbeDialler::on_outcome(const Dial& dial, const ProbeReport& report) {
  starved_ = 0;
  if (room_ < settings_.concurrency && ++reports_at_room_ >= kReportsForMoreRoom) {
    ++room_;
    reports_at_room_ = 0;
  }
  ++counters_.connections;
  Way& way = way_of(dial.entry.target);
  if (report.has_opened) {
    ++counters_.opened;
    way.watch.on_open(dial.entry.target, dial.began_us, now_us_);
    if (report.code != 0) note_greeting(dial.entry, report.greeting);
  }
  if (dial.kind == Kind::kWitness) {
    if (!report.has_opened) way.watch.on_witness_closed(now_us_);
    return;
  }
  Target& target = targets_[dial.entry.target.value()];
  ++target.tries;
  target.ms = report.elapsed_ms;
  target.heard = report.outcome;
  target.has_smtputf8 = report.has_smtputf8;
  if (target.stage == Stage::kAskedAgain) ++counters_.retried;
  if (is_closed(report.outcome)) {
    way.watch.on_closed();
    on_closed(dial, report.outcome);
  } else {
    finish(dial.entry.target, report.outcome);
  }
}

void ProbeDialler::on_closed(const Dial& dial, ProbeOutcome outcome) {
  Target& target = targets_[dial.entry.target.value()];
  target.outcome = outcome;
  if (target.stage == Stage::kAsked) {
    target.stage = Stage::kFailedOnce;
    changed_.push_back(dial.entry.target);
  } else {
    way_of(dial.entry.target).unproven.push_back({dial.entry.target, {dial.began_us, now_us_}});
  }
}

void ProbeDialler::note_greeting(const ProbeQueue::Entry& entry, std::string_view greeting) {
  if (census_.is_settled()) return;
  const std::string host = to_text(hosts_.name(targets_[entry.target.value()].host));
  census_.on_greeting(greeting, entry.network, entry.organisation,
                      !enricher_.provider_of(host).empty());
}

void ProbeDialler::finish(IpId id, ProbeOutcome outcome) {
  Target& target = targets_.grow_to(id.value());
  target.stage = Stage::kKnown;
  target.outcome = outcome;
  ++counters_.addresses_known;
  const bool is_skipped =
      outcome == ProbeOutcome::kSkipped || outcome == ProbeOutcome::kEgressBlocked;
  if (is_skipped) ++counters_.addresses_skipped;
  changed_.push_back(id);
}

void ProbeDialler::take_changed(std::vector<IpId>& changed) {
  changed.insert(changed.end(), changed_.begin(), changed_.end());
  changed_.clear();
}

// What is due already waits for a report.
int64_t ProbeDialler::next_wake_us() const {
  int64_t next_us = EgressWatch::kNever;
  const auto add = [&](int64_t at_us) {
    if (at_us > now_us_) next_us = std::min(next_us, at_us);
  };
  add(starved_until_us_);
  for (const Way& way : ways_) {
    if (way.retries.empty() && way.unproven.empty() && !way.watch.is_silent()) continue;
    add(way.watch.witness_due_us());
    if (!way.retries.empty()) {
      add(way.retries.front().due_us);
      add(way.retries.front().due_us + kMoreForAnOpeningUs);
    }
    if (!way.unproven.empty()) {
      add(way.unproven.front().failure.ended_us + kWitnessAfterUs);
      add(way.unproven.front().failure.ended_us + limits::kEgressPatienceUs + 1);
    }
  }
  return next_us;
}

Egress ProbeDialler::egress() const {
  if (census_.is_intercepted()) return Egress::kIntercepted;
  const auto is_lost = [](const Way& way) { return way.is_given_up && way.watch.has_opened(); };
  if (std::any_of(ways_.begin(), ways_.end(), is_lost)) return Egress::kLost;
  if (has_opened()) return Egress::kOpen;
  const bool was_tried = ways_[kV4].watch.closed() + ways_[kV6].watch.closed() > 0;
  return was_tried ? Egress::kBlocked : Egress::kUntried;
}

}  // namespace mxbulk::engine
