#include "app/night.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/wall_clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "model/outcome_table.h"
#include "state/state_file.h"

namespace mxbulk::app {
namespace {

// Settings that change what an answer says: one that was given with others is not used.
uint32_t key_of_settings(const ProbeOptions& probe) {
  if (probe.depth == ProbeDepth::kOff && probe.allow_nets.empty()) return 0;
  std::string text = std::to_string(static_cast<int>(probe.depth));
  if (probe.depth != ProbeDepth::kOff) text += ":" + std::to_string(probe.port);
  std::vector<std::string> nets = probe.allow_nets;
  std::sort(nets.begin(), nets.end());
  for (const std::string& net : nets) text += " " + net;
  return (static_cast<uint32_t>(hash_bytes(text)) & 0x7FFF'FFFF) | 1U;  // not 0, nor kNeverUsed
}

// A check asks some five questions. With a low rate limit they must not take much of it.
int64_t check_period_us(int64_t qps) {
  constexpr int64_t kQuestions = 5;
  const int64_t by_rate = qps > 0 ? kQuestions * limits::kStateCheckShare * 1'000'000 / qps : 0;
  return std::max(limits::kStateCheckUs, by_rate);
}

}  // namespace

Night::Night(const Options& options, const Tables& tables)
    : options_(options),
      tables_(tables),
      now_s_(unix_now_s(options)),
      how_(key_of_settings(options.probe)),
      rules_{.dead_after_runs = options.state.dead_after_runs,
             .dead_after_s = options.state.dead_after_s},
      check_period_us_(check_period_us(options.dns.qps)) {}

Night::~Night() = default;

Result<std::unique_ptr<Night>> Night::open(const Options& options, const Tables& tables,
                                           Refused& refused) {
  std::unique_ptr<Night> night;
  if (options.state.path.empty()) return night;
  night.reset(new Night(options, tables));
  if (Status status = night->connect(refused); !status.ok()) return status;
  if (!refused.why.empty()) night.reset();
  return night;
}

Status Night::connect(Refused& refused) {
  const std::string& path = options_.state.path;
  state::Opened opened = state::open_state(path);
  const auto load = [&]() -> Status {
    if (!opened.status.ok()) return opened.status;
    write_database_ = std::move(opened.database);
    opened = state::open_for_reading(path);
    if (!opened.status.ok()) return opened.status;
    read_database_ = std::move(opened.database);
    const Result<state::RunRow> last = state::last_run(*read_database_);
    if (!last.ok()) return last.status();
    last_ = last.value();
    run_ = last_.id + 1;
    Result<std::vector<state::ListedDomain>> listed =
        state::listed_domains(*read_database_, last_.id);
    if (!listed.ok()) return listed.status();
    listed_before_ = std::move(listed.value());
    reader_ = std::make_unique<state::DomainReader>(*read_database_, last_.id);
    return reader_->load_before();
  };
  const Status status = load();
  if (status.ok()) {
    writer_ = std::make_unique<state::StateWriter>(
        *write_database_,
        [this](DomainId domain, state::DomainRow& row) { return row_of(domain, row); },
        [this](HostId host, bool with_address) { return host_row(host, with_address); });
    return {};
  }
  if (!options_.state.is_optional || status.code() != StatusCode::kInternal) return status;
  const bool is_bad = opened.is_bad || has_bad_file();
  opened.database.reset();
  close();
  refused.why = status.message();
  if (is_bad) move_aside(refused.why);
  return {};
}

bool Night::has_bad_file() const {
  return (write_database_ != nullptr && write_database_->is_bad()) ||
         (read_database_ != nullptr && read_database_->is_bad());
}

void Night::close() {
  last_work_.reset();
  baseline_.reset();
  writer_.reset();
  reader_.reset();
  read_database_.reset();
  write_database_.reset();
}

void Night::move_aside(std::string& why) const {
  const Result<std::string> moved = state::move_aside(options_.state.path, now_s_);
  why += "; " + (moved.ok() ? "moved to " + moved.value() : moved.status().message());
}

Status Night::unless_optional(const Status& status) {
  if (status.ok() || !options_.state.is_optional) return status;
  if (why_off_.empty()) why_off_ = status.message();
  return {};
}

Status Night::start(Hooks hooks) {
  hooks_ = std::move(hooks);
  const bool is_optional = options_.state.is_optional;
  Result<std::unique_ptr<output::LastWork>> last =
      output::LastWork::prepare([this] { write_checked(); });
  if (!last.ok()) return last.status();
  last_work_ = std::move(last.value());
  return writer_->start([this, is_optional] {
    if (!is_optional) hooks_.on_failure();
  });
}

// What is decided by now needs a check first. If none comes in time, it is lost.
void Night::write_checked() {
  is_ending_.store(true);
  hooks_.wake_loop();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(limits::kStateLastCheckMs),
                      [this] { return is_all_checked_; });
  }
  writer_->flush();
}

