#include "asking/lookup_runner.h"

#include <algorithm>
#include <cassert>

#include "asking/answer_text.h"

namespace mxbulk::asking {

using Step = Lookup::Step;

LookupRunner::LookupRunner(LookupSettings settings, DnsTransport& transport,
                           table::HostTable& hosts, LookupSink& sink, TraceSink* trace)
    : settings_(std::move(settings)),
      transport_(transport),
      hosts_(hosts),
      sink_(sink),
      trace_(trace),
      upstreams_(settings_.upstream_names.size(), settings_.concurrency),
      rate_(settings_.qps),
      queues_(upstreams_.size()),
      answer_(std::make_unique<dns::Answer>()) {
  assert(upstreams_.size() >= 1 && upstreams_.size() <= 32);
  settings_.policy.upstreams = static_cast<uint8_t>(upstreams_.size());
}

void LookupRunner::start(const Question& question) {
  uint32_t index;
  if (free_slots_.empty()) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& slot = slots_[index];
  const uint32_t generation = slot.generation;
  const uint32_t timer = slot.timer;
  slot = Slot();
  slot.generation = generation;
  slot.timer = timer;
  slot.owner = question.owner;
  slot.name = question.name;
  slot.type = question.type;
  slot.budget_us = question.budget_us;
  slot.rounds_max = question.rounds;
  slot.avoid_upstream = static_cast<int8_t>(question.avoid_upstream);
  slot.only_upstream = static_cast<int8_t>(question.only_upstream);
  slot.is_urgent = question.is_urgent;
  slot.is_own = question.is_own;
  slot.is_probe = question.is_probe;
  ++active_;
  begin_round(index);
}

// Of the one that a new question would go to: what waits for another holds nobody up.
bool LookupRunner::has_room() const {
  return rate_.may_send() && is_roomy(upstreams_.choose(-1, now_us_, queues_));
}

bool LookupRunner::is_roomy(size_t upstream) const {
  return queues_[upstream].empty() && upstreams_[upstream].has_room();
}

void LookupRunner::turn(int64_t now_us, bool nothing_else) {
  now_us_ = now_us;
  rate_.refill(now_us);
  timers_.advance(now_us, [this](TimerKey key) {
    if (slots_[key.slot].timer == key.timer) on_timer(key.slot);
  });
  wake_parked(nothing_else);
  turn_away_from_the_silent();
  send_queued();
}

int64_t LookupRunner::next_wake_us() const {
  int64_t next = timers_.next_due_us();
  if (!parked_.empty()) next = std::min(next, parked_.front().due_us);
  // Not only for what is queued: a new domain may be waiting for has_room().
  if (!rate_.may_send()) next = std::min(next, now_us_ + rate_.wait_us());
  return next;
}

void LookupRunner::begin_round(uint32_t index) {
  Slot& slot = slots_[index];
  const uint8_t upstream = slot.only_upstream >= 0
                               ? static_cast<uint8_t>(slot.only_upstream)
                               : upstreams_.choose(slot.avoid_upstream, now_us_, queues_);
  act(index,
      slot.lookup.begin_round(policy_of(slot), upstream, upstreams_[upstream].retransmit_us()));
}

void LookupRunner::act(uint32_t index, Step step) {
  switch (step) {
    case Step::kSend: send_or_queue(index); return;
    case Step::kWait: return;
    case Step::kPark: park(index); return;
    case Step::kDone: finish_with_answer(index); return;
    case Step::kFailed:
      if (!slots_[index].is_own) sink_.on_round_failed();
      finish_failed(index, slots_[index].lookup.failure());
      return;
  }
}

void LookupRunner::send_or_queue(uint32_t index) {
  Slot& slot = slots_[index];
  ++slot.timer;  // whatever ran, the next try has a timer of its own
  const size_t upstream = slot.lookup.next_try().upstream;
  if ((is_roomy(upstream) && rate_.may_send()) || slot.is_urgent) {
    send(index);
    return;
  }
  stop_clock(slot);
  slot.is_queued = true;
  queues_[upstream].push_back({index, slot.generation, ++slot.queuing});
}

void LookupRunner::send(uint32_t index) {
  Slot& slot = slots_[index];
  const Try next = slot.lookup.next_try();
  if (slot.asking_since_us < 0) slot.asking_since_us = now_us_;
  if (++slot.tries > 1) ++counters_.retries;
  ++counters_.queries;
  upstreams_[next.upstream].on_sent();
  slot.is_queued = false;
  rate_.on_sent();
  timers_.add(now_us_ + next.wait_us, {index, slot.timer});
  if (trace_ != nullptr && !slot.is_own) {
    trace_->on_query(slot.name, slot.type, settings_.upstream_names[next.upstream], next.proto);
  }
  const bool over_tcp = next.proto == Proto::kTcp;
  const LetterCase letter_case = letter_case_of(slot, next);
  slot.flight = take_flight({.slot = index,
                             .generation = slot.generation,
                             .sent_us = now_us_,
                             .upstream = next.upstream,
                             .over_tcp = over_tcp,
                             .with_edns = next.edns,
                             .in_mixed_case = letter_case == LetterCase::kMixed,
                             .is_plain = !next.mixed_case && !over_tcp && !slot.is_probe});
  transport_.ask({.ticket = slot.flight,
                  .name = slot.name,
                  .type = slot.type,
                  .upstream = next.upstream,
                  .proto = next.proto,
                  .edns = next.edns,
                  .letter_case = letter_case,
                  .timeout_us = settings_.listen_us()});
}

// A copy over TCP cannot be forged by who does not see it.
LetterCase LookupRunner::letter_case_of(const Slot& slot, const Try& next) const {
  if (next.proto == Proto::kTcp) return LetterCase::kLower;
  if (slot.is_probe) return LetterCase::kProbe;
  const bool is_mixed = next.mixed_case && upstreams_.keeps_case(next.upstream);
  return is_mixed ? LetterCase::kMixed : LetterCase::kLower;
}

uint32_t LookupRunner::take_flight(const Flight& flight) {
  if (free_flights_.empty()) {
    flights_.push_back(flight);
    return static_cast<uint32_t>(flights_.size() - 1);
  }
  const uint32_t index = free_flights_.back();
  free_flights_.pop_back();
  flights_[index] = flight;
  return index;
}

// The window has room for another: it was answered, or is given up for lost.
void LookupRunner::settle(Flight& flight) {
  if (!flight.counts) return;
  flight.counts = false;
  upstreams_[flight.upstream].on_settled();
}

// One of each in turn: under a rate no resolver's queue may starve another's.
void LookupRunner::send_queued() {
  size_t idle_queues = 0;
  while (idle_queues < queues_.size() && rate_.may_send()) {
    idle_queues = send_first_of(next_queue_) ? 0 : idle_queues + 1;
    next_queue_ = (next_queue_ + 1) % queues_.size();
  }
}

// False where nobody waits for that upstream, or it has no room.
bool LookupRunner::send_first_of(size_t upstream) {
  Queue& queue = queues_[upstream];
  while (!queue.empty() && upstreams_[upstream].has_room()) {
    const Queued entry = queue.front();
    queue.pop_front();
    if (!still_waits(entry)) continue;
    send(entry.slot);
    return true;
  }
  return false;
}

bool LookupRunner::still_waits(const Queued& entry) const {
  const Slot& slot = slots_[entry.slot];
  return slot.generation == entry.generation && slot.queuing == entry.queuing && slot.is_queued;
}

// A resolver that fell silent has little room: its queue would last for hours.
void LookupRunner::turn_away_from_the_silent() {
  const uint32_t silent = upstreams_.silent(now_us_);
  const bool others_answer = (upstreams_.trusted(now_us_) & ~silent) != 0;
  for (size_t i = 0; i < queues_.size(); ++i) {
    const bool has_lost = (lost_by_ & silent) >> i & 1U;
    if ((has_lost && others_answer) || upstreams_.is_left_out(i)) turn_away_queue(i);
  }
  lost_by_ = 0;
}

void LookupRunner::turn_away_queue(size_t upstream) {
  Queue queue;
  queue.swap(queues_[upstream]);
  for (const Queued& entry : queue) {
    if (!still_waits(entry)) continue;
    Slot& slot = slots_[entry.slot];
    const Step step = slot.lookup.on_no_room(policy_of(slot));
    if (step == Step::kWait) {
      queues_[upstream].push_back(entry);
    } else {
      slot.is_queued = false;
      act(entry.slot, step);
    }
  }
}

// The newest try is taken for lost and makes room; its answer is still good if it comes after all.
void LookupRunner::on_timer(uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.flight != kNoFlight) {
    settle(flights_[slot.flight]);
    flights_[slot.flight].given_up = true;
    slot.flight = kNoFlight;
    const uint8_t upstream = slot.lookup.next_try().upstream;
    if (!slot.is_own) {  // a resolver that drops such questions has not lost any
      upstreams_[upstream].on_loss(now_us_);
      lost_by_ |= 1U << upstream;
    }
  }
  if (is_out_of_time(slot)) {
    act(index, slot.lookup.give_up());
  } else {
    act(index, slot.lookup.on_timer(policy_of(slot)));
  }
}

