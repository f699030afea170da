// The end of a run with a state: what changed since the last run, and whether this one takes its
// place.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <utility>

#include "app/exit_code.h"
#include "app/night.h"
#include "app/wall_clock.h"
#include "base/limits.h"
#include "state/state_file.h"

namespace mxbulk::app {
namespace {

bool is_alive(Reason reason) {
  const Verdict verdict = verdict_of(reason);
  return verdict == Verdict::kMxOk || verdict == Verdict::kReachable;
}
bool is_dead(Reason reason) {
  const Verdict verdict = verdict_of(reason);
  return verdict == Verdict::kNoMx || verdict == Verdict::kNullMx || verdict == Verdict::kDeadMx;
}

std::string date_text(int64_t unix_s) {
  const auto seconds = static_cast<time_t>(unix_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string date_of(const state::RunRow& run) {
  return run.run_date.empty() ? date_text(run.began_s) : run.run_date;
}

bool is_complete(int exit_code) {
  return exit_code == 0 || exit_code == kTooManyUnknown || exit_code == kGateTripped;
}

}  // namespace

Status Night::stop_writing(const Status& run) {
  if (run.ok()) unchecked_.take_checked(kNeverUs, checked_);
  writer_->add(checked_);
  note_all_checked();
  return unless_optional(writer_->stop());
}

// --- the comparison ------------------------------------------------------------------------------

// `ids`: those of the domains, in the same order.
std::vector<state::ListedDomain> Night::listed_now(std::vector<uint32_t>& ids) const {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(known_.size());
  for (uint32_t id = 0; id < known_.size(); ++id) {
    order.emplace_back(static_cast<uint64_t>(state::key_of(tables_.domains.name(DomainId(id)))),
                       id);
  }
  std::sort(order.begin(), order.end());
  std::vector<state::ListedDomain> listed;
  listed.reserve(order.size());
  constexpr uint32_t kRowsMax = std::numeric_limits<uint16_t>::max();
  for (const auto& [key, id] : order) {
    const uint32_t rows = rows_[id].load(std::memory_order_relaxed);
    listed.push_back({key, static_cast<uint16_t>(std::min(rows, kRowsMax))});
    ids.push_back(id);
  }
  return listed;
}

Result<std::vector<DomainChange>> Night::compare(Summary& summary) {
  NightTotals& totals = summary.night;
  totals.has_state = true;
  totals.has_last_run = last_.id != 0;
  std::vector<uint32_t> ids;
  next_.listed = listed_now(ids);
  std::vector<bool> was_listed(known_.size());
  std::vector<state::ListedDomain> vanished;
  size_t at = 0;
  for (const state::ListedDomain& before : listed_before_) {
    while (at < ids.size() && next_.listed[at].key < before.key) ++at;
    const bool is_here = at < ids.size() && next_.listed[at].key == before.key;
    if (is_here) {
      was_listed[ids[at]] = true;
    } else {
      vanished.push_back(before);
    }
  }
  std::vector<DomainChange> changes;
  for (uint32_t id = 0; id < known_.size(); ++id) {
    const DomainId domain(id);
    const DomainRecord& record = tables_.domains.record(domain);
    if (record.from_state) ++totals.from_state;
    const Action action = actions_[id];
    const bool is_stored = record.reason != Reason::kNotAttempted;
    if (is_stored && history_of(domain).action != action) {
      next_.new_actions.emplace_back(state::key_of(tables_.domains.name(domain)), action);
    }
    if (!totals.has_last_run) continue;
    DomainChange change = change_of(domain, was_listed[id]);
    count_change(change, totals);
    if (change.kind != DomainChange::Kind::kNone) changes.push_back(std::move(change));
  }
  if (!totals.has_last_run) return changes;
  totals.last_run_date = date_of(last_);
  totals.vanished = vanished.size();
  if (Status status = check_shift(was_listed); !status.ok()) return status;
  if (options_.state.changes_all && !options_.state.changes_path.empty()) {
    const Status status = unless_optional(add_vanished(vanished, changes));
    if (!status.ok()) return status;
  }
  return changes;
}

DomainChange Night::change_of(DomainId domain, bool was_listed) const {
  const state::DomainHistory& before = known_[domain.value()].history;
  DomainChange change;
  change.reason = tables_.domains.record(domain).reason;
  change.action = actions_[domain.value()];
  if (!was_listed || !before.has_base) {
    change.kind = DomainChange::Kind::kNew;
  } else {
    change.old_reason = before.base_reason;
    change.old_action = before.base_action;
    const bool is_changed = verdict_of(change.reason) != verdict_of(change.old_reason) ||
                            change.action != change.old_action;
    // Nothing was found out about it.
    if (!is_changed || change.reason == Reason::kNotAttempted) return change;
    change.kind = DomainChange::Kind::kChanged;
  }
  change.domain = to_text(tables_.domains.name(domain));
  change.since_s = history_of(domain).since_s;
  change.rows = rows_[domain.value()].load(std::memory_order_relaxed);
  return change;
}

void Night::count_change(const DomainChange& change, NightTotals& totals) const {
  switch (change.kind) {
    case DomainChange::Kind::kNone:
    case DomainChange::Kind::kVanished: return;
    case DomainChange::Kind::kNew: ++totals.appeared; return;
    case DomainChange::Kind::kChanged: break;
  }
  ++totals.changed;
  if (is_alive(change.old_reason) && is_dead(change.reason)) ++totals.went_dead;
  if (is_dead(change.old_reason) && is_alive(change.reason)) ++totals.recovered;
}

Status Night::add_vanished(const std::vector<state::ListedDomain>& vanished,
                           std::vector<DomainChange>& changes) {
  for (const state::ListedDomain& listed : vanished) {
    const auto found = state::domain_with(*write_database_, static_cast<int64_t>(listed.key));
    if (!found.ok()) return found.status();
    if (!found.value()) continue;  // forgotten since
    DomainChange change;
    change.kind = DomainChange::Kind::kVanished;
    change.domain = found.value()->name;
    change.old_reason = found.value()->reason;
    change.old_action = found.value()->action;
    change.rows = listed.rows;
    changes.push_back(std::move(change));
  }
  return {};
}

// A resolver that gives false answers to all moves the shares; the world does not, from one night
// to the next. A single domain is no shift, however short the list is.
Status Night::check_shift(const std::vector<bool>& was_listed) const {
  if (options_.state.accepts_shift || last_.how != how_) return {};
  std::array<int64_t, kVerdictCount> before{};
  std::array<int64_t, kVerdictCount> now{};
  int64_t domains = 0;
  for (uint32_t id = 0; id < known_.size(); ++id) {
    const state::DomainHistory& history = known_[id].history;
    const Reason reason = tables_.domains.record(DomainId(id)).reason;
    if (!was_listed[id] || !history.has_base || reason == Reason::kNotAttempted) continue;
    ++domains;
    ++before[static_cast<size_t>(verdict_of(history.base_reason))];
    ++now[static_cast<size_t>(verdict_of(reason))];
  }
  for (size_t i = 0; i < kVerdictCount; ++i) {
    const int64_t moved = std::abs(now[i] - before[i]);
    const auto share = [&](int64_t count) {
      return 100.0 * static_cast<double>(count) / static_cast<double>(domains);
    };
    if (moved <= 1 || share(moved) <= 100 * options_.state.shift_max) continue;
    std::array<char, 300> text{};
    std::snprintf(text.data(), text.size(),
                  "of the %lld domains that the run of %s had too, %.1f%% are %s now, %.1f%% were "
                  "then: more than --max-shift %.4g%% apart; nothing was written; look at the "
                  "resolver, or run again with --accept-shift",
                  static_cast<long long>(domains), date_of(last_).c_str(), share(now[i]),
                  std::string(name_of(static_cast<Verdict>(i))).c_str(), share(before[i]),
                  100 * options_.state.shift_max);
    return Status::resolver(text.data());
  }
  return {};
}

// --- the next baseline ---------------------------------------------------------------------------

Status Night::prepare_baseline(Summary& summary, int exit_code) {
  Status status;
  if (is_complete(exit_code) && why_off_.empty()) {
    next_.run = {.id = run_,
                 .run_id = options_.run_id,
                 .run_date = options_.run_date,
                 .began_s = now_s_,
                 .ended_s = std::max(now_s_, unix_now_s(options_)),
                 .exit_code = exit_code,
                 .rows = summary.rows,
                 .domains = known_.size(),
                 .how = how_};
    baseline_ = std::make_unique<state::BaselineChange>(*write_database_);
    status = unless_optional(baseline_->prepare(next_));
  }
  give_up_state(summary.night);
  return status;
}

Status Night::commit_baseline() {
  return baseline_ == nullptr ? Status() : unless_optional(baseline_->commit());
}

void Night::give_up_state(NightTotals& totals) {
  if (why_off_.empty()) return;
  baseline_.reset();
  const bool is_bad = has_bad_file();
  close();
  if (is_bad) move_aside(why_off_);
  totals.bad_state = why_off_;
}

// Nothing that no check covers was written, unless a resolver was used unchecked. But no check
// finds out that too much changed.
Status Night::end_failed(const Status& status, bool uses_unchecked) {
  if (writer_ == nullptr) return status;  // the file is moved away
  baseline_.reset();
  const Status writing = writer_->stop();
  if (status.code() != StatusCode::kResolver || !writing.ok()) return status;
  const bool is_shift = !next_.listed.empty();
  if (!is_shift && !uses_unchecked) return status;
  Status taken = writer_->take_back();
  // What an interrupted run of this night learned was compared too.
  if (taken.ok()) taken = state::doubt_answers_since(*write_database_, run_);
  if (taken.ok()) return status;
  return {status.code(),
          status.message() +
              "; what was learned could not be taken out of the state: " + taken.message()};
}

}  // namespace mxbulk::app