// --- reader thread -------------------------------------------------------------------------------

Status Night::take(const Block& block) {
  const uint32_t end = tables_.domains.size();
  const uint32_t first = known_.size();
  while (known_.size() < end) {
    known_.prepare();
    known_.publish();
    rows_.prepare();
    rows_.publish();
  }
  uint64_t rows = 0;
  for (const RowKey key : block.keys) {
    if (key.is_passed()) continue;
    ++rows;
    if (key.is_invalid()) continue;
    std::atomic<uint32_t>& count = rows_[key.domain().value()];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  all_rows_.store(all_rows_.load(std::memory_order_relaxed) + rows, std::memory_order_relaxed);
  if (first == end) return {};
  if (why_off_.empty()) {
    if (Status status = unless_optional(find_sorted(first, end)); !status.ok()) return status;
  }
  looked_up_.store(end, std::memory_order_release);
  return {};
}

Status Night::find_sorted(uint32_t first, uint32_t end) {
  wanted_.clear();
  for (uint32_t id = first; id < end; ++id) {
    wanted_.push_back({state::key_of(tables_.domains.name(DomainId(id))), id});
  }
  std::sort(wanted_.begin(), wanted_.end());
  return reader_->find(
      wanted_, [this](uint32_t id) { return tables_.domains.name(DomainId(id)); },
      [this](const state::WantedKey& wanted, state::Found& found) {
        return take_found(wanted, found);
      });
}

Status Night::take_found(const state::WantedKey& wanted, state::Found& found) {
  Known& known = known_[wanted.id];
  known.history = found.history;
  const bool may_be_used =
      found.answer.how == how_ && state::is_usable(found.answer, found.history.action,
                                                   options_.state.max_age_s, wanted.key, now_s_);
  if (!may_be_used) return {};
  const Result<bool> has_hosts = reader_->load_hosts(found);
  if (!has_hosts.ok()) return has_hosts.status();
  const state::StoredHost* const best = found.answer.best;
  if (!has_hosts.value() || (best != nullptr && !best->address)) return {};
  known.answer = std::make_unique<state::StoredAnswer>(std::move(found.answer));
  return {};
}

void Night::end_count() {
  const std::lock_guard lock(mutex_);
  is_counted_ = true;
  changed_.notify_all();
}

// --- loop thread ---------------------------------------------------------------------------------

HostId Night::host_id(state::StoredHost& host) {
  if (!host.id.valid()) {
    host.id = tables_.hosts.intern(host.name.view()).id;
    if (host.address) tables_.hosts.set_address(host.id, *host.address);
  }
  return host.id;
}

bool Night::recall(DomainId domain, DomainRecord& record) {
  Known& known = known_[domain.value()];
  if (known.answer == nullptr) return false;
  const std::unique_ptr<state::StoredAnswer> answer = std::move(known.answer);
  known.is_recalled = true;
  exchanges_.clear();
  for (state::StoredHost* exchange : answer->exchanges) exchanges_.push_back(host_id(*exchange));
  record = DomainRecord();
  record.exchanges = exchanges_.data();
  record.exchange_count = static_cast<uint16_t>(exchanges_.size());
  record.mx_count = answer->mx_count;
  record.lints = answer->lints;
  record.reason = answer->reason;
  record.rcode = answer->rcode;
  record.ttl_s = answer->ttl_s;
  record.checked_at_s = answer->asked_at_s;
  record.probe = answer->probe;
  record.probe_ms = answer->probe_ms;
  if (answer->best != nullptr) record.best = host_id(*answer->best);
  // What an interrupted run learned counts as this run's: resumed, it writes the same.
  record.from_state = answer->run <= last_.id;
  return true;
}

void Night::on_decided(DomainId domain, const DomainRecord& record) {
  if (record.reason == Reason::kNotAttempted || known_[domain.value()].is_recalled) return;
  unchecked_.add(domain);
}

void Night::after_turn(int64_t now_us, int64_t checked_until_us) {
  unchecked_.end_turn(now_us);
  unchecked_.take_checked(checked_until_us, checked_);
  writer_->add(checked_);
  if (is_ending_.load() && ending_us_ == kNeverUs) {
    ending_us_ = now_us;
    check_period_us_ = limits::kStateLastCheckRetryUs;
    check_due_us_ = kNeverUs;
  }
  const int64_t first_us = unchecked_.first_us();
  if (first_us > ending_us_) note_all_checked();
  if (first_us == kNeverUs) {
    check_due_us_ = kNeverUs;
  } else if (check_due_us_ == kNeverUs) {
    check_due_us_ = first_us + check_period_us_;
  } else if (now_us >= check_due_us_) {
    check_due_us_ = now_us + check_period_us_;  // that check has begun
  }
}

void Night::note_all_checked() {
  const std::lock_guard lock(mutex_);
  is_all_checked_ = true;
  changed_.notify_all();
}

// --- writer's thread -----------------------------------------------------------------------------

uint32_t Night::asked_at_s(const DomainRecord& record) const {
  return record.checked_at_s != 0 ? record.checked_at_s : static_cast<uint32_t>(now_s_);
}

state::DomainHistory Night::history_of(DomainId domain) const {
  const Known& known = known_[domain.value()];
  const DomainRecord& record = tables_.domains.record(domain);
  if (known.is_recalled || record.reason == Reason::kNotAttempted) return known.history;
  return state::after_lookup(known.history, record.reason, asked_at_s(record), run_);
}

bool Night::must_count_rows(DomainId domain) {
  const Reason reason = tables_.domains.record(domain).reason;
  const Action plain = outcome_of(reason).action;
  if (!state::may_be_first_bad_night(known_[domain.value()].history, plain)) return false;
  const std::lock_guard lock(mutex_);
  return !is_counted_;
}

bool Night::wait_for_count() {
  hooks_.on_wait(true);
  bool is_counted = false;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_counted_ || is_aborted_; });
    is_counted = is_counted_;
  }
  hooks_.on_wait(false);
  return is_counted;
}

