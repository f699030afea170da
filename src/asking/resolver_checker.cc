#include "asking/resolver_checker.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <string_view>

#include "base/limits.h"

namespace mxbulk::asking {
namespace {

constexpr NameView kRootName("\0", 1);
constexpr size_t kFreshLetters = 12;  // of a name that no cache can know

}  // namespace

ResolverChecker::ResolverChecker(CheckSettings settings, const LookupSettings& lookup,
                                 int64_t budget_us, LookupRunner& runner,
                                 const table::DomainTable& domains, TraceSink* trace)
    : settings_(std::move(settings)),
      names_(lookup.upstream_names),
      qps_(lookup.qps),
      budget_us_(budget_us),
      runner_(runner),
      domains_(domains),
      trace_(trace),
      phase_(settings_.random ? Phase::kIdle : Phase::kOff),
      all_(names_.size()),
      given_(settings_.canaries.size(), LookupStatus::kTimeout),
      outage_(settings_.detects_outage) {
  assert(settings_.canaries.size() <= limits::kCanariesGivenMax);
}

void ResolverChecker::turn(const RunState& run) {
  run_ = run;
  if (!failure_.ok()) return;
  if (phase_ == Phase::kFirst && is_first_over()) {
    phase_ = Phase::kRunning;
    evaluate_given_canaries();
  }
  if (phase_ == Phase::kRunning && run.is_end) phase_ = Phase::kLast;
  switch (phase_) {
    case Phase::kOff:
    case Phase::kFirst: break;
    case Phase::kIdle:
      if (!run.all_begun) begin_first_checks();
      break;
    case Phase::kRunning: begin_due_checks(); break;
    case Phase::kLast: begin_last_checks(); break;
  }
  if (!run.is_end && !runner_.idle()) begin_liveness_tests();
  const bool nothing_runs = runner_.idle() && run.all_begun;
  if (outage_.wants_check(nothing_runs)) begin_outage_check();
}

// --- integrity: when -----------------------------------------------------------------------------

void ResolverChecker::begin_first_checks() {
  phase_ = Phase::kFirst;
  for (uint32_t i = 0; i < all_.size(); ++i) begin_check(i);
  wait_for_answers();
}

// A resolver that has answered something gets its full time for the canaries of the user.
bool ResolverChecker::is_first_over() const {
  return std::none_of(all_.begin(), all_.end(), [this](const Checked& one) {
    const bool has_canary_open = one.given_open > 0 && one.has_answered;
    const bool is_waiting = one.open + one.top_level_open > 0 && run_.now_us < wait_until_us_;
    return !one.is_excluded && (is_waiting || has_canary_open);
  });
}

void ResolverChecker::begin_due_checks() {
  for (uint32_t i = 0; i < all_.size(); ++i) {
    const Checked& one = all_[i];
    if (one.is_excluded || one.open > 0) continue;
    const bool is_wanted = run_.wants_check && one.integrity.has_unchecked();
    if (is_wanted || one.integrity.is_due(run_.now_us, run_.domains_begun)) begin_check(i);
  }
}

// They cover the answers since the check before.
void ResolverChecker::begin_last_checks() {
  bool has_more = false;
  for (uint32_t i = 0; i < all_.size(); ++i) {
    Checked& one = all_[i];
    if (one.is_excluded || one.has_begun_last_check || !one.integrity.has_unchecked()) continue;
    if (one.open > 0 && one.answers_random_names) continue;  // that check ends first
    one.has_begun_last_check = true;
    if (one.open == 0) begin_check(i);
    has_more = true;
  }
  if (has_more) wait_for_answers();
}

bool ResolverChecker::has_ended() const {
  if (phase_ == Phase::kOff || !failure_.ok()) return true;
  return std::none_of(all_.begin(), all_.end(), [this](const Checked& one) {
    if (one.is_excluded) return false;
    if (!one.has_begun_last_check) return one.integrity.has_unchecked();
    if (one.open > 0 && one.answers_random_names) return true;
    if (one.top_level_open > 0 && one.answers_top_level) return true;
    return one.open + one.top_level_open > 0 && run_.now_us < wait_until_us_;
  });
}

int64_t ResolverChecker::checked_until_us() const {
  if (!failure_.ok()) return 0;
  int64_t until_us = kNeverUs;
  for (const Checked& one : all_) {
    const int64_t good_us = one.integrity.good_check_us();
    const bool is_waiting = good_us != 0 && one.integrity.has_unchecked();
    if (!one.is_excluded && is_waiting) until_us = std::min(until_us, good_us);
  }
  return until_us;
}

bool ResolverChecker::uses_unchecked() const {
  return std::any_of(all_.begin(), all_.end(), [](const Checked& one) {
    return one.integrity.good_check_us() == 0 && one.integrity.has_unchecked();
  });
}

// With a rate limit the questions are sent one after the other.
void ResolverChecker::wait_for_answers() {
  wait_until_us_ = run_.now_us + limits::kFirstCheckWaitUs;
  if (qps_ == 0) return;
  int64_t questions = 0;
  for (const Checked& one : all_) questions += one.open + one.top_level_open;
  wait_until_us_ += questions * 1'000'000 / qps_;
}

int64_t ResolverChecker::next_wake_us() const {
  const bool waits = phase_ == Phase::kFirst || phase_ == Phase::kLast;
  return waits && run_.now_us < wait_until_us_ ? wait_until_us_ : kNeverUs;
}

// --- the questions -------------------------------------------------------------------------------

void ResolverChecker::begin_check(uint32_t upstream) {
  Checked& one = all_[upstream];
  one.integrity.begin_check(run_.now_us, run_.domains_begun);
  const DomainName name = *random_name(limits::kRandomNameLetters, kInvalid, settings_.random);
  ask(Topic::kRandomName, upstream, 0, name, RecordType::kA);
  ask_top_level_names(upstream);
  ask(Topic::kRoot, upstream, 0, DomainName::from_view(kRootName), RecordType::kSoa);
  for (uint32_t i = 0; i < settings_.canaries.size(); ++i) {
    ++one.given_open;
    ask(Topic::kGivenCanary, upstream, i, settings_.canaries[i], RecordType::kMx);
  }
  const size_t kept = std::min(one.canaries.size(), limits::kCanariesAtOnce);
  for (uint32_t i = 0; i < kept; ++i) {
    const NameView canary = domains_.name(one.canaries.next());
    ask(Topic::kKeptCanary, upstream, 0, DomainName::from_view(canary), RecordType::kMx);
  }
}

void ResolverChecker::ask_top_level_names(uint32_t upstream) {
  for (size_t i = 0; i < limits::kTopLevelNames; ++i) {
    const NameView under = kWithoutWildcard[next_top_level_++ % kWithoutWildcard.size()];
    const DomainName name = *random_name(limits::kRandomNameLetters, under, settings_.random);
    ask(Topic::kTopLevelName, upstream, 0, name, i % 2 == 0 ? RecordType::kA : RecordType::kAaaa);
  }
}

void ResolverChecker::begin_outage_check() {
  const std::vector<DomainName> canaries = fresh_names(limits::kOutageCanaries);
  outage_.begin_check(static_cast<uint32_t>(canaries.size()));
  ask(Topic::kOutageRoot, 0, 0, DomainName::from_view(kRootName), RecordType::kSoa);
  for (const DomainName& name : canaries) {
    ask(Topic::kOutageCanary, 0, 0, name, RecordType::kMx);
  }
}

// If the names of the last questions have no answer, a resolver looks dead that is not; the sole
// denial of another would then be believed.
void ResolverChecker::begin_liveness_tests() {
  if (all_.size() == 1) return;  // its denials need no other
  for (uint32_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_excluded || !runner_.wants_liveness_test(i)) continue;
    runner_.on_liveness_test(i);
    ask(Topic::kLiveness, i, 0, DomainName::from_view(kRootName), RecordType::kSoa);
  }
}

