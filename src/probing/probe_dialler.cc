#include "probing/probe_dialler.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"

namespace mxbulk::probing {
namespace {

using Stage = ProbeTarget::Stage;

constexpr int64_t kControlAfterUs = 500'000;  // another host may open without a control probe
constexpr int64_t kNoRoomPauseUs = 100'000;   // other programs close descriptors meanwhile
constexpr uint32_t kNoRoomMax = 100;          // pauses: ten seconds
constexpr uint32_t kEndedForMoreRoom = 64;    // connections, until one more is tried at once
// After a retry is due, for the first host of all to open.
constexpr int64_t kFirstOpeningUs = limits::kEgressPatienceUs - limits::kProbeAgainAfterUs;

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

void ProbeDialler::ask(IpId id, HostId host, bool is_named) {
  ProbeTarget& target = targets_.grow_to(id.value());
  assert(target.stage == Stage::kNew);
  target.host = host;
  target.is_named = is_named;
  target.stage = Stage::kProbing;
  ++counters_.addresses;
  queue_.push(entry_of(id));
}

void ProbeDialler::skip(IpId id) {
  assert(targets_.grow_to(id.value()).stage == Stage::kNew);
  ++counters_.addresses;
  finish(id, ProbeOutcome::kSkipped);
}

void ProbeDialler::retry(IpId id) {
  assert(targets_[id.value()].stage == Stage::kFailedOnce);
  targets_[id.value()].stage = Stage::kRetrying;
  --counters_.addresses_known;  // its failure is not final any more
  retry_or_skip(id);
}

void ProbeDialler::turn(int64_t now_us, bool nothing_else) {
  now_us_ = now_us;
  for (Family& family : families_) turn_family(family);
  while (!single_retries_.empty() && single_retries_.front().due_us <= now_us) {
    queue_.push(entry_of(single_retries_.front().target));
    single_retries_.pop_front();
  }
  dial_queue();
  for (Family& family : families_) finish_without_control(family, nothing_else);
}

void ProbeDialler::turn_family(Family& family) {
  give_up_if_due(family);
  finish_confirmed(family);
  if (wants_control_probe(family)) (void)dial_control_probe(family, kNoBatch);
  dial_retry_batch(family);
}

// --- egress --------------------------------------------------------------------------------------

bool ProbeDialler::has_opened() const {
  return families_[kV4].monitor.has_opened() || families_[kV6].monitor.has_opened();
}

// Of an address of a family that is given up, or of which no address ever opened.
ProbeOutcome ProbeDialler::unreachable_outcome() const {
  return has_opened() ? ProbeOutcome::kSkipped : ProbeOutcome::kEgressBlocked;
}

// The other family's control probe does not count: two unresponsive families would wait for each
// other for ever.
bool ProbeDialler::is_nothing_else_out(const Family& family) const {
  const auto controls = std::count_if(families_.begin(), families_.end(),
                                      [](const Family& one) { return one.is_control_out; });
  return !family.is_control_out && in_flight() == static_cast<uint32_t>(controls) && queue_.empty();
}

void ProbeDialler::give_up_if_due(Family& family) {
  const uint32_t closed_max =
      has_opened() ? limits::kFamilyBlockedAfter : limits::kEgressBlockedAfter;
  const bool never_opens = !family.monitor.has_opened() && family.monitor.closed() >= closed_max;
  family.is_given_up |= never_opens || family.monitor.is_lost(now_us_, is_nothing_else_out(family));
  if (family.is_given_up) finish_retries(family);
}

void ProbeDialler::finish_retries(Family& family) {
  for (const Retry& retry : family.retries) finish(retry.target, unreachable_outcome());
  family.retries.clear();
}

Egress ProbeDialler::egress() const {
  if (greetings_.is_intercepted()) return Egress::kIntercepted;
  const auto is_lost = [](const Family& family) {
    return family.is_given_up && family.monitor.has_opened();
  };
  if (std::any_of(families_.begin(), families_.end(), is_lost)) return Egress::kLost;
  if (has_opened()) return Egress::kOpen;
  const bool was_tried = families_[kV4].monitor.closed() + families_[kV6].monitor.closed() > 0;
  return was_tried ? Egress::kBlocked : Egress::kUntried;
}

// --- second attempts -----------------------------------------------------------------------------

void ProbeDialler::retry_or_skip(IpId id) {
  if (targets_[id.value()].tries >= limits::kProbeTriesMax) {
    finish(id, ProbeOutcome::kSkipped);
  } else {
    const bool needs_control = is_closed(targets_[id.value()].outcome);
    (needs_control ? family_of(id).retries : single_retries_)
        .push_back({id, now_us_ + limits::kProbeAgainAfterUs});
  }
}

// As many as there is room for now; the others wait for the next batch.
void ProbeDialler::dial_retry_batch(Family& family) {
  const bool is_due = !family.retries.empty() && family.retries.front().due_us <= now_us_ &&
                      family.next_batch_us <= now_us_;
  if (!is_due || !has_room()) return;
  const auto batch = static_cast<uint32_t>(family.batches.size());
  if (!dial_control_probe(family, batch)) return;
  family.batches.push_back(Batch::kOut);
  family.next_batch_us = now_us_ + limits::kRetryBatchUs;
  const uint32_t room = room_ + 1;  // the control probe has a place of its own
  std::deque<Retry> left;
  for (const Retry& retry : family.retries) {
    const bool may_go = retry.due_us <= now_us_ && in_flight() < room;
    if (!may_go || !try_dial(retry.target, batch)) left.push_back(retry);
  }
  family.retries = std::move(left);
}

bool ProbeDialler::try_dial(IpId target, uint32_t batch) {
  const ProbeQueue::Entry entry = entry_of(target);
  if (!queue_.try_take(entry)) return false;
  dial(entry, Kind::kTarget, batch);
  return true;
}

bool ProbeDialler::wants_control_probe(const Family& family) const {
  if (family.monitor.is_doubtful() || family.monitor.is_unresponsive()) return true;
  if (family.unconfirmed.empty()) return false;
  const Unconfirmed& one = family.unconfirmed.front();
  return family.batches[one.batch] == Batch::kOpened &&
         (idle() || now_us_ - one.ended_us >= kControlAfterUs);
}

bool ProbeDialler::dial_control_probe(Family& family, uint32_t batch) {
  if (family.is_control_out || family.is_given_up || now_us_ < no_room_until_us_) return false;
  const std::optional<IpId> control = family.monitor.next_control(now_us_);
  if (!control) return false;
  family.is_control_out = true;
  dial(entry_of(*control), Kind::kControl, batch);
  return true;
}

void ProbeDialler::on_control_probe(Family& family, const Connection& connection,
                                    const ProbeReport& report) {
  family.is_control_out = false;
  const bool was_dialled = report.end != ProbeReport::End::kNoRoom;
  if (was_dialled && !report.has_opened) family.monitor.on_control_closed(now_us_);
  if (connection.batch == kNoBatch) return;
  // RFC 6298 §2: a SYN without an answer is sent again after a second. A control probe that opens
  // so late may have opened because egress came back meanwhile, too late for the others.
  const bool is_prompt = report.has_opened && report.opened_ms < limits::kControlPromptMs;
  family.batches[connection.batch] = is_prompt ? Batch::kOpened : Batch::kInconclusive;
}

void ProbeDialler::finish_confirmed(Family& family) {
  while (!family.unconfirmed.empty()) {
    const Unconfirmed one = family.unconfirmed.front();
    switch (proof_of(family, one)) {
      case EgressMonitor::Proof::kPending: return;
      case EgressMonitor::Proof::kClosed:
        finish(one.target, targets_[one.target.value()].outcome);
        break;
      case EgressMonitor::Proof::kInconclusive: retry_or_skip(one.target); break;
    }
    family.unconfirmed.pop_front();
  }
}

EgressMonitor::Proof ProbeDialler::proof_of(const Family& family, const Unconfirmed& one) const {
  switch (family.batches[one.batch]) {
    case Batch::kOut: return EgressMonitor::Proof::kPending;
    case Batch::kInconclusive: return EgressMonitor::Proof::kInconclusive;
    case Batch::kOpened: break;
  }
  return family.monitor.proof_of_failure(one.ended_us, now_us_);
}

// If no address of a family ever opened, its failures prove nothing. It waits for a first opening
// until no address is left that could open.
void ProbeDialler::finish_without_control(Family& family, bool nothing_else) {
  const bool may_open = family.monitor.has_control() || !idle() || !single_retries_.empty();
  if (family.retries.empty() || may_open) return;
  if (!nothing_else && now_us_ < family.retries.front().due_us + kFirstOpeningUs) return;
  finish_retries(family);
}

// --- dialling ------------------------------------------------------------------------------------

void ProbeDialler::dial_queue() {
  while (has_room()) {
    const std::optional<ProbeQueue::Entry> entry = queue_.pop();
    if (!entry) return;
    const Family& family = family_of(entry->target);
    if (family.is_given_up) {
      queue_.release(*entry);
      finish(entry->target, unreachable_outcome());
    } else if (family.monitor.is_unresponsive() &&
               in_flight() >= limits::kProbesWhileUnresponsive) {
      queue_.release(*entry);
      queue_.push_front(*entry);
      return;
    } else {
      dial(*entry, Kind::kTarget, kNoBatch);
    }
  }
}

void ProbeDialler::dial(const ProbeQueue::Entry& entry, Kind kind, uint32_t batch) {
  const Handle<Connection> handle = connections_.create();
  connections_[handle] = {entry, now_us_, kind, batch};
  const std::string host = to_text(hosts_.name(targets_[entry.target.value()].host));
  prober_.dial({handle.packed(), ips_.address(entry.target), host});
}

// --- reports -------------------------------------------------------------------------------------

void ProbeDialler::on_probe(const ProbeReport& report) {
  const auto handle = Handle<Connection>::unpacked(report.ticket);
  const Connection connection = connections_[handle];
  connections_.release(handle);
  if (trace_ != nullptr) trace_->on_probe(ips_.address(connection.entry.target), report);
  if (connection.kind == Kind::kControl) {
    on_control_probe(family_of(connection.entry.target), connection, report);
  } else {
    queue_.release(connection.entry);
  }
  switch (report.end) {
    case ProbeReport::End::kNoRoom: on_no_room(connection); return;
    case ProbeReport::End::kNoRoute: on_no_route(connection); return;
    case ProbeReport::End::kOutcome: on_outcome(connection, report); return;
  }
}

void ProbeDialler::on_no_room(const Connection& connection) {
  room_ = std::max(1U, in_flight());
  ended_since_room_changed_ = 0;
  if (in_flight() == 0) {
    ++no_room_in_row_;
    no_room_until_us_ = now_us_ + kNoRoomPauseUs;
  }
  if (connection.kind == Kind::kControl) return;
  if (no_room_in_row_ > kNoRoomMax) {
    finish(connection.entry.target, ProbeOutcome::kSkipped);
  } else if (connection.batch != kNoBatch) {
    ++targets_[connection.entry.target.value()].tries;
    retry_or_skip(connection.entry.target);
  } else {
    queue_.push_front(connection.entry);
  }
}

// A family that had a route before may get it back.
void ProbeDialler::on_no_route(const Connection& connection) {
  if (connection.kind == Kind::kControl) return;
  const IpId id = connection.entry.target;
  if (!family_of(id).monitor.has_opened()) {
    finish(id, ProbeOutcome::kSkipped);
    return;
  }
  ++targets_[id.value()].tries;
  retry_or_skip(id);
}

void ProbeDialler::on_outcome(const Connection& connection, const ProbeReport& report) {
  note_room();
  count(connection, report);
  if (connection.kind == Kind::kControl) return;
  const IpId id = connection.entry.target;
  Family& family = family_of(id);
  ProbeTarget& target = targets_[id.value()];
  ++target.tries;
  target.ms = report.elapsed_ms;
  target.connection_outcome = report.outcome;
  target.has_smtputf8 = report.has_smtputf8;
  if (report.outcome == ProbeOutcome::kTcpTimeout && target.is_named && !target.is_silent) {
    target.is_silent = true;
    filters_.on_silent(keys_of(id, target.host));
  }
  if (is_closed(report.outcome)) family.monitor.on_closed();
  switch (next_step(target.stage, report.outcome, connection.batch != kNoBatch)) {
    case NextStep::kReportFailure:
      target.outcome = report.outcome;
      target.stage = Stage::kFailedOnce;
      ++counters_.addresses_known;
      changed_.push_back(id);
      return;
    case NextStep::kConfirm:
      target.outcome = report.outcome;
      family.unconfirmed.push_back({id, connection.batch, now_us_});
      return;
    case NextStep::kRetry:
      target.outcome = report.outcome;
      retry_or_skip(id);
      return;
    case NextStep::kFinish:
      // A host that never accepts mail (521) is not dialled again.
      if (!is_dead(report.outcome)) family.monitor.add_control(id);
      finish(id, report.outcome);
      return;
  }
}

void ProbeDialler::note_room() {
  no_room_in_row_ = 0;
  if (room_ < settings_.concurrency && ++ended_since_room_changed_ >= kEndedForMoreRoom) {
    ++room_;
    ended_since_room_changed_ = 0;
  }
}

void ProbeDialler::count(const Connection& connection, const ProbeReport& report) {
  ++counters_.connections;
  const IpId id = connection.entry.target;
  const bool is_retry =
      connection.kind == Kind::kTarget && targets_[id.value()].stage == Stage::kRetrying;
  if (is_retry) ++counters_.retried;
  if (!report.has_opened) return;
  ++counters_.opened;
  family_of(id).monitor.on_open(connection.began_us);
  filters_.on_open(keys_of(id, targets_[id.value()].host));
  if (report.code != 0) note_greeting(connection.entry, report);
}

ServerKeys ProbeDialler::keys_of(IpId id, HostId host) const {
  const std::string name = to_text(hosts_.name(host));
  return {.network = network_key(ips_.address(id)),
          .organisation = hash_bytes(enricher_.organisation_of(name)),
          .is_known = !enricher_.provider_of(name).empty()};
}

bool ProbeDialler::is_filtered(IpId id, HostId host) {
  const ProbeOutcome outcome = target(id).outcome;
  return is_closed(outcome) && filters_.is_filtered(keys_of(id, host), outcome);
}

void ProbeDialler::note_greeting(const ProbeQueue::Entry& entry, const ProbeReport& report) {
  if (greetings_.is_settled()) return;
  greetings_.on_greeting(report.code, report.greeting,
                         keys_of(entry.target, targets_[entry.target.value()].host));
}

void ProbeDialler::finish(IpId id, ProbeOutcome outcome) {
  ProbeTarget& target = targets_.grow_to(id.value());
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
  int64_t next_us = EgressMonitor::kNever;
  const auto add = [&](int64_t at_us) {
    if (at_us > now_us_) next_us = std::min(next_us, at_us);
  };
  add(no_room_until_us_);
  if (!single_retries_.empty()) add(single_retries_.front().due_us);
  for (const Family& family : families_) {
    const bool waits =
        !family.retries.empty() || !family.unconfirmed.empty() || family.monitor.is_unresponsive();
    if (!waits) continue;
    add(family.monitor.control_due_us());
    if (!family.retries.empty()) {
      add(family.next_batch_us);
      add(family.retries.front().due_us);
      add(family.retries.front().due_us + kFirstOpeningUs);
    }
    if (!family.unconfirmed.empty()) {
      add(family.unconfirmed.front().ended_us + kControlAfterUs);
      add(family.unconfirmed.front().ended_us + limits::kEgressPatienceUs + 1);
    }
  }
  return next_us;
}

}  // namespace mxbulk::probing
