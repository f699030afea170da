#include "probing/probe_dialler.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"

namespace mxbulk::probing {
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

void ProbeDialler::skip(IpId id) {
  assert(targets_.grow_to(id.value()).stage == Stage::kNew);
  ++counters_.addresses;
  finish(id, ProbeOutcome::kSkipped);
}

void ProbeDialler::ask_again(IpId id) {
  assert(targets_[id.value()].stage == Stage::kFailedOnce);
  targets_[id.value()].stage = Stage::kAskedAgain;
  --counters_.addresses_known;  // that it failed once is not all any more
  retry_or_skip(id);
}

void ProbeDialler::turn(int64_t now_us, bool nothing_else) {
  now_us_ = now_us;
  for (Way& way : ways_) look_after(way);
  while (!lone_retries_.empty() && lone_retries_.front().due_us <= now_us) {
    queue_.push(entry_of(lone_retries_.front().target));
    lone_retries_.pop_front();
  }
  dial_queue();
  for (Way& way : ways_) conclude(way, nothing_else);
}

void ProbeDialler::look_after(Way& way) {
  give_up_where_due(way);
  settle_unproven(way);
  if (wants_witness(way)) (void)dial_witness(way, kNoVolley);
  dial_volley(way);
}

bool ProbeDialler::has_opened() const {
  return ways_[kV4].watch.has_opened() || ways_[kV6].watch.has_opened();
}

// Of an address of a family that is given up, or never opened.
ProbeOutcome ProbeDialler::unreachable_from_here() const {
  return has_opened() ? ProbeOutcome::kSkipped : ProbeOutcome::kEgressBlocked;
}

// The other family's witness does not count: two silent families would wait for each other for
// ever.
bool ProbeDialler::is_nobody_else_left(const Way& way) const {
  const auto witnesses =
      std::count_if(ways_.begin(), ways_.end(), [](const Way& one) { return one.is_witness_out; });
  return !way.is_witness_out && in_flight_ == static_cast<uint32_t>(witnesses) && queue_.empty();
}

void ProbeDialler::give_up_where_due(Way& way) {
  const uint32_t closed_max =
      has_opened() ? limits::kFamilyBlockedAfter : limits::kEgressBlockedAfter;
  const bool never_opens = !way.watch.has_opened() && way.watch.closed() >= closed_max;
  way.is_given_up |= never_opens || way.watch.is_lost(now_us_, is_nobody_else_left(way));
  if (!way.is_given_up) return;
  finish_retries(way);
}

void ProbeDialler::finish_retries(Way& way) {
  for (const Retry& retry : way.retries) finish(retry.target, unreachable_from_here());
  way.retries.clear();
}

void ProbeDialler::settle_unproven(Way& way) {
  while (!way.unproven.empty()) {
    const Unproven one = way.unproven.front();
    switch (proof_of(way, one)) {
      case EgressWatch::Proof::kNone: return;
      case EgressWatch::Proof::kClosed:
        finish(one.target, targets_[one.target.value()].outcome);
        break;
      case EgressWatch::Proof::kVoid: retry_or_skip(one.target); break;
    }
    way.unproven.pop_front();
  }
}

EgressWatch::Proof ProbeDialler::proof_of(const Way& way, const Unproven& one) const {
  switch (way.volleys[one.volley]) {
    case Volley::kOut: return EgressWatch::Proof::kNone;
    case Volley::kVoid: return EgressWatch::Proof::kVoid;
    case Volley::kOpened: break;
  }
  return way.watch.proof_of_failure(one.ended_us, now_us_);
}

void ProbeDialler::retry_or_skip(IpId id) {
  if (targets_[id.value()].tries >= limits::kProbeTriesMax) {
    finish(id, ProbeOutcome::kSkipped);
  } else {
    auto& lane = is_closed(targets_[id.value()].outcome) ? way_of(id).retries : lone_retries_;
    lane.push_back({id, now_us_ + limits::kProbeAgainAfterUs});
  }
}

// Those for whom there is room now; the others wait for the next one.
void ProbeDialler::dial_volley(Way& way) {
  const bool is_due = !way.retries.empty() && way.retries.front().due_us <= now_us_ &&
                      way.next_volley_us <= now_us_;
  if (!is_due || !has_room()) return;
  const auto volley = static_cast<uint32_t>(way.volleys.size());
  if (!dial_witness(way, volley)) return;
  way.volleys.push_back(Volley::kOut);
  way.next_volley_us = now_us_ + limits::kVolleyUs;
  const uint32_t room = room_ + 1;  // the witness's own place
  std::deque<Retry> left;
  for (const Retry& retry : way.retries) {
    const bool may_go = retry.due_us <= now_us_ && in_flight_ < room;
    if (!may_go || !try_dial(retry.target, volley)) left.push_back(retry);
  }
  way.retries = std::move(left);
}

bool ProbeDialler::try_dial(IpId target, uint32_t volley) {
  const ProbeQueue::Entry entry = entry_of(target);
  if (!queue_.try_take(entry)) return false;
  dial(entry, Kind::kTarget, volley);
  return true;
}

bool ProbeDialler::wants_witness(const Way& way) const {
  if (way.watch.is_doubtful() || way.watch.is_silent()) return true;
  if (way.unproven.empty()) return false;
  const Unproven& one = way.unproven.front();
  return way.volleys[one.volley] == Volley::kOpened &&
         (idle() || now_us_ - one.ended_us >= kWitnessAfterUs);
}

bool ProbeDialler::dial_witness(Way& way, uint32_t volley) {
  if (way.is_witness_out || way.is_given_up || now_us_ < starved_until_us_) return false;
  const std::optional<IpId> witness = way.watch.next_witness(now_us_);
  if (!witness) return false;
  way.is_witness_out = true;
  dial(entry_of(*witness), Kind::kWitness, volley);
  return true;
}

void ProbeDialler::on_witness(Way& way, const Dial& dial, const ProbeReport& report) {
  way.is_witness_out = false;
  const bool was_dialled = report.end != ProbeReport::End::kNoRoom;
  if (was_dialled && !report.has_opened) way.watch.on_witness_closed(now_us_);
  if (dial.volley == kNoVolley) return;
  // RFC 6298 §2: a SYN without an answer is sent again after a second. A witness that opens so late
  // may owe it to a way that came back meanwhile, too late for others.
  const bool is_prompt = report.has_opened && report.opened_ms < limits::kWitnessPromptMs;
  way.volleys[dial.volley] = is_prompt ? Volley::kOpened : Volley::kVoid;
}

void ProbeDialler::dial_queue() {
  while (has_room()) {
    const std::optional<ProbeQueue::Entry> entry = queue_.pop();
    if (!entry) return;
    Way& way = way_of(entry->target);
    if (way.is_given_up) {
      queue_.release(*entry);
      finish(entry->target, unreachable_from_here());
    } else if (way.watch.is_silent() && in_flight_ >= limits::kProbesWhileSilent) {
      queue_.release(*entry);
      queue_.push_front(*entry);
      return;
    } else {
      dial(*entry, Kind::kTarget, kNoVolley);
    }
  }
}

// Where nothing of a family ever opened, its failures prove nothing: waiting for an opening ends
// with the addresses that could bring one.
void ProbeDialler::conclude(Way& way, bool nothing_else) {
  if (way.retries.empty() || way.watch.has_witness() || !idle() || !lone_retries_.empty()) return;
  if (!nothing_else && now_us_ < way.retries.front().due_us + kMoreForAnOpeningUs) return;
  finish_retries(way);
}

void ProbeDialler::dial(const ProbeQueue::Entry& entry, Kind kind, uint32_t volley) {
  uint32_t ticket = static_cast<uint32_t>(dials_.size());
  if (free_dials_.empty()) {
    dials_.emplace_back();
  } else {
    ticket = free_dials_.back();
    free_dials_.pop_back();
  }
  dials_[ticket] = {entry, now_us_, kind, volley};
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
  if (dial.kind == Kind::kWitness) {
    on_witness(way_of(dial.entry.target), dial, report);
  } else {
    queue_.release(dial.entry);
  }
  switch (report.end) {
    case ProbeReport::End::kNoRoom: on_no_room(dial); return;
    case ProbeReport::End::kNoRoute: on_no_route(dial); return;
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
  } else if (dial.volley != kNoVolley) {
    ++targets_[dial.entry.target.value()].tries;
    retry_or_skip(dial.entry.target);
  } else {
    queue_.push_front(dial.entry);
  }
}

// A family that had a way before may get it back.
void ProbeDialler::on_no_route(const Dial& dial) {
  if (dial.kind == Kind::kWitness) return;
  Target& target = targets_[dial.entry.target.value()];
  if (!way_of(dial.entry.target).watch.has_opened()) {
    finish(dial.entry.target, ProbeOutcome::kSkipped);
    return;
  }
  ++target.tries;
  retry_or_skip(dial.entry.target);
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
    way.watch.on_open(dial.began_us);
    if (report.code != 0) note_greeting(dial.entry, report);
  }
  if (dial.kind == Kind::kWitness) return;
  Target& target = targets_[dial.entry.target.value()];
  ++target.tries;
  target.ms = report.elapsed_ms;
  target.heard = report.outcome;
  target.has_smtputf8 = report.has_smtputf8;
  if (target.stage == Stage::kAskedAgain) ++counters_.retried;
  if (is_closed(report.outcome)) way.watch.on_closed();
  if (is_dead(report.outcome) && target.stage == Stage::kAsked) {
    target.outcome = report.outcome;
    target.stage = Stage::kFailedOnce;
    ++counters_.addresses_known;
    changed_.push_back(dial.entry.target);
  } else if (is_closed(report.outcome)) {
    target.outcome = report.outcome;
    on_closed_again(way, dial);
  } else {
    // Who never wants mail is left alone.
    if (!is_dead(report.outcome)) way.watch.add_witness(dial.entry.target);
    finish(dial.entry.target, report.outcome);
  }
}