// Names under canaries that were never asked for, so that no cache has them.
std::vector<DomainName> ResolverChecker::fresh_names(size_t count) {
  std::vector<DomainName> names;
  const auto add = [&](NameView under) {
    if (names.size() == count) return;
    if (auto name = random_name(kFreshLetters, under, settings_.random)) names.push_back(*name);
  };
  if (phase_ == Phase::kOff) return names;
  for (const DomainName& canary : settings_.canaries) add(canary.view());
  for (size_t round = 0; round < count; ++round) {
    for (Checked& one : all_) {
      if (!one.is_excluded && round < one.canaries.size()) add(domains_.name(one.canaries.next()));
    }
  }
  return names;
}

void ResolverChecker::ask(Topic topic, uint32_t upstream, uint32_t canary, const DomainName& name,
                          RecordType type) {
  const Handle<TestQuery> handle = queries_.create();
  if (topic == Topic::kTopLevelName) {
    ++all_[upstream].top_level_open;
  } else if (is_integrity(topic)) {
    ++all_[upstream].open;
  }
  TestQuery& query = queries_[handle];
  query = {topic, static_cast<uint8_t>(upstream), canary, outage_.check(), name};
  LookupRequest request = request_for(topic, upstream);
  request.client = this;
  request.token = handle.packed();
  request.name = query.name.view();
  request.type = type;
  request.budget_us = budget_us_;
  request.is_test = true;
  runner_.start(request);
}

