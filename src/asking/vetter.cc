#include "asking/vetter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <string_view>

namespace mxbulk::asking {
namespace {

using namespace std::string_view_literals;

constexpr NameView kRootName = "\0"sv;
constexpr size_t kFreshLetters = 12;      // no cache has seen them
constexpr uint32_t kRoundsAtTheEnds = 2;  // of what decides about the whole run: losses are common

}  // namespace

Vetter::Vetter(VettingSettings settings, const LookupSettings& lookup, int64_t budget_us,
               OwnerToken first_owner, LookupRunner& runner, const table::DomainTable& domains,
               TraceSink* trace)
    : settings_(std::move(settings)),
      names_(lookup.upstream_names),
      qps_(lookup.qps),
      budget_us_(budget_us),
      first_owner_(first_owner),
      runner_(runner),
      domains_(domains),
      trace_(trace),
      all_(names_.size()),
      given_(settings_.canaries.size(), LookupStatus::kTimeout) {
  assert(settings_.canaries.size() <= limits::kCanariesGivenMax);
}

void Vetter::turn(const Moment& moment) {
  now_ = moment;
  if (!is_on() || !failure_.ok()) return;
  if (!has_begun_) {
    if (moment.is_wanted) begin_first_checks();
    return;
  }
  if (!is_first_over_) {
    is_first_over_ = std::none_of(all_.begin(), all_.end(),
                                  [this](const Watched& one) { return holds_up(one); });
    if (!is_first_over_) return;
    judge_given();
  }
  if (moment.is_end) {
    begin_last_checks();
    return;
  }
  for (uint32_t i = 0; i < all_.size(); ++i) {
    const Watched& one = all_[i];
    const bool is_free = !one.is_left_out && one.open == 0;
    if (is_free && one.honesty.is_due(moment.now_us, moment.domains_begun)) begin_check(i);
  }
}

void Vetter::on_denial(uint32_t denied_by) {
  for (uint32_t i = 0; i < all_.size(); ++i) {
    if (all_[i].is_left_out) denied_by &= ~(1U << i);  // its agreement is worth nothing
  }
  const bool is_shared = std::popcount(denied_by) > 1;
  for (uint32_t i = 0; i < all_.size(); ++i) {
    if ((denied_by >> i & 1U) != 0) all_[i].honesty.on_denial(is_shared);
  }
}

void Vetter::begin_first_checks() {
  has_begun_ = true;
  for (uint32_t i = 0; i < all_.size(); ++i) begin_check(i);
  hold_for_answers();
}

// So that the last stretch is covered too.
void Vetter::begin_last_checks() {
  bool has_more = false;  // that the end waits for
  for (uint32_t i = 0; i < all_.size(); ++i) {
    Watched& one = all_[i];
    if (one.is_left_out || one.was_checked_last || !one.honesty.has_unchecked()) continue;
    if (one.open > 0 && one.answers_probes) continue;  // that check first
    one.was_checked_last = true;
    if (one.open == 0) begin_check(i);
    has_more = true;
  }
  if (has_more) hold_for_answers();
  is_ending_ |= has_more;
}

// Under a rate the questions go out one after the other.
void Vetter::hold_for_answers() {
  hold_until_us_ = now_.now_us + limits::kVettingHoldUs;
  if (qps_ == 0) return;
  int64_t questions = 0;
  for (const Watched& one : all_) questions += one.open;
  hold_until_us_ += questions * 1'000'000 / qps_;
}

void Vetter::begin_check(uint32_t upstream) {
  Watched& one = all_[upstream];
  one.honesty.begin_check(now_.now_us, now_.domains_begun);
  one.probe = *made_up_name(limits::kProbeLetters, kInvalid, settings_.random);
  ask(upstream, kProbe, one.probe.view(), RecordType::kA);
  ask(upstream, kRoot, kRootName, RecordType::kSoa);
  for (uint32_t i = 0; i < settings_.canaries.size(); ++i) {
    ++one.given_open;
    ask(upstream, kGiven + i, settings_.canaries[i].view(), RecordType::kMx);
  }
  const size_t kept = std::min(one.canaries.size(), limits::kCanariesAtOnce);
  for (uint32_t i = 0; i < kept; ++i) {
    ask(upstream, kKept + i, domains_.name(one.canaries.next()), RecordType::kMx);
  }
}

void Vetter::ask(uint32_t upstream, uint32_t question, NameView name, RecordType type) {
  ++all_[upstream].open;
  const bool is_given = question >= kGiven && question < kKept;
  const bool counts_most = now_.is_end || (is_given && !is_first_over_);
  runner_.start({.owner = first_owner_ + upstream * kQuestionsMax + question,
                 .name = name,
                 .type = type,
                 .budget_us = budget_us_,
                 .rounds = counts_most ? kRoundsAtTheEnds : 1,
                 .only_upstream = static_cast<int>(upstream),
                 .is_own = true,
                 .is_probe = question == kProbe});
}

void Vetter::on_own(uint32_t number, const LookupReport& report) {
  const uint32_t upstream = number / kQuestionsMax;
  const uint32_t question = number % kQuestionsMax;
  const LookupStatus status = report.outcome.status;
  Watched& one = all_[upstream];
  --one.open;
  if (!is_temporary(status)) one.has_answered = true;
  if (question == kProbe) {
    one.answers_probes = !is_temporary(status);
    one.honesty.on_probe(status);
    note_case(upstream, report);
  } else if (question == kRoot) {
    one.honesty.on_root(status);
  } else if (question < kKept) {
    --one.given_open;
    on_given(upstream, question - kGiven, status);
  } else {
    one.honesty.on_kept_canary(status);
  }
  if (one.is_left_out) return;
  const Lie lie = one.honesty.judge(one.open == 0);
  if (lie != Lie::kNone) leave_out(upstream, lie);
}

// Who folded the letters once may do so again: a forger's chance is small, a lost answer is sure.
void Vetter::note_case(uint32_t upstream, const LookupReport& report) {
  if (!report.kept_case) return;
  Watched& one = all_[upstream];
  one.folds_case = one.folds_case || !*report.kept_case;
  runner_.set_keeps_case(upstream, !one.folds_case);
}

void Vetter::on_given(uint32_t upstream, uint32_t canary, LookupStatus status) {
  Watched& one = all_[upstream];
  one.honesty.on_given_canary(status);
  if (given_[canary] != LookupStatus::kFound) given_[canary] = status;
  const bool is_denied = !is_temporary(status) && status != LookupStatus::kFound;
  if (is_denied) one.denied_given = canary;
}

// A canary that nobody found and nobody denied, though somebody answers other questions.
void Vetter::judge_given() {
  const bool somebody_answers = std::any_of(all_.begin(), all_.end(), [](const Watched& one) {
    return one.has_answered && !one.is_left_out;
  });
  if (!somebody_answers || !failure_.ok()) return;
  for (size_t i = 0; i < given_.size(); ++i) {
    if (!is_temporary(given_[i])) continue;
    failure_ = Status::resolver("the MX of the canary " + settings_.canaries[i].text() +
                                " cannot be found (" + std::string(name_of(given_[i])) +
                                "), though the resolver answers; name another canary or resolver");
  }
}

void Vetter::leave_out(uint32_t upstream, Lie lie) {
  Watched& one = all_[upstream];
  one.is_left_out = true;
  runner_.leave_out(upstream);
  left_out_.push_back(names_[upstream] + " " + deed(upstream, lie));
  if (trace_ != nullptr) trace_->on_rule(kRootName, "left out: " + left_out_.back());
  const Harm harm = one.honesty.harm();
  // A denial that two agreed on is false only where both lie.
  const bool has_harmed = harm == Harm::kSole || (harm == Harm::kShared && has_shared_harm_);
  has_shared_harm_ = has_shared_harm_ || harm == Harm::kShared;
  if (has_harmed) {
    failure_ = Status::resolver("answers turned bad in mid-run: the resolver " + left_out_.back() +
                                "; nothing of this run can be kept, run again with another "
                                "--resolver");
    return;
  }
  const bool nobody_is_left = left_out_.size() == all_.size();
  if (nobody_is_left && !now_.is_end) failure_ = nobody_honest(lie);
}

Status Vetter::nobody_honest(Lie last) const {
  if (all_.size() == 1 && last == Lie::kDeniesGiven) {
    return Status::resolver("the resolver " + left_out_.back() +
                            "; name one that has MX with --canary, or another --resolver");
  }
  std::string text = all_.size() == 1 ? "the resolver lies: " : "all resolvers lie: ";
  for (size_t i = 0; i < left_out_.size(); ++i) text += (i == 0 ? "" : "; ") + left_out_[i];
  return Status::resolver(text + "; name another with --resolver");
}

std::string Vetter::deed(uint32_t upstream, Lie lie) const {
  switch (lie) {
    case Lie::kNone: break;
    case Lie::kAddressForAll: return "gave an address for a name that cannot exist (RFC 6761 §6.4)";
    case Lie::kDeniesRoot: return "denies that the root of all names exists, as it would any name";
    case Lie::kDeniesGiven:
      return "finds no MX for the canary " + settings_.canaries[all_[upstream].denied_given].text();
    case Lie::kDeniesKept: return "denies MX that it gave earlier in this run";
  }
  return {};
}

bool Vetter::holds_start() const {
  return is_on() && !is_first_over_;
}

bool Vetter::holds_up(const Watched& one) const {
  const bool is_canary_open = one.given_open > 0 && one.has_answered;
  return !one.is_left_out && one.open > 0 && (now_.now_us < hold_until_us_ || is_canary_open);
}

bool Vetter::has_ended() const {
  if (!is_on() || !failure_.ok()) return true;
  return std::none_of(all_.begin(), all_.end(), [this](const Watched& one) {
    if (one.is_left_out) return false;
    if (!one.was_checked_last) return one.honesty.has_unchecked();
    return one.open > 0 && (one.answers_probes || now_.now_us < hold_until_us_);
  });
}

int64_t Vetter::next_wake_us() const {
  const bool holds = has_begun_ && (!is_first_over_ || is_ending_);
  return holds && now_.now_us < hold_until_us_ ? hold_until_us_ : TimerWheel<int>::kNever;
}

std::vector<DomainName> Vetter::fresh_names(size_t count) {
  std::vector<DomainName> names;
  const auto add = [&](NameView under) {
    if (names.size() == count) return;
    if (auto name = made_up_name(kFreshLetters, under, settings_.random)) names.push_back(*name);
  };
  if (!is_on()) return names;
  for (const DomainName& canary : settings_.canaries) add(canary.view());
  for (size_t round = 0; round < count; ++round) {
    for (Watched& one : all_) {
      if (!one.is_left_out && round < one.canaries.size()) add(domains_.name(one.canaries.next()));
    }
  }
  return names;
}

}  // namespace mxbulk::asking