void LookupRunner::on_reply(const DnsReply& reply) {
  const auto index = static_cast<uint32_t>(reply.ticket);
  settle(flights_[index]);
  const Flight flight = flights_[index];
  free_flights_.push_back(index);
  Slot& slot = slots_[flight.slot];
  if (slot.flight == index) slot.flight = kNoFlight;
  switch (reply.kind) {
    case ReplyKind::kTimeout:  // the lookup's own timer is never later
      upstreams_[flight.upstream].on_loss_confirmed();
      return;
    case ReplyKind::kLocalTrouble:  // the timer sends again
      upstreams_[flight.upstream].on_unreachable(now_us_);
      lost_by_ |= 1U << flight.upstream;
      return;
    case ReplyKind::kBytes: on_bytes(flight, reply); return;
  }
}

void LookupRunner::on_bytes(const Flight& flight, const DnsReply& reply) {
  constexpr uint16_t kFormErr = 1;
  constexpr uint16_t kNotImp = 4;
  constexpr uint16_t kBadVers = 16;  // RFC 6891 §9
  ++counters_.answers;
  Slot& slot = slots_[flight.slot];
  if (slot.generation != flight.generation) {  // another copy was answered before
    count_answer(flight);
    return;
  }
  if (upstreams_.is_left_out(flight.upstream)) return;  // the timer asks another
  dns::read_answer(reply.bytes, slot.name, slot.type, *answer_);
  slot.rcode = static_cast<uint8_t>(answer_->rcode);
  slot.upstream = flight.upstream;
  if (slot.is_probe && !flight.over_tcp) slot.kept_case = reply.kept_case;
  if (trace_ != nullptr && !slot.is_own) trace_answer(slot);
  const bool is_good = answer_->truncated || !is_temporary(answer_->status);
  const uint16_t rcode = answer_->rcode;
  const bool dislikes_edns = rcode == kFormErr || rcode == kNotImp || rcode == kBadVers;
  if (is_good) {
    count_answer(flight);
    if (flight.is_plain && upstreams_.keeps_case(flight.upstream)) {
      upstreams_.on_mixed_unheard(flight.upstream);
    }
    // What is truncated has no other use than to show that somebody is there.
    if (!slot.is_own || answer_->truncated) sink_.on_good_answer();
  } else if (!(dislikes_edns && flight.with_edns)) {
    upstreams_[flight.upstream].on_failure();
  }
  // Its round has failed: only what is final helps now.
  if (slot.is_parked && (!is_good || answer_->truncated)) return;
  const Step step = slot.lookup.on_answer(policy_of(slot), flight.upstream,
                                          {.status = answer_->status,
                                           .truncated = answer_->truncated,
                                           .dislikes_edns = dislikes_edns,
                                           .over_tcp = flight.over_tcp,
                                           .with_edns = flight.with_edns});
  // What changes nothing leaves a lookup in the slow lane, where it has its next turn.
  if (step != Step::kWait) unpark(slot);
  act(flight.slot, step);
}