void ProbeDialler::on_closed_again(Way& way, const Dial& dial) {
  if (dial.volley == kNoVolley) {  // it had opened the first time
    retry_or_skip(dial.entry.target);
  } else {
    way.unproven.push_back({dial.entry.target, dial.volley, now_us_});
  }
}

void ProbeDialler::note_greeting(const ProbeQueue::Entry& entry, const ProbeReport& report) {
  if (census_.is_settled()) return;
  const std::string host = to_text(hosts_.name(targets_[entry.target.value()].host));
  census_.on_greeting(report.code, report.greeting,
                      {.network = entry.network,
                       .organisation = entry.organisation,
                       .is_known = !enricher_.provider_of(host).empty()});
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
  if (!lone_retries_.empty()) add(lone_retries_.front().due_us);
  for (const Way& way : ways_) {
    if (way.retries.empty() && way.unproven.empty() && !way.watch.is_silent()) continue;
    add(way.watch.witness_due_us());
    if (!way.retries.empty()) {
      add(way.next_volley_us);
      add(way.retries.front().due_us);
      add(way.retries.front().due_us + kMoreForAnOpeningUs);
    }
    if (!way.unproven.empty()) {
      add(way.unproven.front().ended_us + kWitnessAfterUs);
      add(way.unproven.front().ended_us + limits::kEgressPatienceUs + 1);
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

}  // namespace mxbulk::probing