LookupRequest ResolverChecker::request_for(Topic topic, uint32_t upstream) const {
  // Sent whatever the window, which may be full of lost questions.
  if (topic == Topic::kLiveness) {
    return {.one_round = true,
            .only_upstream = static_cast<int>(upstream),
            .is_urgent = true,
            .is_liveness_test = true};
  }
  if (is_outage(topic)) {  // likewise, and to any resolver
    const bool has_answered = outage_.has_ever_answered();
    return {.attempts_max = has_answered ? limits::kOutageAttempts : limits::kFirstOutageAttempts,
            .one_silent_round = !has_answered,
            .is_urgent = true};
  }
  const bool is_first_canary = topic == Topic::kGivenCanary && phase_ == Phase::kFirst;
  const bool is_decisive = run_.is_end || is_first_canary;  // for the whole run: losses are common
  // One that is wanted must not wait for the questions before it, which a rate limit may hold long.
  return {.one_round = !is_decisive,
          .only_upstream = static_cast<int>(upstream),
          .is_urgent = run_.wants_check,
          .is_case_test = topic == Topic::kRandomName,
          .is_liveness_test = topic == Topic::kRoot};
}

// --- the outcomes --------------------------------------------------------------------------------

void ResolverChecker::on_lookup(const LookupReport& report) {
  const auto handle = Handle<TestQuery>::unpacked(report.token);
  const TestQuery query = queries_[handle];
  queries_.release(handle);
  if (is_down()) return;
  if (is_integrity(query.topic)) {
    on_integrity_outcome(query, report);
  } else if (is_outage(query.topic) && query.outage_check == outage_.check()) {
    on_outage_outcome(query.topic, report.outcome);
  }
}

void ResolverChecker::on_outage_outcome(Topic topic, const LookupOutcome& outcome) {
  if (is_temporary(outcome.status)) {
    outage_status_ = outcome.status;
    outage_rcode_ = outcome.rcode;
  }
  if (topic == Topic::kOutageRoot) {
    outage_.on_root(outcome.status);
  } else {
    outage_.on_canary(outcome.status);
  }
}

void ResolverChecker::on_integrity_outcome(const TestQuery& query, const LookupReport& report) {
  const LookupStatus status = report.outcome.status;
  Checked& one = all_[query.upstream];
  one.has_answered = one.has_answered || !is_temporary(status);
  --(query.topic == Topic::kTopLevelName ? one.top_level_open : one.open);
  switch (query.topic) {
    case Topic::kRandomName:
    case Topic::kTopLevelName: on_random_name(query, report); break;
    case Topic::kRoot: one.integrity.on_root(status); break;
    case Topic::kGivenCanary:
      --one.given_open;
      on_given_canary(query.upstream, query.canary, status);
      break;
    case Topic::kKeptCanary: one.integrity.on_kept_canary(status); break;
    case Topic::kLiveness:
    case Topic::kOutageRoot:
    case Topic::kOutageCanary: break;
  }
  if (one.is_excluded) return;
  const Misbehaviour misbehaviour = one.integrity.evaluate(one.open == 0);
  if (misbehaviour != Misbehaviour::kNone) {
    exclude(query.upstream, misbehaviour, one.integrity.harm());
  }
}

void ResolverChecker::on_random_name(const TestQuery& query, const LookupReport& report) {
  const LookupStatus status = report.outcome.status;
  Checked& one = all_[query.upstream];
  if (status == LookupStatus::kFound && !report.outcome.addresses.empty()) {
    one.false_answer = report.outcome.addresses.front().text() + " for " + query.name.text();
  }
  if (query.topic == Topic::kTopLevelName) {
    one.answers_top_level = !is_temporary(status);
    // No cache knows it, so the resolver is up; it may refuse the burst of questions that follows.
    if (one.answers_top_level) on_good_answer();
    one.integrity.on_top_level_name(status);
    return;
  }
  one.answers_random_names = !is_temporary(status);
  one.integrity.on_random_name(status);
  note_case(query.upstream, report);
}