void LookupRunner::count_answer(const Flight& flight) {
  if (flight.in_mixed_case) upstreams_.on_mixed_answered(flight.upstream);
  Upstream& upstream = upstreams_[flight.upstream];
  const int64_t rtt_us = now_us_ - flight.sent_us;
  if (flight.given_up) {
    upstream.on_late_answer(now_us_, rtt_us);
  } else {
    upstream.on_answer(now_us_, rtt_us);
  }
}

void LookupRunner::park(uint32_t index) {
  Slot& slot = slots_[index];
  pause(slot);
  slot.is_parked = true;
  ++parked_count_;
  parked_.push_back({index, slot.generation, ++slot.parking, now_us_ + limits::kSlowLaneAfterUs});
  if (!slot.is_own) sink_.on_round_failed();
}

void LookupRunner::unpark(Slot& slot) {
  if (!slot.is_parked) return;
  slot.is_parked = false;
  --parked_count_;
}

void LookupRunner::wake_parked(bool nothing_else) {
  const bool at_once = nothing_else && busy() == 0;
  size_t left = parked_.size();
  while (left-- > 0 && (at_once || parked_.front().due_us <= now_us_)) {
    const Parked entry = parked_.front();
    const uint32_t index = entry.slot;
    Slot& slot = slots_[index];
    parked_.pop_front();
    if (slot.generation != entry.generation || slot.parking != entry.parking) continue;
    if (!slot.is_parked) continue;
    if (slot.is_urgent &&
        entry.due_us > now_us_) {  // asks whether the resolver is alive: it may restart
      parked_.push_back(entry);
      continue;
    }
    unpark(slot);
    if (is_out_of_time(slot)) {
      finish_failed(index, slot.lookup.failure());
    } else {
      begin_round(index);
    }
  }
}