void Night::complete(DomainId domain, DomainReport& report) {
  const state::DomainHistory& before = known_[domain.value()].history;
  Action action = action_of(report.reason, report.lints, !report.suggestion.empty());
  if (report.reason != Reason::kNotAttempted) {
    action = state::action_by_evidence(action, history_of(domain), rules_, now_s_);
    const uint32_t rows = rows_[domain.value()].load(std::memory_order_relaxed);
    if (state::may_be_first_bad_night(before, action) &&
        state::is_large_share(rows, all_rows_.load(std::memory_order_relaxed))) {
      action = Action::kRetry;
    }
  }
  report.action = action;
  report.previous_verdict.reset();
  if (before.has_base) report.previous_verdict = verdict_of(before.base_reason);
  actions_.grow_to(domain.value()) = action;
}

void Night::abort() {
  const std::lock_guard lock(mutex_);
  is_aborted_ = true;
  changed_.notify_all();
}

// --- state thread --------------------------------------------------------------------------------

bool Night::row_of(DomainId domain, state::DomainRow& row) const {
  const Known& known = known_[domain.value()];
  row.name = tables_.domains.name(domain);
  row.key = state::key_of(row.name);
  row.record = tables_.domains.record(domain);
  row.before = known.history;
  row.history = history_of(domain);
  row.how = how_;
  const int64_t usable_s = state::usable_for_s(row.record.reason, row.history.action,
                                               row.record.ttl_s, options_.state.max_age_s, row.key);
  if (usable_s > 0) row.valid_until_s = static_cast<uint32_t>(asked_at_s(row.record) + usable_s);
  return true;
}

state::HostRow Night::host_row(HostId host, bool with_address) const {
  state::HostRow row;
  row.name = tables_.hosts.name(host);
  row.provider = tables_.enricher.provider_of(to_text(row.name));
  const IpAddress* const address = with_address ? tables_.hosts.address(host) : nullptr;
  if (address != nullptr) row.address = *address;
  return row;
}

}  // namespace mxbulk::app