void ResolverChecker::on_wildcard(uint8_t upstream, NameView name, const IpAddress& address,
                                  bool began_in_run) {
  const bool is_proof =
      began_in_run || std::any_of(kWithoutWildcard.begin(), kWithoutWildcard.end(),
                                  [name](NameView suffix) { return is_under(name, suffix); });
  Checked& one = all_[upstream];
  if (!is_proof || one.is_excluded) return;
  one.false_answer = address.text() + " for " + to_text(name);
  // Whatever the checks covered: other verdicts may rest on the same address.
  exclude(upstream, Misbehaviour::kAddressForAny, Harm::kSole);
}

void ResolverChecker::on_denial(uint32_t denied_by) {
  for (uint32_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_excluded) denied_by &= ~(1U << i);  // its agreement proves nothing
  }
  const bool is_shared = std::popcount(denied_by) > 1;
  for (uint32_t i = 0; i < all_.size(); ++i) {
    if ((denied_by >> i & 1U) != 0) all_[i].integrity.on_denial(is_shared);
  }
}

// A resolver that changed the case once may do so again: then its answers would be dropped, while a
// forger's chance is small.
void ResolverChecker::note_case(uint32_t upstream, const LookupReport& report) {
  if (!report.kept_case) return;
  Checked& one = all_[upstream];
  one.changes_case = one.changes_case || !*report.kept_case;
  runner_.set_keeps_case(upstream, !one.changes_case);
}

void ResolverChecker::on_given_canary(uint32_t upstream, uint32_t canary, LookupStatus status) {
  Checked& one = all_[upstream];
  one.integrity.on_given_canary(status);
  if (given_[canary] != LookupStatus::kFound) given_[canary] = status;
  const bool is_denied = !is_temporary(status) && status != LookupStatus::kFound;
  if (is_denied) one.denied_canary = canary;
}

// A canary that no resolver found and none denied, though they answer other questions.
void ResolverChecker::evaluate_given_canaries() {
  const bool has_answers = std::any_of(all_.begin(), all_.end(), [](const Checked& one) {
    return one.has_answered && !one.is_excluded;
  });
  if (!has_answers || !failure_.ok()) return;
  for (size_t i = 0; i < given_.size(); ++i) {
    if (!is_temporary(given_[i])) continue;
    failure_ = Status::resolver("the MX of the canary " + settings_.canaries[i].text() +
                                " cannot be found (" + std::string(name_of(given_[i])) +
                                "), though the resolver answers; name another canary or resolver");
  }
}

void ResolverChecker::exclude(uint32_t upstream, Misbehaviour misbehaviour, Harm harm) {
  Checked& one = all_[upstream];
  one.is_excluded = true;
  runner_.exclude(upstream);
  excluded_.push_back(names_[upstream] + " " + text_of(upstream, misbehaviour));
  if (trace_ != nullptr) trace_->on_rule(kRootName, "excluded: " + excluded_.back());
  // A denial that two resolvers agreed on is false only if both answer falsely.
  const bool has_harmed = harm == Harm::kSole || (harm == Harm::kShared && has_shared_harm_);
  has_shared_harm_ = has_shared_harm_ || harm == Harm::kShared;
  if (has_harmed) {
    failure_ =
        Status::resolver("answers became wrong during the run: the resolver " + excluded_.back() +
                         "; nothing of this run can be kept, run again with another "
                         "--resolver");
    return;
  }
  if (excluded_.size() == all_.size() && !run_.is_end) failure_ = none_left(misbehaviour);
}

Status ResolverChecker::none_left(Misbehaviour last) const {
  if (all_.size() == 1 && last == Misbehaviour::kDeniesGivenCanary) {
    return Status::resolver("the resolver " + excluded_.back() +
                            "; name one that has MX with --canary, or another --resolver");
  }
  std::string text = all_.size() == 1 ? "the resolver gives false answers: "
                                      : "all resolvers give false answers: ";
  for (size_t i = 0; i < excluded_.size(); ++i) text += (i == 0 ? "" : "; ") + excluded_[i];
  return Status::resolver(text + "; name another with --resolver");
}

std::string ResolverChecker::text_of(uint32_t upstream, Misbehaviour misbehaviour) const {
  switch (misbehaviour) {
    case Misbehaviour::kNone: break;
    case Misbehaviour::kAddressForAny:
      return "gave the address " + all_[upstream].false_answer + ", a name that does not exist";
    case Misbehaviour::kDeniesRoot:
      return "denies that the root of all names exists, as it would any name";
    case Misbehaviour::kDeniesGivenCanary:
      return "finds no MX for the canary " +
             settings_.canaries[all_[upstream].denied_canary].text();
    case Misbehaviour::kDeniesKeptCanary: return "denies MX that it gave earlier in this run";
  }
  return {};
}

}  // namespace mxbulk::asking