void LookupRunner::finish_with_answer(uint32_t index) {
  Slot& slot = slots_[index];
  slot.ttl_s = std::min(slot.ttl_s, answer_->ttl_s);
  slot.links += answer_->cname_links;
  if (slot.links > limits::kCnameLinksMax) {
    finish_failed(index, LookupStatus::kCnameLoop);
    return;
  }
  if (answer_->chase) {
    chase(index);
    return;
  }
  const bool is_positive = answer_->status != LookupStatus::kNxDomain;
  mx_.clear();
  for (size_t i = 0; i < answer_->mx_count; ++i) {
    const dns::MxData& mx = answer_->mx[i];
    const HostId host = hosts_.intern(mx.exchange);
    mx_.push_back({mx.preference, host, hosts_.name(host)});
  }
  report(index, {.status = answer_->status,
                 .rcode = slot.rcode,
                 .via_cname = answer_->via_cname || slot.links > 0,
                 .malformed_record = answer_->malformed_record,
                 .has_spf = answer_->has_spf,
                 .cut = answer_->cut,
                 .resolvers_disagree = is_positive && slot.lookup.was_denied(),
                 .ttl_s = slot.ttl_s,
                 .mx = mx_,
                 .addresses = {answer_->addresses.data(), answer_->address_count}});
}

// The answer ended at a CNAME whose target it does not know: asks for that.
void LookupRunner::chase(uint32_t index) {
  Slot& slot = slots_[index];
  forget_tries(slot);
  slot.chased = std::make_unique<DomainName>(*answer_->chase);
  slot.name = slot.chased->view();
  slot.lookup = Lookup();
  begin_round(index);
}

void LookupRunner::finish_failed(uint32_t index, LookupStatus status) {
  const Slot& slot = slots_[index];
  report(index, {.status = status, .rcode = slot.rcode, .via_cname = slot.links > 0});
}

void LookupRunner::report(uint32_t index, LookupOutcome outcome) {
  Slot& slot = slots_[index];
  unpark(slot);
  forget_tries(slot);
  slot.chased.reset();
  --active_;
  free_slots_.push_back(index);
  sink_.on_lookup({.owner = slot.owner,
                   .outcome = outcome,
                   .upstream = slot.upstream,
                   .asked_us = slot.asked_us,
                   .denied_by = slot.lookup.denied_by(),
                   .kept_case = slot.kept_case});
}

void LookupRunner::pause(Slot& slot) {
  ++slot.timer;
  slot.is_queued = false;
  stop_clock(slot);
}

// Time in a queue is no asking time.
void LookupRunner::stop_clock(Slot& slot) const {
  if (slot.asking_since_us >= 0) slot.asked_us += now_us_ - slot.asking_since_us;
  slot.asking_since_us = -1;
}

// Replies to what is still out are of no use any more.
void LookupRunner::forget_tries(Slot& slot) {
  pause(slot);
  ++slot.generation;
  if (slot.flight != kNoFlight) settle(flights_[slot.flight]);
  slot.flight = kNoFlight;
  slot.tries = 0;
}

bool LookupRunner::is_out_of_time(const Slot& slot) const {
  const int64_t running = slot.asking_since_us < 0 ? 0 : now_us_ - slot.asking_since_us;
  return slot.asked_us + running >= slot.budget_us;
}

LookupPolicy LookupRunner::policy_of(const Slot& slot) const {
  LookupPolicy policy = settings_.policy;
  policy.rounds = slot.rounds_max;
  if (slot.only_upstream >= 0) {  // nobody else is there for it
    policy.silent_upstreams = ~0U;
    return policy;
  }
  // That somebody answers is all that matters where no domain is asked for.
  if (!slot.is_own) policy.trusted_upstreams = upstreams_.trusted(now_us_);
  policy.silent_upstreams = upstreams_.silent(now_us_);
  return policy;
}

void LookupRunner::trace_answer(const Slot& slot) const {
  trace_->on_answer(slot.name, slot.type, text_of(*answer_));
}

}  // namespace mxbulk::asking
